"""Which bookings of a day no longer fit (DOMAIN.md, invariant 5). Pure: nothing is moved here.

Bookings keep their vans in the order in which they were made. What does not fit beside those that
came first is unfit: its van is not in service, has no rack or no room, or the day is closed or
capped below what is held. Nothing is given another van by itself; the vans that would take it are
named.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from booking.availability.rooms import fits_in_van
from booking.availability.types import DayLoad, Need, VanLoad


class Misfit(StrEnum):
    """Why a booking does not fit where it is."""

    CLOSED = "closed"
    NO_SERVICE = "no_service"
    NO_RACK = "no_rack"
    SHARED = "shared"
    TOO_MUCH = "too_much"
    OVER_CAP = "over_cap"


@dataclass(frozen=True, slots=True)
class Kept:
    """The room that a booking has: in which van, and what it takes there. A `Need`."""

    number: int
    van_id: UUID
    pieces: int
    needs_rack: bool = False
    whole_van: bool = False


@dataclass(frozen=True, slots=True)
class Unfit:
    """A booking that does not fit, why, and the vans of that day with room for it."""

    kept: Kept
    why: Misfit
    others: tuple[VanLoad, ...] = ()


def unfit_on(day: DayLoad, kept: Iterable[Kept]) -> tuple[Unfit, ...]:
    """The bookings of a day that do not fit, in order of number; what `day` has used is ignored."""
    vans = {van.id: replace(van, used_pieces=0, whole_taken=False) for van in day.vans}
    found: list[tuple[Kept, Misfit]] = []
    taken = 0
    for one in sorted(kept, key=lambda one: one.number):
        why = _why_not(day, vans.get(one.van_id), one, taken)
        if why is not None:
            found.append((one, why))
            continue
        taken += one.pieces
        vans[one.van_id] = with_room_taken(vans[one.van_id], one)
    return tuple(Unfit(one, why, _others(vans, one, why)) for one, why in found)


def with_room_taken(van: VanLoad, need: Need) -> VanLoad:
    """The van with one booking more in it."""
    return replace(
        van,
        used_pieces=van.used_pieces + need.pieces,
        whole_taken=van.whole_taken or need.whole_van,
    )


def why_not_in(van: VanLoad, need: Need) -> Misfit | None:
    """Why a van has no room for one more booking, or None."""
    if need.needs_rack and not van.has_rack:
        return Misfit.NO_RACK
    if fits_in_van(van, need):
        return None
    is_shared = van.whole_taken or (need.whole_van and van.used_pieces > 0)
    return Misfit.SHARED if is_shared else Misfit.TOO_MUCH


def _why_not(day: DayLoad, van: VanLoad | None, one: Kept, taken: int) -> Misfit | None:
    if day.is_closed:
        return Misfit.CLOSED
    if van is None:
        return Misfit.NO_SERVICE
    if (why := why_not_in(van, one)) is not None:
        return why
    is_over = day.cap_pieces is not None and taken + one.pieces > day.cap_pieces
    return Misfit.OVER_CAP if is_over else None


def _others(vans: dict[UUID, VanLoad], one: Kept, why: Misfit) -> tuple[VanLoad, ...]:
    """In order of number. A closed day and a cap leave only another day."""
    if why in {Misfit.CLOSED, Misfit.OVER_CAP}:
        return ()
    by_number = sorted(vans.values(), key=lambda van: van.number)
    return tuple(van for van in by_number if van.id != one.van_id and fits_in_van(van, one))
