"""Bookings by what somebody says on the phone: number, name, e-mail, phone, address, item."""

import re
from dataclasses import dataclass

from django.db.models import Q

from booking.lifecycle import Status
from booking.models import Booking
from booking.models.booking import STATUS_LABELS
from booking.services.search_text import digits_of, plain_words
from staff.bookings.addresses import booking_address
from staff.models import StaffProfile
from staff.shell.palette import MOST_OF_A_SOURCE, Hit
from totetaxi.templatetags.formats import ny_date

NUMBER = re.compile(r"(?i:TT)[ -]?0*(\d{1,9})|0*(\d{1,7})", re.ASCII)
PHONE = re.compile(r"[\d\s().+/-]+", re.ASCII)
FEWEST_PHONE_DIGITS = 7
# A trigram index knows three letters; a shorter word is the beginning of one.
SHORT = 3
MOST_WORDS = 6
LARGEST_NUMBER = 2_147_483_647


@dataclass(frozen=True)
class Terms:
    """What a search means: a booking's `number`, or all of some `words` (then `number` too)."""

    words: tuple[str, ...] = ()
    number: int | None = None

    def condition(self) -> Q:
        """The bookings that are meant."""
        meant = Q()
        for word in self.words:
            meant &= Q(search_text__contains=word if len(word) >= SHORT else f" {word}")
        if self.number is None:
            return meant
        return meant | Q(number=self.number) if self.words else Q(number=self.number)


def read_terms(text: str) -> Terms:
    """What was typed: `TT-000415` is a number alone, `415` may be one, a phone is its digits."""
    asked = text.strip()
    numbered = NUMBER.fullmatch(asked)
    if numbered and numbered[1]:
        return Terms(number=_small(numbered[1]))
    if numbered:
        return Terms(words=(asked,), number=_small(numbered[2]))
    if PHONE.fullmatch(asked) and len(digits_of(asked)) >= FEWEST_PHONE_DIGITS:
        return Terms(words=(digits_of(asked),))
    return Terms(words=tuple(dict.fromkeys(plain_words(asked)))[:MOST_WORDS])


def find_bookings(text: str, _profile: StaffProfile) -> list[Hit]:
    """The palette's bookings: the one with that number first, then the latest pickups."""
    terms = read_terms(text)
    if terms == Terms():
        return []
    rows = Booking.objects.filter(terms.condition()).order_by("-pickup_at", "-number")
    columns = ("number", "status", "title", "pickup_date", "guest_name", "customer__name")
    found = list(rows.values_list(*columns)[:MOST_OF_A_SOURCE])
    if terms.number is not None and all(row[0] != terms.number for row in found):
        found = [*rows.filter(number=terms.number).values_list(*columns), *found]
    found.sort(key=lambda row: row[0] != terms.number)
    return [
        Hit(
            url=booking_address(number),
            title=f"TT-{number:06d}",
            detail=f"{guest or name or ''} · {title} · {ny_date(day, 'short')}",
            state=str(STATUS_LABELS[Status(status)]),
            status=status,
        )
        for number, status, title, day, guest, name in found
    ]


def _small(digits: str) -> int:
    """A number that every database's column can be compared with."""
    return min(int(digits), LARGEST_NUMBER)
