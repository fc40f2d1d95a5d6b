"""Which van has room (PRICING.md, "Vans"; DECISIONS.md, 17 and 18).

A booking goes to the first van with room, in order of van number, and is never split. A rack is
yes or no; only pieces limit how much it takes. A day's cap counts pieces over all vans.
"""

from collections.abc import Iterable
from datetime import date

from booking.availability.types import Calendar, DayLoad, DayRoom, Need, RoomState, VanLoad


def fits_in_van(van: VanLoad, need: Need) -> bool:
    """Whether one more such request fits into a van."""
    return places_in_van(van, need) > 0


def places_in_van(van: VanLoad, need: Need) -> int:
    """How many such requests still fit into a van."""
    if need.needs_rack and not van.has_rack:
        return 0
    if need.whole_van:
        return int(not van.whole_taken and van.used_pieces == 0 and van.pieces >= need.pieces)
    return van.free_pieces // max(need.pieces, 1)


def first_van_with_room(day: DayLoad, need: Need) -> VanLoad | None:
    """The van that a booking is given to, or None: closed, capped or full."""
    if day.is_closed or _places_under_cap(day, need) == 0:
        return None
    vans = sorted(day.vans, key=lambda van: van.number)
    return next((van for van in vans if fits_in_van(van, need)), None)


def room_on(day: DayLoad, need: Need) -> DayRoom:
    """Whether a day has room, and for how many more requests like this one."""
    if day.is_closed:
        return DayRoom(day.date, RoomState.CLOSED, closed_reason=day.closed_reason)
    left = sum(places_in_van(van, need) for van in day.vans)
    under_cap = _places_under_cap(day, need)
    if under_cap is not None:
        left = min(left, under_cap)
    return DayRoom(day.date, RoomState.OPEN if left else RoomState.FULL, left)


def nearest_free_days(
    calendar: Calendar, need: Need, near: date, among: Iterable[date], most: int = 3
) -> tuple[date, ...]:
    """Of the days `among`, those with room that lie nearest to `near`, in order of date."""
    free = [
        day
        for day in among
        if day in calendar and room_on(calendar[day], need).state is RoomState.OPEN
    ]
    nearest = sorted(free, key=lambda day: (abs(day - near), day))[:most]
    return tuple(sorted(nearest))


def _places_under_cap(day: DayLoad, need: Need) -> int | None:
    if day.cap_pieces is None:
        return None
    return max(day.cap_pieces - day.used_pieces, 0) // max(need.pieces, 1)
