"""The calendar of the third step: each day's whole price for this very request, and its room."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from booking.availability.rooms import nearest_free_days, room_on
from booking.availability.types import SCARCE_AT, Calendar, DayLoad, DayRoom, RoomState
from booking.catalogue.calendar import load_calendar
from booking.pricing.engine import price, quote_days
from booking.pricing.hours import last_day, open_times, pickup_times
from booking.pricing.surcharges import rules_for
from booking.pricing.types import Hours, Quote, Refused, Request, Room
from booking.services.room import full_sentence
from booking.wizard.day_words import Day, DayWords
from booking.wizard.visit import Visit
from totetaxi.lib.clock import today

WEEK = 7
SATURDAY = 5
USUAL_TIME = time(9)


@dataclass(frozen=True, slots=True)
class Month:
    """The days that can be booked, and the rest of their weeks. None: a cell before today."""

    title: str
    weeks: tuple[tuple[Day | None, ...], ...]
    days: Mapping[date, Day]
    dearer: str
    calendar: Calendar
    room: Room

    @property
    def scarce(self) -> Day | None:
        """A day with little room, to explain the words by."""
        return next((day for day in self.days.values() if day.left), None)

    def usual_day(self) -> date | None:
        """The next open weekday without a surcharge; else the next open day."""
        open_days = [day for day in self.days.values() if day.is_open]
        plain = (day.date for day in open_days if not day.why and day.date.weekday() < SATURDAY)
        return next(plain, next((day.date for day in open_days), None))

    def cheaper_day(self, chosen: date | None) -> tuple[Day, int] | None:
        """The nearest day that costs less than the chosen one, and how many cents less."""
        now = self.days.get(chosen) if chosen else None
        if now is None or not now.is_open:
            return None
        better = (
            day for day in self.days.values() if day.is_open and day.total_cents < now.total_cents
        )
        found = min(better, key=lambda day: (abs(day.date - now.date), day.date), default=None)
        return (found, now.total_cents - found.total_cents) if found else None

    def refusal_of(self, day: date | None) -> str:
        """Why a day without room cannot be chosen; empty where there is room, or none to judge."""
        found = self.days.get(day) if day else None
        if found is None or found.state != "full":
            return ""
        among = [other.date for other in self.days.values() if other.is_open]
        nearest = nearest_free_days(self.calendar, self.room, found.date, among)
        spoken = [date_format(free, "l, F j") for free in nearest]
        return full_sentence(date_format(found.date, "l, F j"), spoken)


def load_month(visit: Visit) -> Month:
    """The calendar for what was asked so far. One query; prices come from the engine.

    Raises KeyError where the service is not offered: the second step comes first.
    """
    hours = visit.book.hours[visit.asked.service or ""]
    asked = _askable(visit, hours)
    first, last = today(visit.now), last_day(hours, visit.now)
    span = [first + timedelta(days=passed) for passed in range((last - first).days + 1)]
    held = visit.made.id if visit.made else None
    calendar = load_calendar(span, visit.snapshot.fleet, without=held)
    room = price(asked, visit.book, visit.now).room
    words = DayWords(rules_for(asked.service, visit.book))
    answers = _answers(visit, asked, span)
    limit = visit.book.limits.online_max_pieces
    days = {day: words.day(day, answers[day], _room_on(calendar[day], room, limit)) for day in span}

    def later(day: date) -> Day:
        would_be = price(replace(asked, pickup_date=day), visit.book, visit.now)
        return words.later(day, would_be, opens=day - timedelta(days=hours.horizon_days))

    weeks = _weeks(days, first, last, later)
    return Month(
        title=_("%(first)s to %(last)s")
        % {"first": date_format(first, "F j"), "last": date_format(last, "F j")},
        weeks=weeks,
        days=days,
        dearer=words.dearer(),
        calendar=calendar,
        room=room,
    )


def usual_time(hours: Hours, day: date | None, now: datetime) -> time | None:
    """09:00 where it is open that day, else the first open time."""
    times = open_times(hours, day, now) if day else pickup_times(hours)
    return USUAL_TIME if USUAL_TIME in times else next(iter(times), None)


def _room_on(load: DayLoad, room: Room, one_van: int) -> DayRoom:
    """The room of a day. What no van can carry is a request: staff find the vans for it."""
    found = room_on(load, room)
    if room.pieces > one_van and found.state is RoomState.FULL:
        return DayRoom(load.date, RoomState.OPEN, left=SCARCE_AT + 1)
    return found


def _askable(visit: Visit, hours: Hours) -> Request:
    """The request without what would refuse every day alike: a wrong time, a spent code."""
    asked, refused = visit.asked, visit.price.refused.by_key()
    return replace(
        asked,
        pickup_time=asked.pickup_time if asked.pickup_time in pickup_times(hours) else None,
        discount_code=None if "discount_code" in refused else asked.discount_code,
    )


def _answers(visit: Visit, asked: Request, span: list[date]) -> dict[date, Quote | Refused]:
    """Each day's quote. A day on which only this time is over is asked again for any time."""
    closed = visit.snapshot.fleet.closed
    found = {
        day.date: day.answer
        for day in quote_days(asked, visit.book, span, visit.now, closed=closed)
    }
    late = [day for day, answer in found.items() if _is_only_the_time(answer)]
    if late:
        at_any_time = replace(asked, pickup_time=None)
        again = quote_days(at_any_time, visit.book, late, visit.now, closed=closed)
        found |= {day.date: day.answer for day in again}
    return found


def _is_only_the_time(answer: Quote | Refused) -> bool:
    return isinstance(answer, Refused) and {key for key, _why in answer.refusals} == {"pickup_time"}


def _weeks(
    days: Mapping[date, Day], first: date, last: date, later: Callable[[date], Day]
) -> tuple[tuple[Day | None, ...], ...]:
    """Whole weeks from Sunday on."""
    start = first - timedelta(days=(first.weekday() + 1) % WEEK)
    weeks = []
    while start <= last:
        dates = (start + timedelta(days=passed) for passed in range(WEEK))
        weeks.append(tuple(None if day < first else days.get(day) or later(day) for day in dates))
        start += timedelta(days=WEEK)
    return tuple(weeks)
