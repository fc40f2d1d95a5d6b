"""Money back for a booking, from as many of its payments as it takes."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from booking.models import AlertKind, Booking, close_alert
from payments.models import Payment, Refund
from payments.money import money_state
from payments.services.refund import (
    PaymentDisputedError,
    RefundTooLargeError,
    is_disputed,
    left_of,
    refuse_locked,
    request_refund,
)
from totetaxi.lib.actor import SYSTEM, Actor


def refund_change(
    booking: Booking, cents: int, *, approves_itself: bool, by: Actor, now: datetime
) -> None:
    """What a locked booking costs less after a change goes back: at once where the change says so
    (`ChangeSet.approves_itself`), else once it is approved (DECISIONS.md, 9).
    """
    asking = SYSTEM if approves_itself else by
    spread_refund(booking, cents, reason=Refund.Reason.CHANGE, by=asking, now=now)


def spread_refund(
    booking: Booking,
    cents: int,
    *,
    reason: Refund.Reason,
    by: Actor,
    now: datetime,
    note: str = "",
) -> list[Refund]:
    """Ask for a sum back, from the newest of a locked booking's payments first, and from disputed
    ones only what no other has.

    Raises RefundTooLargeError when all payments together have less left.
    """
    refunds: list[Refund] = []
    missing = cents
    for payment in _payments(booking):
        part = min(left_of(payment), missing)
        if part > 0:
            refunds.append(
                request_refund(
                    payment.pk, amount_cents=part, reason=reason, by=by, now=now, note=note
                )
            )
            missing -= part
    if missing:
        raise RefundTooLargeError(cents - missing)
    return refunds


def ask_back(
    booking: Booking,
    cents: int,
    *,
    reason: Refund.Reason,
    note: str = "",
    by: Actor,
    now: datetime,
) -> list[Refund]:
    """What somebody of the staff asks back for a locked booking, of their own accord.

    Raises RefundTooLargeError, and PaymentDisputedError where it would need a disputed payment.
    """
    payments = _payments(booking)
    free = sum(left_of(payment) for payment in payments if not is_disputed(payment))
    if free < cents <= sum(left_of(payment) for payment in payments):
        raise PaymentDisputedError
    refunds = spread_refund(booking, cents, reason=reason, by=by, now=now, note=note)
    if not money_state(booking).surplus_cents:
        close_alert(AlertKind.OVERPAID, about=f"booking:{booking.pk}", now=now)
    return refunds


def propose_surplus(booking: Booking, *, by: Actor, now: datetime) -> list[Refund]:
    """Ask back what a locked booking was paid too much and nobody has begun to return: somebody
    else approves it (DECISIONS.md, 3). Empty where there is nothing.

    Raises as `ask_back` does.
    """
    cents = money_state(booking).surplus_cents
    if not cents:
        return []
    return ask_back(booking, cents, reason=Refund.Reason.SURPLUS, by=by, now=now)


def take_back_refunds(booking: Booking, *, by: Actor, now: datetime) -> None:
    """Drop what former changes of a locked booking asked back and nobody approved yet."""
    waiting = (
        Refund.objects.select_for_update(of=("self",))
        .select_related("payment")
        .filter(
            payment__booking=booking, status=Refund.Status.REQUESTED, reason=Refund.Reason.CHANGE
        )
    )
    for refund in waiting:
        refuse_locked(refund, by=by, refusal=_("The booking was changed again."), now=now)


def _payments(booking: Booking) -> list[Payment]:
    """Payments that brought money, the newest first; those by card before all others, and
    disputed ones last.
    """
    rows = booking.payments.succeeded().filter(captured_cents__gt=0).order_by("-succeeded_at")
    return sorted(
        rows,
        key=lambda payment: (is_disputed(payment), payment.method != Payment.Method.STRIPE),
    )
