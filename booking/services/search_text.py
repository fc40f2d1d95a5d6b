"""What a booking is found by: one text of plain words, kept on its row for staff's lists.

The words are in lower case, without accents and without the punctuation round them; a phone is its
digits. The number is a column of its own and is not among them. PostgreSQL has a trigram index on
the text (migration 0002), SQLite reads it from end to end: the same question, the same answer.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from booking.models import Booking, Contact

# What stands round a word and is no part of it.
AROUND = ".,;:!?()[]{}'\"“”‘’«»×#*_-–/\\%"


class Place(Protocol):
    """An address, as an order gives it or as a booking keeps it."""

    @property
    def street(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def city(self) -> str: ...
    @property
    def zip(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class SearchColumns:
    """The two columns of a booking: `sort_name` is the customer's name, for an order by name."""

    sort_name: str
    search_text: str


def search_columns(
    *,
    contact: Contact,
    other_contact: tuple[str, str],
    places: Iterable[Place],
    things: Iterable[str],
) -> SearchColumns:
    """What a booking is found by.

    `other_contact` is a name and a phone, `things` are its title, its items' names and the areas.
    """
    texts = [contact.name, contact.email, digits_of(contact.phone)]
    texts += [other_contact[0], digits_of(other_contact[1])]
    texts += [
        part for place in places for part in (place.street, place.unit, place.city, place.zip)
    ]
    words = plain_words(" ".join([*texts, *things]))
    # A word of one or two letters is looked for at the beginning of words: hence the first space.
    text = f" {' '.join(dict.fromkeys(words))}" if words else ""
    return SearchColumns(sort_name=_folded(contact.name)[:120], search_text=text)


def plain_words(text: str) -> list[str]:
    """The words of a text as they are stored and looked for: `"(Zoë's 2 bags)"` is three."""
    words = (word.strip(AROUND) for word in _folded(text).split())
    return [word for word in words if word]


def digits_of(phone: str) -> str:
    """`(212) 555-0148` as `2125550148`."""
    return "".join(character for character in phone if character in "0123456789")


def refresh_search(booking_ids: Iterable[UUID]) -> None:
    """Write the columns anew. Call it, in the same transaction, after each change of a contact, an
    address or an item of these bookings.
    """
    rows = (
        Booking.all_objects.filter(pk__in=list(booking_ids))
        .select_related("customer__customer_profile")
        .prefetch_related("addresses", "booking_items")
    )
    changed = []
    for booking in rows:  # pickup first, as the order has it
        places = sorted(booking.addresses.all(), key=lambda place: place.leg, reverse=True)
        items = [item.label for item in booking.booking_items.all()]
        columns = search_columns(
            contact=booking.contact,
            other_contact=(booking.other_contact_name, booking.other_contact_phone),
            places=places,
            things=[booking.title, *items, *(place.area for place in places)],
        )
        if columns != SearchColumns(sort_name=booking.sort_name, search_text=booking.search_text):
            booking.sort_name, booking.search_text = columns.sort_name, columns.search_text
            changed.append(booking)
    # Not `updated_at`: nothing that the customer sees has changed.
    Booking.all_objects.bulk_update(changed, ["sort_name", "search_text"], batch_size=200)


def _folded(text: str) -> str:
    """In lower case and without accents, one space between words."""
    parted = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(letter for letter in parted if not unicodedata.combining(letter))
    return " ".join(letters.replace("\x00", "").split())
