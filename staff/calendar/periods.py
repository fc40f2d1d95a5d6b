"""Which days the calendar shows: seven from any day on, or a month, and how to go on from there."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

WEEK = timedelta(days=7)
# What lies beyond was never meant.
FIRST, LAST = date(2020, 1, 1), date(2099, 12, 31)
SUNDAY_FIRST = calendar.Calendar(firstweekday=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days in order. `before`, `after` and `now` are the queries of other periods of its kind."""

    kind: str
    title: str
    first: date
    days: tuple[date, ...]
    before: str
    after: str

    @property
    def is_month(self) -> bool:
        """A month is a grid of whole weeks; a week shows each booking."""
        return self.kind == "month"


def read_period(query: Mapping[str, str], today: date) -> Period:
    """`month=2026-11`, `week=2026-W48` (from its Monday), or `from=2026-11-24`.

    What cannot be read is the seven days from today on.
    """
    if month := _date_of(f"{query.get('month', '')}-01"):
        return month_of(month)
    if monday := _monday_of(query.get("week", "")):
        return week_of(monday)
    return week_of(_date_of(query.get("from", "")) or today)


def week_of(first: date) -> Period:
    """Seven days."""
    days = tuple(first + timedelta(days=passed) for passed in range(7))
    title = _("%(first)s – %(last)s") % {
        "first": date_format(days[0], "M j"),
        "last": date_format(days[-1], "M j"),
    }
    return Period(
        kind="week",
        title=title,
        first=first,
        days=days,
        before=f"from={first - WEEK}",
        after=f"from={first + WEEK}",
    )


def month_of(day: date) -> Period:
    """The weeks of a month, from Sunday to Saturday, so that some days are of its neighbours."""
    first = day.replace(day=1)
    weeks = SUNDAY_FIRST.monthdatescalendar(first.year, first.month)
    return Period(
        kind="month",
        title=date_format(first, "F Y"),
        first=first,
        days=tuple(day for week in weeks for day in week),
        before=f"month={first - timedelta(days=1):%Y-%m}",
        after=f"month={first + timedelta(days=31):%Y-%m}",
    )


def _date_of(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST <= day <= LAST else None


def _monday_of(text: str) -> date | None:
    return _date_of(f"{text}-1") if len(text) == len("2026-W48") else None
