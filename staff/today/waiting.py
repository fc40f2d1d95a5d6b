"""Bookings that wait for a person although nobody raised an alert: one statement for all queues.

It looks along one index from the nearest pickup on and stops after `MOST_ROWS`, so that neither the
past nor a flood makes the page slow. By the ORM it would be several statements.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db import connection

from booking.lifecycle import Status
from booking.models import CoiState
from booking.notifications.schedule import DELIVERY_BY
from payments.models import COURTESIES
from staff.live import read_instant
from totetaxi.lib.clock import at_new_york, new_york, today
from totetaxi.lib.planned import planned_rows

MOST_ROWS = 300
TO_COLLECT = 8
# How long before pickup these begin to wait for a person. A certificate must be on file a day
# before (DECISIONS.md, 20).
COI_FROM = timedelta(days=5)
UNPAID_FROM = timedelta(days=3)
# Somebody who pays just now needs nobody.
BEING_PAID = timedelta(hours=1)

# What was paid and not returned; what was given back as a courtesy is not owed again.
_COURTESIES = ", ".join(f"'{reason.value}'" for reason in sorted(COURTESIES))
DUE = f"""b.total_cents
    - COALESCE((SELECT SUM(p.captured_cents) FROM payments_payment p
        WHERE p.booking_id = b.id AND p.status = 'succeeded'), 0)
    + COALESCE((SELECT SUM(r.amount_cents) FROM payments_refund r
        JOIN payments_payment p ON p.id = r.payment_id
        WHERE p.booking_id = b.id AND p.status = 'succeeded' AND r.status = 'succeeded'
            AND r.reason NOT IN ({_COURTESIES})), 0)"""  # noqa: S608  our own words alone
# A paid booking can owe something only after a change.
_MAY_OWE = "(b.status = 'pending' AND b.created_at < %s OR b.status = 'paid' AND b.revision > 0)"
_COLUMNS = """b.number, b.status, b.pickup_at, b.window_minutes, b.guest_name, b.customer_id,
    b.van_id, b.title, b.coi_state, b.coi_wording"""
_STATEMENT = f"""
SELECT w.number, status, pickup_at, window_minutes, COALESCE(NULLIF(guest_name, ''), u.name, ''),
    v.number, title, coi_state, CASE WHEN coi_wording = '' THEN 0 ELSE 1 END, due
FROM (
    SELECT * FROM (
        SELECT {_COLUMNS}, CASE WHEN {_MAY_OWE} THEN {DUE} ELSE 0 END AS due
        FROM booking_booking b
        WHERE b.deleted_at IS NULL AND b.status IN ('in_progress', 'paid', 'pending')
            AND b.pickup_at < %s AND (
                b.status = 'paid' AND b.pickup_at < %s
                OR b.status = 'in_progress' AND b.pickup_at < %s
                OR b.status <> 'in_progress' AND b.coi_state = 'needed'
                OR {_MAY_OWE} AND b.pickup_at < %s
            )
        ORDER BY b.pickup_at, b.number LIMIT {MOST_ROWS}
    ) pressing
    UNION ALL
    SELECT * FROM (
        SELECT {_COLUMNS}, 0 AS due
        FROM booking_booking b
        WHERE b.deleted_at IS NULL AND b.status = 'paid' AND b.pickup_at >= %s AND b.pickup_at < %s
        ORDER BY b.pickup_at, b.number LIMIT {TO_COLLECT}
    ) collecting
) w
LEFT JOIN accounts_user u ON u.id = w.customer_id LEFT JOIN booking_van v ON v.id = w.van_id
ORDER BY pickup_at, w.number
"""  # noqa: S608  our own words alone


@dataclass(frozen=True, slots=True)
class Waiting:
    """A booking in one of the queues begin, collect, finish, coi and unpaid. Due in cents."""

    queue: str
    number: int
    pickup_at: datetime
    window_ends_at: datetime
    name: str
    van: int | None
    title: str
    has_wording: bool
    due_cents: int


def find_waiting(now: datetime) -> list[Waiting]:
    """What waits, the nearest pickup first; a booking may be in several queues. One query."""
    rows = planned_rows(_STATEMENT, [*map(_prepared, _instants(now))])
    found: dict[tuple[str, int], Waiting] = {}
    for row in rows:  # one that is to be collected may come twice
        for one in _read(row, now):
            found.setdefault((one.queue, one.number), one)
    return list(found.values())


def _instants(now: datetime) -> Iterator[datetime]:
    """In the order of the statement's places."""
    yield now - BEING_PAID
    yield now + COI_FROM
    yield now
    yield _over_before(now)
    yield now - BEING_PAID
    yield now + UNPAID_FROM
    yield now
    yield _tomorrow(now)


def _over_before(now: datetime) -> datetime:
    """What was collected before this should have arrived: today's from six o'clock on."""
    is_evening = new_york(now).time() >= DELIVERY_BY
    return _tomorrow(now) if is_evening else at_new_york(today(now), time())


def _tomorrow(now: datetime) -> datetime:
    return at_new_york(today(now) + timedelta(days=1), time())


def _prepared(moment: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)


def _read(row: tuple[Any, ...], now: datetime) -> Iterator[Waiting]:
    number, status, pickup, window, name, van, title, coi_state, has_wording, due = row
    pickup_at = read_instant(pickup)
    ends_at = pickup_at + timedelta(minutes=window)
    facts = (number, pickup_at, ends_at, name, van, title, bool(has_wording), int(due))
    if status == Status.PAID and pickup_at < _tomorrow(now):
        yield Waiting("begin" if ends_at <= now else "collect", *facts)
    if status == Status.IN_PROGRESS:
        yield Waiting("finish", *facts)
    elif coi_state == CoiState.NEEDED and pickup_at < now + COI_FROM:
        yield Waiting("coi", *facts)
    if due > 0 and pickup_at < now + UNPAID_FROM:
        yield Waiting("unpaid", *facts)
