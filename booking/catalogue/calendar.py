"""What bookings hold on each day -> the calendar that `booking.availability` judges."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, Sum

from booking.availability.types import Calendar, DayLoad
from booking.catalogue.fleet import Fleet
from booking.catalogue.snapshot import get_snapshot
from booking.models import Booking

# Of a van on a day: the pieces held, and whether a booking has it alone.
Held = dict[tuple[date, UUID], tuple[int, bool]]


def load_calendar(
    days: Iterable[date], fleet: Fleet | None = None, *, without: UUID | None = None
) -> Calendar:
    """The load of each day, in one query (two without a `fleet`, from `get_snapshot`).

    `without` leaves out one booking, for a change that frees its own room first.
    """
    wanted = tuple(days)
    fleet = fleet or get_snapshot().fleet
    held = _held(wanted, without)
    used: dict[date, int] = {}
    for (day, _van), (pieces, _whole) in held.items():
        used[day] = used.get(day, 0) + pieces
    return {day: _day_load(day, fleet, held, used.get(day, 0)) for day in wanted}


def _held(days: tuple[date, ...], without: UUID | None) -> Held:
    bookings = Booking.objects.filter(room_held=True, pickup_date__in=days)
    if without is not None:
        bookings = bookings.exclude(pk=without)
    rows = (
        bookings.order_by()
        .values_list("pickup_date", "van_id")
        .annotate(pieces=Sum("room_pieces"), whole=Count("pk", filter=Q(room_whole_van=True)))
    )
    return {(day, van): (pieces, whole > 0) for day, van, pieces, whole in rows}


def _day_load(day: date, fleet: Fleet, held: Held, used_pieces: int) -> DayLoad:
    rule = fleet.rules.get(day)
    vans = tuple(
        replace(van, used_pieces=held[day, van.id][0], whole_taken=held[day, van.id][1])
        if (day, van.id) in held
        else van
        for van in fleet.vans_of(day)
    )
    return DayLoad(
        date=day,
        vans=vans,
        is_closed=rule.is_closed if rule else False,
        closed_reason=rule.closed_reason if rule else "",
        cap_pieces=rule.cap_pieces if rule else None,
        used_pieces=used_pieces,
    )
