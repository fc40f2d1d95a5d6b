"""What staff do about money at Stripe: the domain's call and its audit row, in one transaction."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest

from payments.models import BalanceMovement
from payments.reconciliation.explain import explain_movement
from staff.audit import record
from staff.models import Action, StaffProfile
from totetaxi.lib import queue
from totetaxi.lib.actor import Actor, ActorKind

RECENT = "payments.reconcile_recent"


@transaction.atomic
def explain(
    staff: StaffProfile,
    movement_id: UUID,
    *,
    why: str,
    explanation: str,
    request: HttpRequest,
    now: datetime,
) -> BalanceMovement:
    """Say what a movement is that is open for the reason `why`: nobody is told of it any more.

    Raises AlreadyExplainedError, ExplainRefusedError.
    """
    by = Actor(ActorKind.STAFF, staff.user_id)
    movement = explain_movement(movement_id, why=why, explanation=explanation, by=by, now=now)
    record(
        staff,
        Action.EXPLAINED_MONEY,
        movement,
        after={
            "stripe_id": movement.stripe_id,
            "amount_cents": movement.amount_cents,
            "explanation": explanation,
        },
        request=request,
        now=now,
    )
    return movement


@transaction.atomic
def compare_now(staff: StaffProfile, *, request: HttpRequest, now: datetime) -> bool:
    """Have a worker compare the last days with Stripe; False where one is about to already."""
    begun = queue.run_soon(RECENT, now)
    record(staff, Action.HEALED_MONEY, after={"begun": begun}, request=request, now=now)
    return begun
