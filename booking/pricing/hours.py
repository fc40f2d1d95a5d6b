"""Which days and times a service may be picked up (PRICING.md, "When and where").

Days and times are New York's wall clock; what must lie between two moments is elapsed time.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from booking.pricing.types import Allowances, Hours
from booking.pricing.words import Refusal, gettext_noop, refusal
from totetaxi.lib.clock import at_new_york, today

MINUTES_IN_AN_HOUR = 60


@lru_cache(maxsize=64)
def pickup_times(hours: Hours) -> tuple[time, ...]:
    """The times from the first to the last pickup, both included, in steps."""
    first = hours.first_time.hour * 60 + hours.first_time.minute
    last = hours.last_time.hour * 60 + hours.last_time.minute
    return tuple(
        time(*divmod(minute, MINUTES_IN_AN_HOUR))
        for minute in range(first, last + 1, hours.step_minutes)
    )


def open_times(hours: Hours, day: date, now: datetime) -> tuple[time, ...]:
    """The times of a day that can still be booked at `now`; none on a day out of reach."""
    if check_day(hours, day, now) is not None or not has_time_left(hours, day, now):
        return ()
    return tuple(wall for wall in pickup_times(hours) if _is_in_time(hours, day, wall, now))


def has_time_left(hours: Hours, day: date, now: datetime) -> bool:
    """Whether the last pickup of a day can still be booked, as far as the clock goes."""
    return _is_in_time(hours, day, pickup_times(hours)[-1], now)


def hours_for(hours: Hours | None, allowances: Allowances) -> Hours | None:
    """The hours as they bind whoever asks: with `same_day`, until the very moment of the pickup."""
    if hours is None or not allowances.same_day:
        return hours
    return replace(hours, same_day=True, lead_minutes=0)


def last_day(hours: Hours, now: datetime) -> date:
    """The furthest day that can be booked at `now`."""
    return today(now) + timedelta(days=hours.horizon_days)


def check_day(
    hours: Hours, day: date, now: datetime, closed: Mapping[date, str] | None = None
) -> Refusal | None:
    """Why no pickup can be booked for a day, or None. `closed` maps a day to its reason."""
    asked_on = today(now)
    if day < asked_on:
        return _past(asked_on)
    if day > (last := asked_on + timedelta(days=hours.horizon_days)):
        return refusal(
            "too_far",
            gettext_noop("We book at most {days} days ahead. Choose {last} or earlier."),
            days=hours.horizon_days,
            last=last,
        )
    if day == asked_on and not hours.same_day:
        return refusal(
            "not_same_day",
            gettext_noop("{service} needs a day's notice. Choose tomorrow or later."),
            service=hours.name,
        )
    if closed and day in closed:
        return _closed(day, closed[day])
    return None


def check_not_past(day: date, now: datetime) -> Refusal | None:
    """A day that is over in New York cannot be booked, whatever the service."""
    return _past(today(now)) if day < today(now) else None


def check_wall(hours: Hours, wall: time) -> Refusal | None:
    """Why a time is none of the service's, or None."""
    if wall in pickup_times(hours):
        return None
    return refusal(
        "off_hours",
        gettext_noop("Choose a time from {first} to {last}, every {step} minutes."),
        first=hours.first_time,
        last=hours.last_time,
        step=hours.step_minutes,
    )


def check_lead(hours: Hours, day: date, wall: time, now: datetime) -> Refusal | None:
    """Why a pickup is too soon after the request, or None."""
    if _is_in_time(hours, day, wall, now):
        return None
    later = open_times(hours, day, now)
    if not later:
        return refusal(
            "too_soon", gettext_noop("It is too late for a pickup that day. Choose a later day.")
        )
    return refusal(
        "too_soon",
        gettext_noop("That is too soon for us. Choose {first} or later, or another day."),
        first=later[0],
    )


def _is_in_time(hours: Hours, day: date, wall: time, now: datetime) -> bool:
    # Both in UTC: Python would compare the wall clocks of two times in one zone.
    ahead = at_new_york(day, wall) - now.astimezone(UTC)
    return ahead >= timedelta(minutes=hours.lead_minutes)


def _past(first: date) -> Refusal:
    text = gettext_noop("That day has passed. Choose {first} or later.")
    return refusal("past", text, first=first)


def _closed(day: date, why: str) -> Refusal:
    if why:
        return refusal(
            "closed",
            gettext_noop("We are closed on {day} ({why}). Choose another day."),
            day=day,
            why=why,
        )
    return refusal(
        "closed",
        gettext_noop("We are closed on {day}. Choose another day."),
        day=day,
    )
