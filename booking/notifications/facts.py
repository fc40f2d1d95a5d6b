"""A booking in the words that mails and pages share."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.models import Address, Booking, BookingLine, CoiState, Leg
from booking.notifications.schedule import (
    NextStep,
    address_of,
    certificate_due,
    day_words,
    delivery_by,
    place,
    street_line,
    time_words,
    what_happens_next,
)
from totetaxi.lib.clock import new_york


@dataclass(frozen=True)
class Place:
    """One end of the trip in two lines, and what the area is called."""

    street_words: str
    city_words: str
    name: str


@dataclass(frozen=True, kw_only=True)
class BookingFacts:
    """What is said about a booking. Days and times are New York's."""

    booking: Booking
    first_name: str
    pickup: Place
    delivery: Place
    what: str
    collect_day: str
    collect_time: str
    delivery_time: str
    hold_ends: str  # empty where nothing is held
    certificate: str  # empty where no building asks for one
    steps: list[NextStep]
    lines: list[BookingLine]


def booking_facts(booking: Booking, now: datetime) -> BookingFacts:
    """The facts of a booking as of `now`. Prefetch `addresses` and `lines` with it."""
    return BookingFacts(
        booking=booking,
        first_name=booking.contact.name.split(" ")[0],
        pickup=_place(address_of(booking, Leg.PICKUP)),
        delivery=_place(address_of(booking, Leg.DELIVERY)),
        what=_what(booking),
        collect_day=day_words(booking.pickup_at),
        collect_time=time_words(booking.pickup_at),
        delivery_time=time_words(delivery_by(booking)),
        hold_ends=_hold_words(booking, now),
        certificate=_certificate_words(booking, now),
        steps=what_happens_next(booking, now),
        lines=list(booking.lines.all()),
    )


def _place(address: Address) -> Place:
    return Place(
        street_words=street_line(address),
        city_words=f"{address.city}, {address.state} {address.zip}",
        name=place(address),
    )


def _what(booking: Booking) -> str:
    """`Mini Move Standard, 24 items`; without a package the title counts the items itself."""
    if not booking.package or not booking.items:
        return booking.title
    items = ngettext("%(n)d item", "%(n)d items", booking.items) % {"n": booking.items}
    return f"{booking.title}, {items}"


def _certificate_words(booking: Booking, now: datetime) -> str:
    if booking.coi_state == CoiState.NOT_NEEDED:
        return ""
    if booking.coi_state == CoiState.APPROVED:
        return _("The certificate of insurance is on file.")
    due = certificate_due(booking)
    if now >= due:
        return _("Certificate of insurance included. It is on file before we collect.")
    return _("Certificate of insurance included. It is on file by %(day)s, %(time)s.") % {
        "day": day_words(due),
        "time": time_words(due),
    }


def _hold_words(booking: Booking, now: datetime) -> str:
    """Until when the room is kept: a time today, else a day and a time; empty without a hold."""
    ends = booking.hold_expires_at
    if ends is None or ends <= now:
        return ""
    if new_york(ends).date() == new_york(now).date():
        return time_words(ends)
    return _("%(day)s, %(time)s") % {"day": day_words(ends), "time": time_words(ends)}
