"""The moves of somebody who changes a booking, for the tests of payments."""

from datetime import date, timedelta
from typing import Any

from booking.changes import Cancel, ChangeSet, Reschedule, Wish, compute_change_set
from booking.models import Booking, BookingEvent, Message
from booking.notifications.messages import write_letter
from booking.notifications.render import render_mail
from payments.money import money_state
from payments.services.apply_change import apply_change_set
from payments.services.change_requests import ask_change
from tests.factories import next_weekday
from totetaxi.lib import clock
from totetaxi.lib.actor import GUEST, Actor, ActorKind
from totetaxi.lib.clock import today


def weekday(ahead: int = 3) -> date:
    """A day without a surcharge."""
    return next_weekday(clock.now(), ahead)


def saturday() -> date:
    """The first Saturday at least five days ahead, off the peak dates."""
    day = today(clock.now()) + timedelta(days=5)
    while day.weekday() != 5 or (day.month, day.day) in {(12, d) for d in range(23, 28)}:
        day += timedelta(days=1)
    return day


def to(day: date, booking: Booking) -> Reschedule:
    """Another day at the same time."""
    return Reschedule(day, booking.pickup_time)


def see(booking: Booking, wish: Wish) -> ChangeSet:
    """What is shown before it is confirmed."""
    fresh = Booking.objects.get(pk=booking.pk)
    return compute_change_set(fresh, wish, money=money_state(fresh), now=clock.now())


def change(booking: Booking, wish: Wish, *, by: Actor = GUEST, expected: str = "") -> ChangeSet:
    """See a change and confirm it."""
    expected = expected or see(booking, wish).fingerprint
    done = apply_change_set(booking.pk, wish, expected=expected, by=by, now=clock.now())
    booking.refresh_from_db()
    return done


def ask(booking: Booking, wish: Reschedule | Cancel, *, note: str = "") -> Any:
    """See a change and ask for it."""
    return ask_change(
        booking.pk,
        wish,
        expected=see(booking, wish).fingerprint,
        note=note,
        by=GUEST,
        now=clock.now(),
    )


def staff(user: Any) -> Actor:
    return Actor(ActorKind.STAFF, user.pk)


def lines(booking: Booking) -> list[tuple[str, int, bool]]:
    """Label, cents, and whether it is an adjustment."""
    rows = booking.lines.all()
    return [(row.label.replace("\xa0", " "), row.amount_cents, row.is_adjustment) for row in rows]


def changes(booking: Booking) -> list[str]:
    """The reasons of the booking's CHANGE events, in order."""
    rows = booking.events.filter(kind=BookingEvent.Kind.CHANGE).order_by("id")
    return list(rows.values_list("reason", flat=True))


def letter(booking: Booking, kind: str) -> str:
    """The text of the newest planned message of a kind."""
    message = Message.objects.filter(booking=booking, kind=kind).latest("created_at")
    return render_mail(write_letter(message, now=clock.now())).text
