"""Whether a van has room for a changed booking, without the booking itself."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from booking.availability.rooms import first_van_with_room, fits_in_van
from booking.availability.types import DayLoad, Need, VanLoad
from booking.catalogue.calendar import load_calendar
from booking.catalogue.snapshot import Snapshot
from booking.models import Booking
from booking.pricing.types import Room
from booking.services.room import free_days_near


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomChange:
    """What is needed from now on, and where. `van_id` None: none is kept, or none has room.

    `nearest` are up to 3 days with room, where the wanted day has none.
    """

    need: Room
    van_id: UUID | None = None
    is_refused: bool = False
    nearest: tuple[date, ...] = ()


def room_of(booking: Booking) -> Room:
    """The room that a booking takes now."""
    return Room(
        pieces=booking.room_pieces,
        needs_rack=booking.room_needs_rack,
        whole_van=booking.room_whole_van,
    )


def change_room(
    booking: Booking, day: date, need: Room, *, service: str, snapshot: Snapshot, now: datetime
) -> RoomChange:
    """Room for a changed booking on a day: one query, two where it is full, none if all stays.

    It stays in its van where it can. A booking without room (staff find it, or gave it back)
    stays without. Call it under the day's lock to take the room.
    """
    if not booking.room_held:
        return RoomChange(need=need)
    if day == booking.pickup_date and need == room_of(booking):
        return RoomChange(need=need, van_id=booking.van_id)
    load = load_calendar([day], snapshot.fleet, without=booking.pk)[day]
    van = _van_with_room(load, need, booking)
    if van is not None:
        return RoomChange(need=need, van_id=van.id)
    nearest = free_days_near(
        day, need=need, service=service, snapshot=snapshot, now=now, without=booking.pk
    )
    return RoomChange(need=need, is_refused=True, nearest=nearest)


def _van_with_room(load: DayLoad, need: Need, booking: Booking) -> VanLoad | None:
    """Its own van where the day stays and it still fits; else the first with room."""
    first = first_van_with_room(load, need)
    if first is None or load.date != booking.pickup_date:
        return first
    own = next((van for van in load.vans if van.id == booking.van_id), None)
    return own if own is not None and fits_in_van(own, need) else first
