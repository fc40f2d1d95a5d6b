"""A pending booking's time to pay is over."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from booking.lifecycle import EXPIRED
from booking.models import AlertKind, Booking, raise_alert
from booking.services.cancel import cancel_booking
from payments.money import MoneyState, money_state
from payments.services.fit_links import end_links
from totetaxi.lib.actor import SYSTEM
from totetaxi.lib.money import usd


def end_hold(booking: Booking, *, now: datetime) -> None:
    """End a locked pending booking whose hold ran out and that has no open payment.

    One that is paid in part is never cancelled by the clock: it keeps its room, its hold no longer
    runs out by itself, and a person decides. A request to staff stays pending, without its room.
    """
    end_links(booking, now=now)
    money = money_state(booking)
    if money.paid_cents > money.refunded_cents + money.under_way_cents:
        _keep_for_staff(booking, money)
    elif booking.needs_staff:
        _give_back_room(booking)
    else:
        cancel_booking(booking, reason=EXPIRED, by=SYSTEM, now=now)


def _keep_for_staff(booking: Booking, money: MoneyState) -> None:
    booking.hold_expires_at = None
    booking.save(update_fields=["hold_expires_at", "updated_at"])
    raise_alert(
        AlertKind.PARTLY_PAID,
        about=f"booking:{booking.pk}",
        summary=_("%(code)s: %(paid)s is paid, %(due)s is not, and its time is over.")
        % {
            "code": booking.code,
            "paid": usd(money.paid_cents - money.refunded_cents),
            "due": usd(money.to_pay_cents),
        },
        booking=booking,
    )


def _give_back_room(booking: Booking) -> None:
    """Nobody took up a request in time, or it was not paid: staff still can, if there is room."""
    booking.room_held = False
    booking.hold_expires_at = None
    booking.save(update_fields=["room_held", "hold_expires_at", "updated_at"])
    raise_alert(
        AlertKind.REQUEST,
        about=f"booking:{booking.pk}",
        summary=_("%(code)s waits for staff; its place in the van was given back.")
        % {"code": booking.code},
        booking=booking,
    )
