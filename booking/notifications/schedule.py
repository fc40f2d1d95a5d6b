"""What happens to a booking, and when: the promises that mails, pages and calendars share."""

import re
from dataclasses import dataclass
from datetime import datetime, time

from django.utils.translation import gettext as _

from booking.lifecycle import Status
from booking.models import Address, Booking, CoiState, Leg
from booking.services.policy import certificate_due_at
from booking.services.spoken import day_words, time_words
from totetaxi.lib.clock import at_new_york

# DECISIONS.md, 20: delivery is the same day by 6:00 PM.
DELIVERY_BY = time(18)
# The ZIPs of Long Island's East End, where the Hamptons are.
EAST_END = "119"
US_NUMBER = re.compile(r"\+1(\d{3})(\d{3})(\d{4})", re.ASCII)


@dataclass(frozen=True)
class NextStep:
    """Something that will happen: `when` in words, and a sentence."""

    when: str
    text: str


def phone_words(number: str) -> str:
    """`+12125550171` as `(212) 555-0171`; a number of another country as it is."""
    matched = US_NUMBER.fullmatch(number)
    return "({}) {}-{}".format(*matched.groups()) if matched else number


def delivery_by(booking: Booking) -> datetime:
    """The latest instant, in UTC, at which everything is set down."""
    return at_new_york(booking.pickup_date, DELIVERY_BY)


def certificate_due(booking: Booking) -> datetime:
    """When the building's certificate must be on file, in UTC: elapsed hours before pickup."""
    return certificate_due_at(booking.pickup_at)


def address_of(booking: Booking, leg: Leg) -> Address:
    """One end of a booking; prefetch `addresses` with it. Raises KeyError without one."""
    return {address.leg: address for address in booking.addresses.all()}[leg]


def place(address: Address) -> str:
    """Where an address is, as people call it: the city, but Manhattan rather than New York."""
    if address.city.strip().casefold() == "new york" and address.area:
        return address.area
    return address.city


def goes_east(booking: Booking) -> bool:
    """Whether the trip ends in the Hamptons and began elsewhere: the road of the drawing."""
    start, end = address_of(booking, Leg.PICKUP), address_of(booking, Leg.DELIVERY)
    return end.zip.startswith(EAST_END) and not start.zip.startswith(EAST_END)


def caller(booking: Booking) -> str:
    """Whom the driver calls: the other contact on the spot, else the person who booked."""
    name = booking.other_contact_name or booking.contact.name
    phone = phone_words(booking.other_contact_phone or booking.contact.phone)
    return _("%(name)s on %(phone)s") % {"name": name, "phone": phone} if phone else name


def what_happens_next(booking: Booking, now: datetime) -> list[NextStep]:
    """The steps of a booked trip that lie ahead of `now`, with their days and times."""
    pickup = address_of(booking, Leg.PICKUP)
    delivery = address_of(booking, Leg.DELIVERY)
    due = certificate_due(booking)
    steps = []
    if booking.coi_state == CoiState.NEEDED:
        when = _("By %(day)s") % {"day": day_words(due)} if now < due else _("Before we collect")
        text = _("We issue the certificate of insurance, made out to your building.")
        steps.append(NextStep(when, text))
    ahead = now < booking.pickup_at and booking.status != Status.IN_PROGRESS
    if ahead:
        when = _("%(day)s, %(start)s to %(end)s") % {
            "day": day_words(booking.pickup_at),
            "start": time_words(booking.pickup_at),
            "end": time_words(booking.window_ends_at),
        }
        steps.append(
            NextStep(
                when,
                _("We collect at %(street)s. Your driver calls %(who)s on the way.")
                % {"street": street_line(pickup), "who": caller(booking)},
            )
        )
    steps.append(
        NextStep(
            (_("The same day, by %(time)s") if ahead else _("By %(time)s"))
            % {"time": time_words(delivery_by(booking))},
            _("We set everything down at %(street)s, %(city)s.")
            % {"street": street_line(delivery), "city": delivery.city},
        )
    )
    return steps


def street_line(address: Address) -> str:
    """`118 East 93rd Street, Apt 6B`."""
    return ", ".join(filter(None, [address.street, address.unit]))
