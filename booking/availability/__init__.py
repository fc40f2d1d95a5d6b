"""Which van has room on which day. Pure: counts are passed in."""

from booking.availability.misfits import Kept, Misfit, Unfit, unfit_on, why_not_in
from booking.availability.rooms import first_van_with_room, nearest_free_days, room_on
from booking.availability.types import Calendar, DayLoad, DayRoom, Need, RoomState, VanLoad

__all__ = [
    "Calendar",
    "DayLoad",
    "DayRoom",
    "Kept",
    "Misfit",
    "Need",
    "RoomState",
    "Unfit",
    "VanLoad",
    "first_van_with_room",
    "nearest_free_days",
    "room_on",
    "unfit_on",
    "why_not_in",
]
