"""Which van each of the demo's bookings gets, counted in memory while they are made."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from booking.availability.rooms import first_van_with_room
from booking.availability.types import DayLoad
from booking.catalogue.fleet import Fleet
from booking.pricing.types import Room


class Rooms:
    """The vans of every day, as the bookings made so far have filled them."""

    def __init__(self, fleet: Fleet) -> None:
        self.fleet = fleet
        self.days: dict[date, DayLoad] = {}

    def find_van(self, day: date, need: Room) -> UUID | None:
        """The van that a booking would get, or None."""
        van = first_van_with_room(self._load(day), need)
        return van.id if van else None

    def take(self, day: date, need: Room, van_id: UUID) -> None:
        """Fill the van that was found."""
        load = self._load(day)
        vans = tuple(
            replace(
                van,
                used_pieces=van.used_pieces + need.pieces,
                whole_taken=van.whole_taken or need.whole_van,
            )
            if van.id == van_id
            else van
            for van in load.vans
        )
        self.days[day] = replace(load, vans=vans, used_pieces=load.used_pieces + need.pieces)

    def _load(self, day: date) -> DayLoad:
        if day in self.days:
            return self.days[day]
        rule = self.fleet.rules.get(day)
        return DayLoad(
            date=day,
            vans=self.fleet.vans_of(day),
            is_closed=bool(rule and rule.is_closed),
            cap_pieces=rule.cap_pieces if rule else None,
        )
