"""Other money came than was asked for: a person decides, and there is one safe way.

Where it is just what is due, it is accepted as paid. Else all of it goes back, once somebody else
has approved that, and the booking can be paid anew.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from booking.lifecycle import Status
from booking.models import AlertKind, Booking, close_alert
from payments.audit import note_payment
from payments.models import MoneyAct, Payment, Refund
from payments.money import money_state
from payments.services.covered import follow_money
from payments.services.fit_links import follow_due, link_was_paid
from payments.services.locks import lock_payment
from payments.services.refund import left_of, request_refund
from totetaxi.lib.actor import Actor
from totetaxi.lib.contention import retried

_OURS = "usd"


class Way(StrEnum):
    """What can safely be done about a payment that does not match."""

    ACCEPT = "accept"
    RETURN = "return"
    NOTHING = "nothing"  # it was decided: all of it goes back, or it counts


class MismatchDecidedError(Exception):
    """It was decided otherwise meanwhile, or what is due has changed."""

    def __init__(self) -> None:
        self.sentence = _("Nothing was done: this payment stands otherwise now. Look at it again.")
        super().__init__(self.sentence)


def safe_way(booking: Booking, payment: Payment) -> Way:
    """What can be done about a payment. Three queries for one that does not match, else none."""
    if payment.status != Payment.Status.MISMATCH:
        return Way.NOTHING
    left = left_of(payment)
    if left <= 0:
        return Way.NOTHING
    is_whole = left == payment.captured_cents and payment.currency == _OURS
    is_due = payment.captured_cents == money_state(booking).to_pay_cents
    if is_whole and is_due and booking.status != Status.CANCELLED:
        return Way.ACCEPT
    return Way.RETURN


@retried
def accept_mismatch(payment_id: UUID, *, by: Actor, now: datetime) -> Payment:
    """Count what came as paid, as it is just what is due: its sum becomes the one that was asked
    for, and the booking follows. Raises MismatchDecidedError.
    """
    with transaction.atomic():
        booking, payment = lock_payment(payment_id)
        if safe_way(booking, payment) is not Way.ACCEPT:
            raise MismatchDecidedError
        asked_cents, payment.amount_cents = payment.amount_cents, payment.captured_cents
        payment.status = Payment.Status.SUCCEEDED
        payment.succeeded_at = now
        payment.save(update_fields=["amount_cents", "status", "succeeded_at", "updated_at"])
        note_payment(
            MoneyAct.CAPTURED,
            payment,
            payment.captured_cents,
            by=by,
            now=now,
            asked_cents=asked_cents,
        )
        close_alert(AlertKind.PAYMENT_MISMATCH, about=str(payment.pk), now=now)
        link_was_paid(payment, now)
        state = money_state(booking)
        follow_money(booking, state, by=by, now=now)
        follow_due(booking, state.to_pay_cents, ask_for_all=False, now=now)
    return payment


@retried
def return_mismatch(payment_id: UUID, *, by: Actor, now: datetime) -> Refund:
    """Ask for all of it to go back; somebody else approves that (DECISIONS.md, 12).

    Raises MismatchDecidedError, and what `request_refund` raises.
    """
    with transaction.atomic():
        booking, payment = lock_payment(payment_id)
        if safe_way(booking, payment) is not Way.RETURN:
            raise MismatchDecidedError
        refund = request_refund(
            payment.pk,
            amount_cents=left_of(payment),
            reason=Refund.Reason.MISMATCH,
            by=by,
            now=now,
        )
        close_alert(AlertKind.PAYMENT_MISMATCH, about=str(payment.pk), now=now)
    return refund
