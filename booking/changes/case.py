"""One wish about one booking, and what it means in the words of the pure rules."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from booking.catalogue.snapshot import Snapshot
from booking.changes.price import Priced
from booking.changes.types import (
    BookingMoney,
    Reorder,
    Reprice,
    Reschedule,
    Wish,
    kept_cents,
)
from booking.lifecycle import Status
from booking.models import Booking, CoiState, Leg
from booking.pricing.types import CUSTOMER, Allowances, Quote, Request
from booking.services.order import asked_at, order_address, stored_request
from booking.services.person import person_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A wish, the booking as it is, its money, the catalogue, the moment, and who may do what."""

    booking: Booking
    wish: Wish
    money: BookingMoney
    snapshot: Snapshot
    now: datetime
    allowances: Allowances = CUSTOMER

    @property
    def is_frozen(self) -> bool:
        """Whether the lines stand: money came, none has to come any more, or staff set a price."""
        agreed = self.booking.price_overridden or isinstance(self.wish, Reprice)
        return agreed or self.booking.status != Status.PENDING or self.money.paid_cents > 0

    @property
    def is_staff(self) -> bool:
        """Whether staff wish it: sentences then speak of the customer."""
        return self.allowances.is_staff

    @property
    def keeps_trip(self) -> bool:
        """Whether all stays that is driven and paid for: only words about people change."""
        wish = self.wish
        if not isinstance(wish, Reorder):
            return isinstance(wish, Reprice)
        return wish.order.request == stored_request(self.booking) and not self._changes_place()

    def priced(self) -> Priced:
        """What the booking is, for the price."""
        return Priced(
            request=stored_request(self.booking),
            asked_at=asked_at(self.booking),
            total_cents=self.booking.total_cents,
            is_frozen=self.is_frozen,
            kept_cents=kept_cents(self.money),
        )

    def wanted(self, old: Request) -> Request:
        """What the booking shall be."""
        if isinstance(self.wish, Reschedule):
            wish = self.wish
            return replace(old, pickup_date=wish.pickup_date, pickup_time=wish.pickup_time)
        return self.wish.order.request if isinstance(self.wish, Reorder) else old

    def coi_after(self, quoted: Quote) -> CoiState:
        """Where the certificate stands afterwards: one that was made out to a building is good
        for that building alone.
        """
        was = CoiState(self.booking.coi_state)
        if not isinstance(self.wish, Reorder):
            return was
        if not quoted.coi_required:
            return CoiState.NOT_NEEDED
        stays = was == CoiState.APPROVED and not self._changes_place()
        return CoiState.APPROVED if stays else CoiState.NEEDED

    def recipient(self) -> str:
        """Whom the message goes to."""
        is_guest = self.booking.customer_id is None
        if is_guest and isinstance(self.wish, Reorder):
            return self.wish.order.contact_email
        return self.booking.contact.email

    def person_key(self) -> str:
        """Who has the booking afterwards (DECISIONS.md, 19)."""
        if self.booking.customer_id is None and isinstance(self.wish, Reorder):
            return person_key(None, self.wish.order.contact_email)
        return self.booking.person_key

    def _changes_place(self) -> bool:
        if not isinstance(self.wish, Reorder):
            return False
        new = {Leg.PICKUP: self.wish.order.pickup, Leg.DELIVERY: self.wish.order.delivery}
        rows = self.booking.addresses.all()
        return any(order_address(row).key != new[Leg(row.leg)].key for row in rows)
