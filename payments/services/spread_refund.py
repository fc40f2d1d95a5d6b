"""Money back for a booking, from as many of its payments as it takes."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from booking.changes.price import SELF_APPROVED_CENTS
from booking.models import AlertKind, Booking, close_alert, raise_alert
from payments.models import Payment, Refund
from payments.services.refund import RefundTooLargeError, left_of, request_refund
from totetaxi.lib.actor import SYSTEM, Actor
from totetaxi.lib.money import usd


def refund_change(booking: Booking, cents: int, *, is_set: bool, by: Actor, now: datetime) -> None:
    """What a locked booking costs less after a change goes back: up to $100 at once, above it
    once it is approved (DECISIONS.md, 9).

    `is_set`: staff named the price themselves. Then somebody else approves any sum: nobody returns
    money alone, $100 at a time (DECISIONS.md, 12).
    """
    asking = by if is_set or cents > SELF_APPROVED_CENTS else SYSTEM
    spread_refund(booking, cents, reason=Refund.Reason.CHANGE, by=asking, now=now)


def spread_refund(
    booking: Booking, cents: int, *, reason: Refund.Reason, by: Actor, now: datetime
) -> list[Refund]:
    """Ask for a sum back, from the newest of a locked booking's payments first.

    What is not approved at once waits with an alert each. Raises RefundTooLargeError when all
    payments together have less left.
    """
    refunds: list[Refund] = []
    missing = cents
    for payment in _payments(booking):
        part = min(left_of(payment), missing)
        if part:
            refund = request_refund(payment.pk, amount_cents=part, reason=reason, by=by, now=now)
            refunds.append(refund)
            missing -= part
    if missing:
        raise RefundTooLargeError(cents - missing)
    for refund in refunds:
        if refund.status == Refund.Status.REQUESTED:
            _alert(booking, refund)
    return refunds


def take_back_refunds(booking: Booking, *, now: datetime) -> None:
    """Drop what former changes of a locked booking asked back and nobody approved yet."""
    waiting = Refund.objects.select_for_update().filter(
        payment__booking=booking, status=Refund.Status.REQUESTED, reason=Refund.Reason.CHANGE
    )
    for refund in waiting:
        refund.status = Refund.Status.REFUSED
        refund.note = _("The booking was changed again.")
        refund.save(update_fields=["status", "note", "updated_at"])
        close_alert(AlertKind.REFUND_REQUESTED, about=str(refund.pk), now=now)


def _payments(booking: Booking) -> list[Payment]:
    """Payments that brought money, the newest first; those by card before all others."""
    rows = booking.payments.succeeded().filter(captured_cents__gt=0).order_by("-succeeded_at")
    return sorted(rows, key=lambda payment: payment.method != Payment.Method.STRIPE)


def _alert(booking: Booking, refund: Refund) -> None:
    raise_alert(
        AlertKind.REFUND_REQUESTED,
        about=str(refund.pk),
        summary=_("%(code)s: %(amount)s is to be refunded.")
        % {"code": booking.code, "amount": usd(refund.amount_cents)},
        booking=booking,
    )
