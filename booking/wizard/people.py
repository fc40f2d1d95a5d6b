"""What the wizard knows of a signed-in customer, by a registry that the accounts fill.

The wizard owns the shapes; whoever keeps accounts hands in an `AccountBook` at start-up
(DECISIONS.md, 31). Without one, everybody is a guest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Protocol
from uuid import UUID

from django.contrib.auth import SESSION_KEY as SIGNED_IN
from django.http import HttpRequest

from booking.pricing.addresses import address_key

# The parts of an address, and of the way in, that stand in the wizard's fields as `<leg>_<part>`.
PARTS = ("street", "unit", "city", "state", "zip")
TICKS = ("has_doorman", "has_elevator")
ACCESS = (*TICKS, "access_notes")


@dataclass(frozen=True, kw_only=True)
class NewPlace:
    """An address that a customer wants kept, under a label of their own."""

    label: str
    street: str
    unit: str
    city: str
    state: str
    zip: str


@dataclass(frozen=True, kw_only=True)
class SavedPlace(NewPlace):
    """An address that a customer keeps with us."""

    id: UUID
    has_doorman: bool = False
    has_elevator: bool = False
    access_notes: str = ""

    @property
    def key(self) -> str:
        """What two spellings of this address share."""
        return address_key(
            street=self.street,
            unit=self.unit,
            city=self.city,
            state=self.state,
            zip_code=self.zip,
        )

    @property
    def street_words(self) -> str:
        """`118 East 93rd Street, 6B`."""
        return ", ".join(filter(None, [self.street, self.unit]))

    def answers(self, leg: str) -> dict[str, str]:
        """The address as it is typed into the first step."""
        return {f"{leg}_{part}": text for part in PARTS if (text := str(getattr(self, part)))}

    def access(self, leg: str) -> dict[str, str]:
        """How to get in, as it is typed into the fourth step."""
        found = {f"{leg}_{tick}": "on" for tick in TICKS if getattr(self, tick)}
        return found | ({f"{leg}_access_notes": self.access_notes} if self.access_notes else {})


@dataclass(frozen=True, kw_only=True)
class Account:
    """A signed-in customer. `places`: the default first, then what was used last.

    `phone` is E.164, or empty.
    """

    id: UUID
    name: str
    email: str
    phone: str
    places: tuple[SavedPlace, ...] = ()

    def place(self, place_id: str) -> SavedPlace | None:
        """One of the customer's own addresses."""
        return next((place for place in self.places if str(place.id) == place_id), None)

    def place_at(self, answers: Mapping[str, str], leg: str) -> SavedPlace | None:
        """The saved address that stands at one end of a trip, however it was typed."""
        if not answers.get(f"{leg}_street"):
            return None
        key = typed_key(answers, leg)
        return next((place for place in self.places if place.key == key), None)


class PlaceRefusedError(Exception):
    """The address book does not take an address. The text is for the person."""


class AccountBook(Protocol):
    """What accounts do for the wizard."""

    def find_account(self, customer_id: UUID) -> Account | None:
        """The customer with their addresses, in one query."""

    def save_place(self, customer_id: UUID, place: NewPlace) -> None:
        """Keep a new address. Raises PlaceRefusedError."""

    def mark_used(self, customer_id: UUID, place_ids: list[UUID], now: datetime) -> None:
        """Remember which addresses were chosen last."""

    def change_contact(self, customer_id: UUID, *, name: str, phone: str) -> None:
        """Keep what the customer typed as their name and phone (E.164)."""


@dataclass
class _Registry:
    book: AccountBook | None = None


_registry = _Registry()


def register_accounts(book: AccountBook) -> None:
    """Tell the wizard where accounts are kept; once, at start-up."""
    _registry.book = book


def account_book() -> AccountBook:
    """The accounts. Raises LookupError where nobody keeps any."""
    if _registry.book is None:
        raise LookupError("no accounts are registered")
    return _registry.book


def customer_id_of(request: HttpRequest) -> UUID | None:
    """The signed-in customer. The account is read only where somebody is signed in at all."""
    if SIGNED_IN not in request.session:
        return None
    user = request.user
    return user.pk if user.is_authenticated and not user.is_staff else None


def typed_key(answers: Mapping[str, str], leg: str) -> str:
    """What two spellings of the address at one end share."""
    street, unit, city, state, zip_code = (answers.get(f"{leg}_{part}", "") for part in PARTS)
    return address_key(street=street, unit=unit, city=city, state=state, zip_code=zip_code)


class Caller:
    """Whoever is at the wizard, read from the database only when somebody asks."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @property
    def is_signed_in(self) -> bool:
        """Whether there may be an account, without a query."""
        return SIGNED_IN in self.request.session

    @cached_property
    def account(self) -> Account | None:
        """The signed-in customer; None for a guest, and for staff."""
        customer_id = customer_id_of(self.request)
        if customer_id is None or _registry.book is None:
            return None
        return _registry.book.find_account(customer_id)
