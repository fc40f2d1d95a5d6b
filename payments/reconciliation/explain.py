"""A person says what a movement at Stripe is. From then on it is expected, whatever a run finds."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from booking.models import AlertKind, close_alert
from payments.models import BalanceMovement, MoneyAct, PaymentAudit
from payments.reconciliation.tell import MOVEMENT, about, booking_of
from payments.reconciliation.why import Why
from totetaxi.lib.actor import Actor


class AlreadyExplainedError(Exception):
    """It is not open any more."""


def explain_movement(
    movement_id: UUID, *, explanation: str, by: Actor, now: datetime
) -> BalanceMovement:
    """Keep the words, and close the movement's alert. Raises AlreadyExplainedError."""
    with transaction.atomic():
        movement = BalanceMovement.objects.select_for_update(of=("self",)).get(pk=movement_id)
        if movement.standing != BalanceMovement.Standing.OPEN:
            raise AlreadyExplainedError
        former = movement.why
        movement.standing = BalanceMovement.Standing.EXPECTED
        movement.why = Why.EXPLAINED
        movement.explained_by_id, movement.explained_at = by.user_id, now
        movement.explanation = explanation[:300]
        movement.save()
        close_alert(AlertKind.MONEY_OPEN, about=about(MOVEMENT, movement.pk), now=now)
        _note(movement, former, by, now)
    return movement


def _note(movement: BalanceMovement, former: str, by: Actor, now: datetime) -> None:
    booking, refund, dispute = booking_of(movement), movement.refund_id, movement.dispute_id
    PaymentAudit.objects.create(
        at=now,
        act=MoneyAct.EXPLAINED,
        amount_cents=abs(movement.amount_cents),
        booking=booking,
        payment_key=movement.payment_id,
        refund_key=refund,
        dispute_key=dispute,
        actor_kind=by.kind,
        actor_id=by.user_id,
        detail={"movement": movement.stripe_id, "why": former},
    )
