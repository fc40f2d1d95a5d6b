"""What somebody orders: everything that a booking is made from."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from booking.models import Address, Booking, Leg
from booking.pricing.addresses import address_key
from booking.pricing.types import Request
from booking.pricing.wire import parse_request, request_json


@dataclass(frozen=True, kw_only=True)
class OrderAddress:
    """One end of the trip."""

    street: str
    unit: str = ""
    city: str
    state: str
    zip: str
    has_doorman: bool = False
    has_elevator: bool = False
    access_notes: str = ""

    @property
    def key(self) -> str:
        """Equal for two spellings of one address."""
        return address_key(
            street=self.street,
            unit=self.unit,
            city=self.city,
            state=self.state,
            zip_code=self.zip,
        )


@dataclass(frozen=True, kw_only=True)
class NewBooking:
    """An order as the customer, or staff for a caller, states it.

    `customer_id` is the account, or None for a guest, whose contact is then kept on the booking.
    """

    request: Request
    pickup: OrderAddress
    delivery: OrderAddress
    customer_id: UUID | None = None
    contact_name: str
    contact_email: str
    contact_phone: str
    other_contact_name: str = ""
    other_contact_phone: str = ""
    driver_notes: str = ""
    coi_wording: str = ""
    draft_id: UUID | None = None
    terms_version: int | None = None
    policy_version: int | None = None
    terms_accepted: bool = False

    @property
    def hash(self) -> str:
        """SHA-256 of what is ordered: equal for equal orders of one draft, in any process."""
        facts = {
            name: value
            for name, value in self.__dict__.items()
            if name not in {"request", "pickup", "delivery", "terms_accepted"}
        }
        facts |= {
            "request": request_json(self.request),
            "pickup": asdict(self.pickup),
            "delivery": asdict(self.delivery),
        }
        text = json.dumps(facts, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


def order_of(booking: Booking) -> NewBooking:
    """The order that a booking is now: where a change of it, or booking it again, begins.

    Prefetch `addresses` and select `customer__customer_profile` with it. Raises ValueError where
    its stored request cannot be read.
    """
    ends = {row.leg: order_address(row) for row in booking.addresses.all()}
    contact = booking.contact
    return NewBooking(
        request=stored_request(booking),
        pickup=ends[Leg.PICKUP],
        delivery=ends[Leg.DELIVERY],
        customer_id=booking.customer_id,
        contact_name=contact.name,
        contact_email=contact.email,
        contact_phone=contact.phone,
        other_contact_name=booking.other_contact_name,
        other_contact_phone=booking.other_contact_phone,
        driver_notes=booking.driver_notes,
        coi_wording=booking.coi_wording,
        draft_id=booking.draft_id,
        terms_version=booking.terms_version,
        policy_version=booking.policy_version,
        terms_accepted=booking.terms_accepted_at is not None,
    )


def order_address(row: Address) -> OrderAddress:
    """One end of a booking, as it was ordered."""
    names = OrderAddress.__dataclass_fields__
    return OrderAddress(**{name: getattr(row, name) for name in names})


# Beside the request's own keys, that of the moment at which its pickup day was chosen.
ASKED_AT = "as_of"


def stored_json(request: Request, chosen_at: datetime | None = None) -> dict[str, Any]:
    """A request as a booking stores it. `chosen_at` is kept where a change chose the day."""
    asked = {ASKED_AT: chosen_at.isoformat()} if chosen_at else {}
    return request_json(request) | asked


def stored_request(booking: Booking) -> Request:
    """The request that a booking was made from. Raises ValueError where it cannot be read."""
    return _read(booking)[0]


def asked_at(booking: Booking) -> datetime:
    """When the booking's pickup day was chosen: as it was made, or by a later change."""
    return _read(booking)[1] or booking.created_at


def _read(booking: Booking) -> tuple[Request, datetime | None]:
    request, chosen_at, wrong = parse_request(booking.request)
    if wrong:
        raise ValueError(f"{booking}: its stored request cannot be read")
    return request, chosen_at
