"""Weeks and months up to now, beside as much of the one before."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from staff.kpi.figures import NAMES, NOTHING, Figures, figures_by_day
from staff.models import KpiDay

CHART_DAYS = 28
Days = Mapping[date, Figures]


@dataclass(frozen=True)
class Period:
    """New York days from `first` to `last`, both included."""

    first: date
    last: date

    @property
    def days(self) -> list[date]:
        """Each day of it, in order."""
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]


def week_so_far(today: date) -> Period:
    """From Monday to today."""
    return Period(today - timedelta(days=today.weekday()), today)


def week_before(today: date) -> Period:
    """Last week, from Monday to the same weekday."""
    return week_so_far(today - timedelta(days=7))


def month_so_far(today: date) -> Period:
    """From the first to today."""
    return Period(today.replace(day=1), today)


def month_before(today: date) -> Period:
    """Last month, from the first to the same day, or to its end where it is shorter."""
    last = today.replace(day=1) - timedelta(days=1)
    days = monthrange(last.year, last.month)[1]
    return Period(last.replace(day=1), last.replace(day=min(today.day, days)))


def chart_days(today: date) -> Period:
    """The four weeks that end today."""
    return Period(today - timedelta(days=CHART_DAYS - 1), today)


def days_until_now(today: date) -> dict[date, Figures]:
    """Each day as far back as any of these looks: counted ones, the rest live. Two queries."""
    first = min(month_before(today).first, chart_days(today).first - timedelta(days=CHART_DAYS))
    rows = KpiDay.objects.filter(date__gte=first, date__lt=today).order_by("date")
    days = {
        day: Figures(**dict(zip(NAMES, counts, strict=True)))
        for day, *counts in rows.values_list("date", *NAMES)
    }
    # Today, and yesterday until the night's count is done.
    return days | figures_by_day(max(days) + timedelta(days=1) if days else first, today)


def total(days: Days, period: Period) -> Figures:
    """What a period came to; days that are not known count nothing."""
    return sum((days.get(day, NOTHING) for day in period.days), NOTHING)


def share(part: int, whole: int) -> float | None:
    """A part of a whole in percent, at most 100; None where there is no whole."""
    return min(100 * part / whole, 100.0) if whole > 0 else None


def change(now: float | None, before: float | None) -> float | None:
    """How much more than before in percent, less is below zero; None where nothing was before."""
    if now is None or before is None or before <= 0:
        return None
    return 100 * (now - before) / before
