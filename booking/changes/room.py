"""Whether a van has room for a changed booking, without the booking itself."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from booking.availability.rooms import first_van_with_room, fits_in_van
from booking.availability.types import DayLoad, Need, VanLoad
from booking.catalogue.calendar import load_calendar
from booking.changes.case import Case
from booking.models import Booking
from booking.pricing.types import Room
from booking.services.room import free_days_near


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomChange:
    """What is needed from now on, and where. `van_id` None: none is kept, or none has room.

    `van`: the van as full as it is with the booking, where that was looked up. `nearest` are up to
    3 days with room, where the wanted day has none.
    """

    need: Room
    van_id: UUID | None = None
    van: VanLoad | None = None
    is_refused: bool = False
    nearest: tuple[date, ...] = ()


def room_of(booking: Booking) -> Room:
    """The room that a booking takes now."""
    return Room(
        pieces=booking.room_pieces,
        needs_rack=booking.room_needs_rack,
        whole_van=booking.room_whole_van,
    )


def change_room(case: Case, day: date, need: Room, *, service: str) -> RoomChange:
    """Room for a changed booking on a day: one query, two where it is full, none if all stays.

    It stays in its van where it can. What no van carries is arranged by staff, who alone may wish
    it (DECISIONS.md, 17). A booking without room gets some where staff change it and there is
    some; else it stays without. Call it under the day's lock to take the room.
    """
    booking = case.booking
    if booking.room_held and day == booking.pickup_date and need == room_of(booking):
        return RoomChange(need=need, van_id=booking.van_id)
    if need.pieces > case.snapshot.book.limits.online_max_pieces and case.allowances.over_limit:
        return RoomChange(need=need)
    if not booking.room_held and not case.is_staff:
        return RoomChange(need=need)
    load = load_calendar([day], case.snapshot.fleet, without=booking.pk)[day]
    van = _van_with_room(load, need, booking)
    if van is not None:
        used = replace(van, used_pieces=van.used_pieces + need.pieces)
        return RoomChange(need=need, van_id=van.id, van=used)
    if not booking.room_held:
        return RoomChange(need=need)
    nearest = free_days_near(
        day,
        need=need,
        service=service,
        snapshot=case.snapshot,
        now=case.now,
        without=booking.pk,
    )
    return RoomChange(need=need, is_refused=True, nearest=nearest)


def _van_with_room(load: DayLoad, need: Need, booking: Booking) -> VanLoad | None:
    """Its own van where the day stays and it still fits; else the first with room."""
    first = first_van_with_room(load, need)
    if first is None or load.date != booking.pickup_date or not booking.room_held:
        return first
    own = next((van for van in load.vans if van.id == booking.van_id), None)
    return own if own is not None and fits_in_van(own, need) else first
