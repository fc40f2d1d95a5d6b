"""An open payment is given up, and its page at Stripe closed from the queue."""

from __future__ import annotations

from datetime import datetime

from booking.models import Booking
from payments.models import PAYMENT_WORK, Payment, PaymentLink
from totetaxi.lib import queue
from totetaxi.lib.work import WorkState


def plan_closing(payment: Payment, *, now: datetime) -> None:
    """Have the queue close a locked payment's session at Stripe. In the caller's transaction."""
    payment.session_to_expire = True
    payment.work_state = WorkState.DUE
    payment.attempts = 0
    payment.next_try_at = now
    payment.save()
    queue.hint(PAYMENT_WORK)


def withdraw_payment(booking: Booking, *, now: datetime) -> Payment | None:
    """Give up the open payment of a locked booking; the queue closes its page at Stripe."""
    return withdraw_unfit(booking, fits_cents=None, now=now)


def withdraw_unfit(booking: Booking, *, fits_cents: int | None, now: datetime) -> Payment | None:
    """Give up a locked booking's open payment, unless it asks for just what it should: a link's
    for the link's sum, any other for exactly `fits_cents`. None gives up either.
    """
    payment = booking.payments.open().select_for_update().first()
    if payment is None or (fits_cents is not None and _fits(payment, fits_cents)):
        return None
    payment.status = Payment.Status.CANCELLED
    if payment.session_id is None:
        payment.save(update_fields=["status", "updated_at"])
    else:
        plan_closing(payment, now=now)
    return payment


def _fits(payment: Payment, cents: int) -> bool:
    link = payment.link
    if link is None:
        return payment.amount_cents == cents
    return link.state == PaymentLink.State.OPEN and link.amount_cents == payment.amount_cents
