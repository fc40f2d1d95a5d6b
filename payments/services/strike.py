"""An offline payment that was written down by mistake is struck out: it stays to be read, with the
reason, and counts no more.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from booking.lifecycle import Status
from booking.models import AlertKind, Booking, close_alert, raise_alert
from payments.audit import note_payment
from payments.models import MoneyAct, Payment
from payments.money import money_state
from payments.services.locks import lock_payment
from payments.services.refund import left_of
from totetaxi.lib.actor import Actor
from totetaxi.lib.contention import retried
from totetaxi.lib.money import usd


class StrikeRefusedError(Exception):
    """It cannot be struck out; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


def may_be_struck(payment: Payment) -> bool:
    """Whether it is money that staff wrote down, and that counts."""
    is_offline = payment.method == Payment.Method.OFFLINE
    return is_offline and payment.status == Payment.Status.SUCCEEDED


@retried
def strike_payment(payment_id: UUID, *, why: str, by: Actor, now: datetime) -> Payment:
    """Let an offline payment count no more, as its money never came. What it covered is due again.

    The booking keeps its status and its room: an alert tells staff that it owes. Nobody is
    written to, as nothing went back. Raises StrikeRefusedError.
    """
    with transaction.atomic():
        booking, payment = lock_payment(payment_id)
        if not may_be_struck(payment):
            raise StrikeRefusedError(_("This payment stands otherwise now. Look at it again."))
        if left_of(payment) != payment.captured_cents:
            raise StrikeRefusedError(
                _("Some of this payment is asked back or was returned. Settle that first.")
            )
        payment.status, payment.struck_why = Payment.Status.STRUCK, why.strip()
        payment.save(update_fields=["status", "struck_why", "updated_at"])
        # It owes like after a change; and what was shown of its money before is not so any more.
        booking.revision += 1
        booking.save(update_fields=["revision", "updated_at"])
        note_payment(MoneyAct.STRUCK, payment, payment.captured_cents, by=by, now=now)
        _tell(booking, payment, now)
    return payment


def _tell(booking: Booking, payment: Payment, now: datetime) -> None:
    state = money_state(booking)
    if not state.surplus_cents:
        close_alert(AlertKind.OVERPAID, about=f"booking:{booking.pk}", now=now)
    if not state.to_pay_cents or booking.status == Status.CANCELLED:
        return
    raise_alert(
        AlertKind.PARTLY_PAID,
        about=f"booking:{booking.pk}",
        summary=_("%(code)s: %(sum)s was struck out, and %(due)s is due.")
        % {
            "code": booking.code,
            "sum": usd(payment.captured_cents),
            "due": usd(state.to_pay_cents),
        },
        booking=booking,
    )
