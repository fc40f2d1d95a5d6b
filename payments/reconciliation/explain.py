"""A person says what a movement at Stripe is, and it is expected until it agrees with ours. Or why
something of ours, which Stripe has not booked, is looked into no more.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from booking.models import AlertKind, close_alert
from payments.audit import note_payment, note_refund
from payments.models import BalanceMovement, MoneyAct, Payment, PaymentAudit, Refund
from payments.reconciliation.tell import MOVEMENT, PAYMENT, REFUND, about, booking_of, read_told
from payments.reconciliation.why import Why
from totetaxi.lib.actor import Actor


class AlreadyExplainedError(Exception):
    """It is not open any more."""


class ExplainRefusedError(Exception):
    """It is open for another reason, or decided elsewhere; `sentence` says so."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


def is_decided_elsewhere(movement: BalanceMovement) -> bool:
    """Whether it is of a payment that does not match: whoever decides about that settles both."""
    return movement.payment_id is not None and movement.why == Why.NOT_SETTLED


def explain_movement(
    movement_id: UUID, *, why: str, explanation: str, by: Actor, now: datetime
) -> BalanceMovement:
    """Keep the words, and close the movement's alert. `why` is the reason that was shown.

    Raises AlreadyExplainedError, ExplainRefusedError.
    """
    with transaction.atomic():
        movement = BalanceMovement.objects.select_for_update(of=("self",)).get(pk=movement_id)
        if movement.standing != BalanceMovement.Standing.OPEN:
            raise AlreadyExplainedError
        if is_decided_elsewhere(movement):
            raise ExplainRefusedError(_("Nothing was done: the payment is to be decided first."))
        if movement.why != why:
            raise ExplainRefusedError(
                _("Nothing was done: it is open for another reason now. Look at it again.")
            )
        former = movement.why
        movement.standing = BalanceMovement.Standing.EXPECTED
        movement.why = Why.EXPLAINED
        movement.explained_by_id, movement.explained_at = by.user_id, now
        movement.explanation = explanation[:300]
        movement.save()
        close_alert(AlertKind.MONEY_OPEN, about=about(MOVEMENT, movement.pk), now=now)
        _note(movement, former, by, now)
    return movement


def explain_told(named: str, *, why: str, by: Actor, now: datetime) -> None:
    """Note why nobody looks into a payment or refund any more of which an alert of the kind
    MONEY_OPEN is; `named` is what it is about. The caller closes it, in the same transaction.
    """
    what, key = read_told(named)
    if what == PAYMENT and key is not None:
        payment = Payment.objects.get(pk=key)
        note_payment(MoneyAct.EXPLAINED, payment, payment.captured_cents, by=by, now=now, why=why)
    elif what == REFUND and key is not None:
        refund = Refund.objects.select_related("payment").get(pk=key)
        note_refund(MoneyAct.EXPLAINED, refund, by=by, now=now, why=why)
    else:
        raise ValueError(f"{named} is neither a payment nor a refund")


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
