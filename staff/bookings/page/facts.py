"""What a booking is, in the sections of its page; each is edited by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.lifecycle import ACTIVE
from booking.models import Address, Booking, CoiState, Leg
from booking.notifications.schedule import (
    address_of,
    certificate_due,
    delivery_by,
    phone_words,
    place,
    street_line,
    time_words,
)
from booking.services.order import stored_request
from staff.models import StaffProfile
from staff.orders.sections import SECTIONS
from totetaxi.lib.clock import new_york
from totetaxi.templatetags.formats import tel


@dataclass(frozen=True)
class Fact:
    """One fact: its word and what it is. `note` stands below it, smaller; `href` makes a link.

    `key` names it where something can be done about it.
    """

    label: str
    text: str
    note: str = ""
    href: str = ""
    tone: str = ""
    key: str = ""


@dataclass(frozen=True)
class FactSection:
    """A section of the page. `edit` is empty for who may not, and once there is nothing to edit."""

    key: str
    label: Any
    facts: list[Fact]
    edit: str = ""


def sections_of(booking: Booking, staff: StaffProfile, *, may_edit: bool) -> list[FactSection]:
    """The sections in their order. Prefetch `addresses` and `booking_items`; no query."""
    facts = {
        "trip": _trip,
        "what": _what,
        "when": _when,
        "people": _people,
        "building": _building,
    }
    edits = may_edit and staff.may("edit_bookings")
    return [
        FactSection(
            section.key,
            section.label,
            [fact for fact in facts[section.key](booking) if fact.text],
            reverse("staff:edit_booking", args=[booking.number, section.key]) if edits else "",
        )
        for section in SECTIONS
    ]


def _trip(booking: Booking) -> Iterator[Fact]:
    for leg, label in ((Leg.PICKUP, _("Collect from")), (Leg.DELIVERY, _("Deliver to"))):
        end = address_of(booking, leg)
        yield Fact(label, street_line(end), f"{end.city}, {end.state} {end.zip}")


def _what(booking: Booking) -> Iterator[Fact]:
    yield Fact(_("Service"), booking.title)
    if booking.items:
        yield Fact(_("Items"), f"{booking.items}")
    items = [f"{row.quantity} × {row.label}" for row in booking.booking_items.all()]
    yield Fact(_("Specialty items"), ", ".join(items))
    pieces = ngettext("%(n)d piece", "%(n)d pieces", booking.room_pieces)
    yield Fact(_("Room"), pieces % {"n": booking.room_pieces}, _room_note(booking))
    yield Fact(_("Discount code"), stored_request(booking).discount_code or "")


def _room_note(booking: Booking) -> str:
    if booking.room_whole_van:
        return _("A whole van")
    return _("With the rack") if booking.room_needs_rack else ""


def _when(booking: Booking) -> Iterator[Fact]:
    yield Fact(_("Pickup"), date_format(booking.pickup_date, "D, M j, Y"), _window(booking))
    if booking.van is not None:
        text = _("Van %(number)d") % {"number": booking.van.number}
        is_kept = booking.room_held or booking.status not in ACTIVE
        yield Fact(_("Van"), text, "" if is_kept else _("Its room was given back"))
    else:
        yield Fact(_("Van"), _("None yet"))
    yield Fact(_("Set down by"), time_words(delivery_by(booking)))


def _window(booking: Booking) -> str:
    return _("%(start)s to %(end)s") % {
        "start": time_words(booking.pickup_at),
        "end": time_words(booking.window_ends_at),
    }


def _people(booking: Booking) -> Iterator[Fact]:
    contact = booking.contact
    has_account = booking.customer_id is not None
    page = reverse("staff:customer", args=[booking.customer_id]) if has_account else ""
    kind = _("Has an account") if has_account else _("Guest")
    yield Fact(_("Name"), contact.name or contact.email, kind, page)
    yield Fact(_("Phone"), phone_words(contact.phone), href=tel(contact.phone))
    yield Fact(_("E-mail"), contact.email, href=f"mailto:{contact.email}")
    if booking.other_contact_name or booking.other_contact_phone:
        phone = booking.other_contact_phone
        name = booking.other_contact_name or phone_words(phone)
        yield Fact(_("Other contact"), name, phone_words(phone), tel(phone) if phone else "")


def _building(booking: Booking) -> Iterator[Fact]:
    yield _certificate(booking)
    for leg, label in ((Leg.PICKUP, _("At pickup")), (Leg.DELIVERY, _("At dropoff"))):
        end = address_of(booking, leg)
        yield Fact(label, _access(end), end.access_notes)
    yield Fact(_("For the driver"), booking.driver_notes)
    yield Fact(_("Wording for the certificate"), booking.coi_wording)


def _certificate(booking: Booking) -> Fact:
    label, state = _("Certificate"), booking.get_coi_state_display()
    if booking.coi_state != CoiState.NEEDED:
        return Fact(label, state, tone="green" if booking.coi_state == CoiState.APPROVED else "")
    due = date_format(new_york(certificate_due(booking)), "D M j, g:i A")
    note = _("On file by %(when)s") % {"when": due}
    return Fact(label, _("Missing"), note, tone="amber", key="certificate")


def _access(end: Address) -> str:
    has = [
        word
        for word, there in ((_("doorman"), end.has_doorman), (_("elevator"), end.has_elevator))
        if there
    ]
    words = ", ".join(has)
    return words[:1].upper() + words[1:] or _("No doorman, no elevator")


def route_words(booking: Booking) -> str:
    """`Manhattan to East Hampton`. Prefetch `addresses`."""
    start, end = address_of(booking, Leg.PICKUP), address_of(booking, Leg.DELIVERY)
    return _("%(start)s to %(end)s") % {"start": place(start), "end": place(end)}
