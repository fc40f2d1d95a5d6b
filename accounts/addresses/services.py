"""The address book's rules: labels unique, at most 50, one default whenever there is any.

Each write locks the customer's own row first, so that two at once follow one another.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import SavedAddress, User

MOST_ADDRESSES = 50


@dataclass(frozen=True, kw_only=True)
class AddressFacts:
    """What is kept of an address, as cleaned by its form."""

    label: str
    street: str
    unit: str
    city: str
    state: str
    zip: str
    has_doorman: bool = False
    has_elevator: bool = False
    access_notes: str = ""


class AddressRefusedError(Exception):
    """The address book does not take this. The text is for the person."""


class LabelTakenError(AddressRefusedError):
    """Another address of the customer has this label, whatever its case."""

    def __init__(self, label: str) -> None:
        text = _("You have an address called “%(label)s”. Choose another name for this one")
        super().__init__(text % {"label": label})


class TooManyAddressesError(AddressRefusedError):
    """The address book is full."""

    def __init__(self) -> None:
        text = _("You have %(count)d addresses, as many as we keep. Delete one to add another")
        super().__init__(text % {"count": MOST_ADDRESSES})


@transaction.atomic
def add_address(user_id: UUID, facts: AddressFacts, *, as_default: bool = False) -> SavedAddress:
    """Keep a new address; the first is the default by itself.

    Raises LabelTakenError, TooManyAddressesError.
    """
    others = _lock_book(user_id)
    if len(others) >= MOST_ADDRESSES:
        raise TooManyAddressesError
    _check_label(facts.label, others)
    address = SavedAddress(user_id=user_id, **asdict(facts))
    _save(address)
    if as_default or not others:
        _move_default(address)
    return address


@transaction.atomic
def change_address(
    address: SavedAddress, facts: AddressFacts, *, as_default: bool = False
) -> SavedAddress:
    """Change an address. It stays the default if it was. Raises LabelTakenError."""
    others = [other for other in _lock_book(address.user_id) if other.pk != address.pk]
    _check_label(facts.label, others)
    for name, value in asdict(facts).items():
        setattr(address, name, value)
    _save(address)
    if as_default:
        _move_default(address)
    return address


@transaction.atomic
def delete_address(address: SavedAddress) -> None:
    """Forget an address; bookings keep their own copies. The oldest left follows as default."""
    others = [other for other in _lock_book(address.user_id) if other.pk != address.pk]
    SavedAddress.objects.filter(pk=address.pk).delete()
    if others and not any(other.is_default for other in others):
        _move_default(others[0])


@transaction.atomic
def make_default(address: SavedAddress) -> None:
    """Offer this address first from now on."""
    _lock_book(address.user_id)
    _move_default(address)


def _lock_book(user_id: UUID) -> list[SavedAddress]:
    """All addresses of a customer, the oldest first, with nobody else changing them."""
    User.objects.select_for_update().filter(pk=user_id).first()
    return list(SavedAddress.objects.filter(user_id=user_id).order_by("created_at", "pk"))


def _check_label(label: str, others: list[SavedAddress]) -> None:
    if label.casefold() in {other.label.casefold() for other in others}:
        raise LabelTakenError(label)


def _save(address: SavedAddress) -> None:
    """Save; the database's own idea of upper and lower case has the last word."""
    try:
        with transaction.atomic():
            address.save()
    except IntegrityError as clash:
        raise LabelTakenError(address.label) from clash


def _move_default(address: SavedAddress) -> None:
    book = SavedAddress.objects.filter(user_id=address.user_id)
    book.filter(is_default=True).exclude(pk=address.pk).update(is_default=False)
    book.filter(pk=address.pk).update(is_default=True)
    address.is_default = True
