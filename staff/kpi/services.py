"""The rows of the days that are over: counted every night, and anew at will."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max

from staff.kpi.figures import NAMES, NOTHING, figures_by_day, first_day
from staff.models import KpiDay
from totetaxi.lib.clock import today

# So many days are counted again every night: what is told late belongs to the day it happened.
COUNTED_AGAIN_DAYS = 14
# So many days at once, so that no transaction holds much.
AT_ONCE_DAYS = 120


def count_recent(now: datetime) -> int:
    """Count the latest days, and every day that was missed before them; how many.

    Two at once write the same rows, and any run may be done again.
    """
    yesterday = today(now) - timedelta(days=1)
    counted = KpiDay.objects.aggregate(last=Max("date"))["last"]
    begin = counted + timedelta(days=1) if counted else first_day()
    if begin is None:
        return 0
    again = yesterday - timedelta(days=COUNTED_AGAIN_DAYS - 1)
    return count_days(min(begin, again), yesterday, now=now)


def count_all(now: datetime) -> int:
    """Count every day since the first booking; how many."""
    begin = first_day()
    return count_days(begin, today(now) - timedelta(days=1), now=now) if begin else 0


def count_days(first: date, last: date, *, now: datetime) -> int:
    """Write the rows of New York days anew, those of days without anything included; how many."""
    written = 0
    while first <= last:
        until = min(first + timedelta(days=AT_ONCE_DAYS - 1), last)
        with transaction.atomic():
            written += _write(first, until, now)
        first = until + timedelta(days=1)
    return written


def _write(first: date, last: date, now: datetime) -> int:
    found = figures_by_day(first, last)
    days = [first + timedelta(days=passed) for passed in range((last - first).days + 1)]
    rows = [KpiDay(date=day, counted_at=now, **asdict(found.get(day, NOTHING))) for day in days]
    KpiDay.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["date"],
        update_fields=[*NAMES, "counted_at"],
    )
    return len(rows)
