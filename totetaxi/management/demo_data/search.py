"""Finds for each slot an order that the rules accept and a van that has room for it."""

import random
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from booking.catalogue.snapshot import Snapshot
from booking.models import Booking, PolicyKind, PolicyText
from booking.pricing.types import Quote
from booking.services.create import OrderRefusedError, quote_order
from booking.services.order import NewBooking
from booking.services.person import person_key
from totetaxi.lib.clock import at_new_york, today
from totetaxi.management.demo_data.orders import BY_REQUEST, BY_STAFF, WELCOME_CODE, draw_order
from totetaxi.management.demo_data.people import People, Visitor
from totetaxi.management.demo_data.plan import Slot
from totetaxi.management.demo_data.room import Rooms
from totetaxi.management.demo_data.showcase import between_homes

TRIES = 60
TRIES_A_DAY = 6


@dataclass(frozen=True, kw_only=True)
class Found:
    """An accepted order, its quote, who gave it, and its van (None: too large for one)."""

    order: NewBooking
    quoted: Quote
    visitor: Visitor
    van_id: UUID | None


class OrderSearch:
    """Draws orders until one is accepted, and remembers what has been booked."""

    def __init__(
        self, *, snapshot: Snapshot, people: People, rng: random.Random, now: datetime
    ) -> None:
        self.snapshot, self.people, self.rng, self.now = snapshot, people, rng, now
        self.rooms = Rooms(snapshot.fleet)
        self.taken: set[tuple[str, datetime]] = set()
        self.welcomed: set[str] = set()
        self.versions = (
            PolicyText.current(PolicyKind.TERMS).version,
            PolicyText.current(PolicyKind.CANCELLATION).version,
        )

    def find(self, slot: Slot) -> Found | None:
        """An order for the slot's day or a day near it; None when the vans are full."""
        days = slot.days(self.now)
        for attempt in range(TRIES if days else 0):
            day = days[min(attempt // TRIES_A_DAY, len(days) - 1)]
            found = self._try(slot, day)
            if found is not None:
                return found
        return None

    def remember(self, found: Found, booking: Booking, *, cancelled: bool) -> None:
        """Count a booking's person, code and room; a cancelled one gave its room back."""
        self.taken.add((booking.person_key, booking.pickup_at))
        if found.order.request.discount_code == WELCOME_CODE:
            self.welcomed.add(found.visitor.email)
        if found.van_id is not None and not cancelled:
            self.rooms.take(booking.pickup_date, found.quoted.room, found.van_id)

    def _try(self, slot: Slot, day: date) -> Found | None:
        visitor = (
            self.people.showcase
            if slot.of_showcase
            else self.people.draw(guest=slot.fate in BY_STAFF)
        )
        order = draw_order(
            self.rng,
            slot.fate,
            visitor,
            day,
            same_day=day == today(slot.made_at),
            book=self.snapshot.book,
            versions=self.versions,
            may_use_code=visitor.email not in self.welcomed,
        )
        if slot.of_showcase:
            order = between_homes(self.rng, order)
        if self._is_taken(visitor, order):
            return None
        quoted = self._quote(order, slot)
        if quoted is None or quoted.payable_online == (slot.fate in BY_REQUEST):
            return None
        large = quoted.room.pieces > self.snapshot.book.limits.online_max_pieces
        van_id = None if large else self.rooms.find_van(day, quoted.room)
        if van_id is None and not large:
            return None
        return Found(order=order, quoted=quoted, visitor=visitor, van_id=van_id)

    def _is_taken(self, visitor: Visitor, order: NewBooking) -> bool:
        """One booking for each person and time."""
        day, wall = order.request.pickup_date, order.request.pickup_time
        if day is None or wall is None:
            return True
        key = person_key(visitor.user_id, visitor.email)
        return (key, at_new_york(day, wall)) in self.taken

    def _quote(self, order: NewBooking, slot: Slot) -> Quote | None:
        closed = self.snapshot.fleet.closed
        try:
            return quote_order(order, book=self.snapshot.book, closed=closed, now=slot.made_at)
        except OrderRefusedError:
            return None
