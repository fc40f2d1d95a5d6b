"""A month at a glance: for each day its load by van, and what is wrong with it in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.availability.misfits import Kept, unfit_on
from booking.availability.types import DayLoad
from booking.catalogue.calendar import load_calendar
from booking.catalogue.snapshot import Snapshot
from booking.lifecycle import ACTIVE, Status
from booking.models import Booking
from staff.calendar.board import still_fits, surcharge_names
from staff.calendar.load_bar import LoadBar, load_bar
from staff.calendar.periods import Period
from staff.calendar.queries import ACTIVE_OR_DONE
from totetaxi.lib.clock import today

DAYS_IN_A_WEEK = 7
KINDS = {Status.PENDING: "hold", Status.COMPLETED: "done"}


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthCell:
    """One day. `bars`: (number of the van, its bar); `warnings` are for somebody to solve."""

    date: date
    load: DayLoad
    bars: tuple[tuple[int, LoadBar], ...]
    bookings: int
    used: int
    pieces: int
    warnings: tuple[str, ...]
    surcharges: tuple[str, ...]
    fits: str
    is_in_month: bool
    is_today: bool
    is_past: bool


def draw_month(period: Period, snapshot: Snapshot, now: datetime) -> list[list[MonthCell]]:
    """The weeks of a month. Two queries."""
    rows: dict[date, list[dict[str, Any]]] = {day: [] for day in period.days}
    found = Booking.objects.filter(pickup_date__in=period.days, status__in=ACTIVE_OR_DONE)
    for row in found.order_by().values(
        "pickup_date",
        "number",
        "status",
        "van_id",
        "room_held",
        "room_pieces",
        "room_needs_rack",
        "room_whole_van",
    ):
        rows[row["pickup_date"]].append(row)
    loads = load_calendar(period.days, snapshot.fleet)
    cells = [_cell(period, loads[day], rows[day], snapshot, today(now)) for day in period.days]
    return [cells[at : at + DAYS_IN_A_WEEK] for at in range(0, len(cells), DAYS_IN_A_WEEK)]


def _cell(
    period: Period, load: DayLoad, rows: list[dict[str, Any]], snapshot: Snapshot, day: date
) -> MonthCell:
    carried = [row for row in rows if row["room_held"] or row["status"] == Status.COMPLETED]
    return MonthCell(
        date=load.date,
        load=load,
        bars=tuple((van.number, _bar(carried, van.id, van.pieces)) for van in load.vans),
        bookings=len(rows),
        used=sum(row["room_pieces"] for row in carried),
        pieces=sum(van.pieces for van in load.vans),
        warnings=tuple(_warnings(load, rows)),
        surcharges=surcharge_names(load.date, snapshot.book),
        fits=still_fits(load, snapshot.book),
        is_in_month=load.date.month == period.first.month,
        is_today=load.date == day,
        is_past=load.date < day,
    )


def _bar(rows: list[dict[str, Any]], van_id: Any, pieces: int) -> LoadBar:
    """One segment for each kind: at a glance, how much is kept and how much only held."""
    sums: Counter[str] = Counter()
    for row in rows:
        if row["van_id"] == van_id:
            sums[KINDS.get(Status(row["status"]), "kept")] += row["room_pieces"]
    return load_bar([(sums[kind], kind) for kind in ("done", "kept", "hold")], pieces)


def _warnings(load: DayLoad, rows: Sequence[dict[str, Any]]) -> list[str]:
    unfit = len(unfit_on(load, [_kept(row) for row in rows if row["room_held"]]))
    loose = sum(row["status"] in ACTIVE and not row["room_held"] for row in rows)
    words = []
    if unfit:
        text = ngettext("%(count)d does not fit", "%(count)d do not fit", unfit)
        words.append(text % {"count": unfit})
    if loose:
        words.append(_("%(count)d without a van") % {"count": loose})
    return words


def _kept(row: dict[str, Any]) -> Kept:
    return Kept(
        row["number"],
        row["van_id"],
        row["room_pieces"],
        row["room_needs_rack"],
        row["room_whole_van"],
    )
