"""A booking whose money came follows it."""

from __future__ import annotations

from datetime import datetime

from booking.lifecycle import Status
from booking.models import AlertKind, Booking, close_alert
from booking.services.confirm import confirm_booking
from payments.money import MoneyState
from totetaxi.lib.actor import Actor


def follow_money(
    booking: Booking, state: MoneyState, *, covers: bool = False, by: Actor, now: datetime
) -> None:
    """Confirm a locked pending booking that is paid, and close the alerts that waited for it.

    `covers`: what came pays for it, whatever a change has made due since.
    """
    close_alert(AlertKind.PAYMENT_FAILING, about=str(booking.pk), now=now)
    is_paid = covers or not state.to_pay_cents
    if booking.status == Status.PENDING and is_paid:
        confirm_booking(booking, by=by, now=now)
    elif not is_paid:
        return
    close_alert(AlertKind.PARTLY_PAID, about=f"booking:{booking.pk}", now=now)
