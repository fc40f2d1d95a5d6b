"""What somebody orders: everything that a booking is made from."""

import hashlib
import json
from dataclasses import asdict, dataclass
from uuid import UUID

from booking.models import Booking
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


def stored_request(booking: Booking) -> Request:
    """The request that a booking was made from. Raises ValueError where it cannot be read."""
    request, _asked_at, wrong = parse_request(booking.request)
    if wrong:
        raise ValueError(f"{booking}: its stored request cannot be read")
    return request
