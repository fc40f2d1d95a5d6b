"""How full the vans are: today van by van, the days after it as a whole. One query."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import connection

from booking.availability.types import VanLoad
from booking.catalogue.fleet import Fleet
from booking.lifecycle import Status
from totetaxi.lib.clock import at_new_york, today
from totetaxi.lib.planned import planned_rows

WIDTH, HEIGHT, GAP = 240, 8, 1
WINDOW = timedelta(hours=1)  # of every pickup (DECISIONS.md, 20)

_CONCATENATED = {"postgresql": "string_agg", "sqlite": "group_concat"}
# Today's bookings one by one (`paid 5 0 09:00:00`, parted by commas), the other days' as sums.
_STATEMENT = """
SELECT pickup_date, CASE WHEN pickup_date = %s THEN van_id END AS van, COUNT(*), SUM(room_pieces),
    SUM(CASE WHEN status = 'pending' THEN room_pieces ELSE 0 END),
    CONCATENATED(CASE WHEN pickup_date = %s THEN
        status || ' ' || CAST(room_pieces AS varchar(9)) || ' '
        || CASE WHEN room_whole_van THEN '1' ELSE '0' END || ' '
        || CAST(pickup_time AS varchar(15))
    END, ',')
FROM booking_booking
WHERE pickup_date >= %s AND pickup_date <= %s AND deleted_at IS NULL AND van_id IS NOT NULL
    AND status IN ('pending', 'paid', 'in_progress', 'completed')
    AND (room_held OR status = 'completed')
GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of 240 x 8 units, as the paths of its segments by how they are drawn."""

    done: str = ""
    kept: str = ""
    held: str = ""


@dataclass(frozen=True, kw_only=True)
class VanToday:
    """One van today. `pieces` of `capacity` are taken, by so many `bookings`.

    `next_at` is the next pickup that was not begun; `late_minutes` since its window ended.
    """

    number: int
    has_rack: bool
    pieces: int
    capacity: int
    bookings: int
    bar: Bar
    next_at: datetime | None = None
    late_minutes: int = 0


@dataclass(frozen=True, kw_only=True)
class DayLoad:
    """One day over all vans; `vans` is filled for today alone."""

    date: date
    bookings: int = 0
    pieces: int = 0
    capacity: int = 0
    bar: Bar = Bar()
    is_closed: bool = False
    closed_reason: str = ""
    vans: tuple[VanToday, ...] = ()

    @property
    def percent(self) -> int:
        """How full it is; 100 at most."""
        return min(100 * self.pieces // self.capacity, 100) if self.capacity else 0


@dataclass(frozen=True, slots=True)
class _Held:
    """A row of the statement: what a van holds today, or all vans on a later day."""

    van: UUID | None
    bookings: int
    pieces: int
    pending: int
    each: str

    @property
    def stops(self) -> list[_Stop]:
        """The bookings one by one: done first, what is not paid yet last."""
        stops = [_Stop.read(text) for text in filter(None, (self.each or "").split(","))]
        return sorted(stops, key=lambda stop: (_ORDER.index(stop.status), stop.wall))


@dataclass(frozen=True, slots=True)
class _Stop:
    status: str
    pieces: int
    is_whole: bool
    wall: time

    @classmethod
    def read(cls, text: str) -> _Stop:
        status, pieces, whole, wall = text.split()
        return cls(status, int(pieces), whole == "1", time.fromisoformat(wall))


_ORDER = (Status.COMPLETED, Status.IN_PROGRESS, Status.PAID, Status.PENDING)


def load_days(now: datetime, fleet: Fleet, *, days: int) -> list[DayLoad]:
    """Today and the days after it, `days` in all. One query."""
    first = today(now)
    held: dict[date, list[_Held]] = {}
    for day, row in _read(first, first + timedelta(days=days - 1)):
        held.setdefault(day, []).append(row)
    ahead = [first + timedelta(days=n) for n in range(days)]
    loads = [_day(day, held.get(day, []), fleet) for day in ahead]
    vans = _vans(held.get(first, []), fleet.vans_of(first), now)
    return [replace(loads[0], vans=vans), *loads[1:]]


def bar_of(segments: Iterable[tuple[str, int]], capacity: int) -> Bar:
    """A bar of (status, pieces) from the left, on a ground of so many pieces."""
    parts = [(status, pieces) for status, pieces in segments if pieces]
    unit = WIDTH / max(capacity, sum(pieces for _status, pieces in parts), 1)
    drawn: dict[str, str] = {"done": "", "kept": "", "held": ""}
    at = 0.0
    for status, pieces in parts:
        width = pieces * unit
        drawn[_KINDS.get(status, "kept")] += _rectangle(at, max(width - GAP, 1))
        at += width
    return Bar(**drawn)


_KINDS: dict[str, str] = {Status.COMPLETED: "done", Status.PENDING: "held"}


def _rectangle(x: float, width: float) -> str:
    return f"M{x:.1f} 0h{width:.1f}v{HEIGHT}h-{width:.1f}z"


def _read(first: date, last: date) -> list[tuple[date, _Held]]:
    begin, end = (connection.ops.adapt_datefield_value(day) for day in (first, last))
    sql = _STATEMENT.replace("CONCATENATED", _CONCATENATED[connection.vendor])
    rows = planned_rows(sql, [begin, begin, begin, end])
    return [
        (
            date.fromisoformat(on) if isinstance(on, str) else on,
            _Held(UUID(str(key)) if key else None, *figures),
        )
        for on, key, *figures in rows
    ]


def _day(day: date, held: list[_Held], fleet: Fleet) -> DayLoad:
    rule = fleet.rules.get(day)
    pieces, pending = (sum(getattr(row, name) for row in held) for name in ("pieces", "pending"))
    capacity = sum(van.pieces for van in fleet.vans_of(day))
    return DayLoad(
        date=day,
        bookings=sum(row.bookings for row in held),
        pieces=pieces,
        capacity=capacity,
        bar=bar_of([(Status.PAID, pieces - pending), (Status.PENDING, pending)], capacity),
        is_closed=rule.is_closed if rule else False,
        closed_reason=rule.closed_reason if rule else "",
    )


def _vans(held: list[_Held], vans: Iterable[VanLoad], now: datetime) -> tuple[VanToday, ...]:
    by_van = {row.van: row for row in held}
    empty = _Held(None, 0, 0, 0, "")
    return tuple(_van(van, by_van.get(van.id, empty), now) for van in vans)


def _van(van: VanLoad, held: _Held, now: datetime) -> VanToday:
    stops = held.stops
    waiting = [stop.wall for stop in stops if stop.status == Status.PAID]
    next_at = at_new_york(today(now), min(waiting)) if waiting else None
    late = int((now - next_at - WINDOW).total_seconds() // 60) if next_at else 0
    whole = any(stop.is_whole for stop in stops)
    segments = [(stop.status, van.pieces if stop.is_whole else stop.pieces) for stop in stops]
    return VanToday(
        number=van.number,
        has_rack=van.has_rack,
        pieces=van.pieces if whole else held.pieces,
        capacity=van.pieces,
        bookings=held.bookings,
        bar=bar_of(segments, van.pieces),
        next_at=next_at,
        late_minutes=max(late, 0),
    )
