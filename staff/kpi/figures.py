"""What the days came to, counted from the rows themselves: one statement for any span of days.

Written by hand, for both databases: it is asked with every look at the dashboard (for the day that
is not over), and by the ORM it would be five statements.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Min

from booking.models import Booking, StepReached
from totetaxi.lib.clock import at_new_york, today


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What happened in a span of New York days. Cents for money.

    booked: bookings that were paid, or that staff started unpaid; each counts once, on that day.
    web_booked: of these, those that somebody made in the wizard.
    repeat_booked: of these, those of people (by e-mail) who had booked before.
    cancelled: bookings cancelled after they were booked; so `booked - cancelled` over all days is
        what DECISIONS.md, 13 calls bookings made.
    drafts_begun: drafts whose first step was opened.
    captured_cents, refunded_cents: money that came and that went back.
    payments_made, payments_declined: payments that went through (without those over nothing), and
        cards that were declined.
    """

    booked: int = 0
    web_booked: int = 0
    repeat_booked: int = 0
    cancelled: int = 0
    drafts_begun: int = 0
    captured_cents: int = 0
    refunded_cents: int = 0
    payments_made: int = 0
    payments_declined: int = 0

    def __add__(self, other: Figures) -> Figures:
        return Figures(**{name: getattr(self, name) + getattr(other, name) for name in NAMES})

    @property
    def revenue_cents(self) -> int:
        """What came less what went back; below zero when more went back."""
        return self.captured_cents - self.refunded_cents


NAMES = tuple(field.name for field in fields(Figures))
NOTHING = Figures()

# `AT(...)` becomes New York's day of an instant, `BEGAN(...)` whether an event made it count.
_DAY = {
    "postgresql": "(({}) AT TIME ZONE 'America/New_York')::date",
    "sqlite": "django_datetime_cast_date({}, 'America/New_York', 'UTC')",
}
_BEGAN = (
    "({0}.to_status = 'paid' OR ({0}.from_status = 'pending' AND {0}.to_status = 'in_progress'))"
)
# What happened, one row each: the booking (for those that have one), the instant, and the columns
# `event`, `begun`, `captured`, `refunded`, `made` and `declined`.
_HAPPENED = """
SELECT e.booking_id, e.at, CASE WHEN BEGAN(e) THEN 1
    WHEN e.to_status = 'cancelled' AND e.from_status IN ('paid', 'in_progress') THEN -1
    ELSE 0 END AS event,
    0 AS begun, 0 AS captured, 0 AS refunded, 0 AS made, 0 AS declined
FROM booking_bookingevent e WHERE e.kind = 'status' AND e.at >= %s AND e.at < %s
UNION ALL
SELECT p.booking_id, p.succeeded_at, 0, 0, p.captured_cents, 0,
    CASE WHEN p.method = 'free' THEN 0 ELSE 1 END, 0
FROM payments_payment p
WHERE p.status = 'succeeded' AND p.succeeded_at >= %s AND p.succeeded_at < %s
UNION ALL
SELECT p.booking_id, r.succeeded_at, 0, 0, 0, r.amount_cents, 0, 0
FROM payments_refund r JOIN payments_payment p ON p.id = r.payment_id
WHERE r.status = 'succeeded' AND r.succeeded_at >= %s AND r.succeeded_at < %s
    AND p.status = 'succeeded'
UNION ALL
SELECT NULL, s.at, 0, 1, 0, 0, 0, 0
FROM booking_stepreached s WHERE s.at >= %s AND s.at < %s AND s.step = 'where'
UNION ALL
SELECT NULL, a.at, 0, 0, 0, 0, 0, 1
FROM payments_paymentattempt a WHERE a.declined AND a.at >= %s AND a.at < %s
"""
_PARTS = 5
# In the order of `Figures`.
_STATEMENT = f"""
SELECT AT(h.at) AS day,
    SUM(CASE WHEN event = 1 THEN 1 ELSE 0 END),
    SUM(CASE WHEN event = 1 AND b.source = 'web' THEN 1 ELSE 0 END),
    SUM(CASE WHEN event = 1 AND EXISTS (
        SELECT 1 FROM booking_booking b2 JOIN booking_bookingevent e2 ON e2.booking_id = b2.id
        WHERE b2.email_key = b.email_key AND b2.id <> b.id AND b2.deleted_at IS NULL
            AND e2.kind = 'status' AND BEGAN(e2) AND e2.at < h.at
    ) THEN 1 ELSE 0 END),
    SUM(CASE WHEN event = -1 THEN 1 ELSE 0 END),
    SUM(begun), SUM(captured), SUM(refunded), SUM(made), SUM(declined)
FROM ({_HAPPENED}) h LEFT JOIN booking_booking b ON b.id = h.booking_id
WHERE b.deleted_at IS NULL
GROUP BY 1
"""  # noqa: S608  our own words alone


def figures_by_day(first: date, last: date) -> dict[date, Figures]:
    """The figures of each New York day from `first` to `last` on which anything happened."""
    start, end = (_instant(day) for day in (first, last + timedelta(days=1)))
    with connection.cursor() as cursor:
        cursor.execute(_statement(connection.vendor), [start, end] * _PARTS)
        rows = cursor.fetchall()
    return {_read_day(day): Figures(**_counts(counts)) for day, *counts in rows}


def first_day() -> date | None:
    """The day of the first draft or booking; None while there is none. Two queries."""
    firsts = (
        Booking.all_objects.aggregate(at=Min("created_at"))["at"],
        StepReached.objects.aggregate(at=Min("at"))["at"],
    )
    return min((today(moment) for moment in firsts if moment is not None), default=None)


@lru_cache(maxsize=2)
def _statement(vendor: str) -> str:
    sql = _STATEMENT.replace("AT(h.at)", _DAY[vendor].format("h.at"))
    for name in ("e", "e2"):
        sql = sql.replace(f"BEGAN({name})", _BEGAN.format(name))
    return sql


def _instant(day: date) -> Any:
    """A New York midnight as the database's driver takes it."""
    moment: datetime = at_new_york(day, time())
    return connection.ops.adapt_datetimefield_value(moment)


def _read_day(day: date | str) -> date:
    return date.fromisoformat(day) if isinstance(day, str) else day


def _counts(counts: list[int]) -> dict[str, int]:
    """Sums may come as decimals."""
    return {name: int(count) for name, count in zip(NAMES, counts, strict=True)}
