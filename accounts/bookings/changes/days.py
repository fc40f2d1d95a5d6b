"""The calendar of a booking that shall move: what each day costs more or less, and its room."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from booking.catalogue.snapshot import get_snapshot
from booking.changes import Cancel, CustomerMay
from booking.changes.case import Case
from booking.changes.price import Priced, price_change
from booking.changes.types import BookingMoney
from booking.lifecycle import Status
from booking.models import Booking
from booking.pricing.words import spoken_dollars
from booking.wizard.day_words import Day
from booking.wizard.drafts import MadeBooking
from booking.wizard.people import Caller
from booking.wizard.prefill import typed_of
from booking.wizard.steps import WHEN
from booking.wizard.views.day_page import (
    WEEKDAYS,
    month_of,
    time_matters,
    times_context,
)
from booking.wizard.visit import Visit
from payments.money import money_state

MINUS = "\u2212"


@dataclass(frozen=True, slots=True)
class MoveDay:
    """A cell of the calendar: a day of the wizard's, and what moving there does to the price."""

    day: Day
    amount: str = ""
    cents: str = ""
    tone: str = ""
    spoken: str = ""
    is_booked: bool = False


@dataclass(frozen=True)
class Moving:
    """A booking, what its owner may do, where it shall move to, and with which prices."""

    booking: Booking
    may: CustomerMay
    visit: Visit
    money: BookingMoney
    priced: Priced
    now: datetime

    @property
    def wanted_date(self) -> date | None:
        """The day that was chosen; None for what is no day."""
        return self.visit.asked.pickup_date

    @property
    def wanted_time(self) -> time | None:
        """The time that was chosen; None for what is no time."""
        return self.visit.asked.pickup_time

    def difference_on(self, day: date) -> int:
        """What the booking costs more on another day, at the chosen time, in cents."""
        wall = self.wanted_time or self.booking.pickup_time
        wanted = replace(self.priced.request, pickup_date=day, pickup_time=wall)
        return price_change(self.priced, wanted, self.visit.book, self.now).difference_cents


def open_moving(
    request: HttpRequest, booking: Booking, may: CustomerMay, chosen: dict[str, str], now: datetime
) -> Moving | None:
    """A booking that moves to what was chosen: `pickup_date` and `pickup_time`, as typed.

    None where what it carries is not sold any more, so that no day has a price. Prefetch
    `addresses` with the booking. Its own room counts as free.
    """
    snapshot, money = get_snapshot(), money_state(booking)
    if booking.service not in snapshot.book.hours:
        return None
    typed = typed_of(booking, snapshot) | {WHEN.name: chosen}
    visit = Visit(
        request=request,
        step=WHEN,
        draft=None,
        snapshot=snapshot,
        now=now,
        typed=typed,
        caller=Caller(request),
        made=_made(booking),
    )
    case = Case(booking=booking, wish=Cancel(), money=money, snapshot=snapshot, now=now)
    return Moving(booking, may, visit, money, case.priced(), now)


def chosen_of(booking: Booking, posted: dict[str, str]) -> dict[str, str]:
    """What was chosen, as typed; the booking's own time where none was."""
    typed = posted.get("other_date", "").strip()
    return {
        "pickup_date": typed or posted.get("pickup_date", ""),
        "other_date": typed,
        "pickup_time": posted.get("pickup_time", "") or f"{booking.pickup_time:%H:%M}",
    }


def calendar_context(moving: Moving) -> dict[str, Any]:
    """What `accounts/booking/calendar.html` needs."""
    month, chosen = month_of(moving.visit), moving.wanted_date
    return {
        "month": month,
        "weeks": [[_cell(moving, day) for day in week] for week in month.weeks],
        "weekdays": WEEKDAYS,
        "chosen": chosen.isoformat() if chosen else "",
        "other_date": moving.visit.answers.get("other_date", ""),
    }


def times_of(moving: Moving) -> dict[str, Any]:
    """What `booking/wizard/times.html` needs."""
    return times_context(moving.visit)


def prices_follow_time(moving: Moving) -> bool:
    """Whether another time changes the figures of the calendar."""
    return time_matters(moving.visit)


def targets(moving: Moving) -> dict[str, str]:
    """Where the links of the error summary lead: into the calendar, and to the first time."""
    month = month_of(moving.visit)
    chosen = month.days.get(moving.wanted_date) if moving.wanted_date else None
    day = chosen if chosen and chosen.is_open else None
    usual = month.usual_day()
    iso = day.iso if day else (usual.isoformat() if usual else "")
    first = times_of(moving)["times"][:1]
    return {
        "pickup_date": f"day-{iso}" if iso else "id_other_date",
        "other_date": "id_other_date",
        "pickup_time": f"time-{first[0].value}" if first else "calendar",
    }


def _made(booking: Booking) -> MadeBooking:
    return MadeBooking(
        id=booking.pk,
        number=booking.number,
        status=Status(booking.status),
        needs_staff=booking.needs_staff,
        order_hash=booking.order_hash,
        total_cents=booking.total_cents,
        hold_expires_at=booking.hold_expires_at,
    )


def _cell(moving: Moving, day: Day | None) -> MoveDay | None:
    if day is None:
        return None
    if not day.is_open:
        return MoveDay(day, spoken=day.spoken)
    amount, words, tone = _words(moving, day.date)
    dollars, point, rest = amount.partition(".")
    is_booked = day.date == moving.booking.pickup_date
    parts = [_spoken_day(day), _("booked") if is_booked else "", words, day.left]
    spoken = ", ".join(part for part in parts if part)
    return MoveDay(day, dollars, f"{point}{rest}", tone, spoken, is_booked)


def _spoken_day(day: Day) -> str:
    return day.spoken.split(f", {day.price}")[0]


def _words(moving: Moving, day: date) -> tuple[str, str, str]:
    """A day's figure, the same for a reader, and its tone."""
    cents = moving.difference_on(day)
    if not cents:
        return "", _("same price"), "same"
    amount = spoken_dollars(abs(cents))
    if cents > 0:
        return f"+{amount}", _("%(amount)s more") % {"amount": amount}, "more"
    return f"{MINUS}{amount}", _("%(amount)s less") % {"amount": amount}, "less"
