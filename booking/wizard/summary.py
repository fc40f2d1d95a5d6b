"""The review in words: where, what, when, and who, each with the way back to its step."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.pricing.codes import AddOn
from booking.pricing.organizing import find_add_on
from booking.pricing.types import Hours, PriceBook, Request
from booking.services.order import NewBooking, OrderAddress
from booking.wizard.forms.text import phone_for_people
from booking.wizard.panel import spoken_wall
from booking.wizard.steps import WHAT, WHEN, WHERE, WHO, Step
from booking.wizard.visit import Visit


@dataclass(frozen=True, slots=True)
class Fact:
    """A term and its lines."""

    term: str
    lines: list[str]


@dataclass(frozen=True, slots=True)
class Section:
    """What was answered at one step."""

    step: Step
    title: Promise
    facts: list[Fact]
    note: str = ""
    errors: list[str] = field(default_factory=list)


def sections(
    visit: Visit, order: NewBooking, errors: dict[str, list[str]] | None = None
) -> list[Section]:
    """The four sections of the review; `errors` of the order stand in the one they belong to."""
    parts = (
        (WHERE, _where(order), ""),
        (WHAT, _what(visit, order), ""),
        (WHEN, _when(visit, order), ""),
        (WHO, _who(order), _certificate(visit, order)),
    )
    return [
        Section(step, step.label, facts, note, _errors_of(step, errors or {}))
        for step, facts, note in parts
    ]


def step_of(key: str) -> Step:
    """The step at which what an order's key says is put right."""
    if key.startswith(("pickup_zip", "delivery_zip", "pickup_street", "delivery_street")):
        return WHERE
    return next((step for step in (WHAT, WHEN) if key in step.keys), WHO)


def collect_words(visit: Visit, order: NewBooking) -> str:
    """`We collect on Saturday, December 5, from 9:00 AM, and deliver …`"""
    asked, hours = order.request, _hours(visit, order)
    if asked.pickup_date is None or asked.pickup_time is None:
        return ""
    return _("We collect on %(day)s, from %(time)s, and deliver the same day by %(end)s.") % {
        "day": date_format(asked.pickup_date, "l, F j"),
        "time": spoken_wall(asked.pickup_time),
        "end": spoken_wall(hours.delivered_by),
    }


def _errors_of(step: Step, errors: dict[str, list[str]]) -> list[str]:
    own = {"accept_terms", "discount_code"}
    return [
        text
        for key, texts in errors.items()
        if key not in own and step_of(key) is step
        for text in texts
    ]


def _where(order: NewBooking) -> list[Fact]:
    return [
        Fact(_("From"), _address(order.pickup)),
        Fact(_("To"), _address(order.delivery)),
    ]


def _address(address: OrderAddress) -> list[str]:
    street = f"{address.street}, {address.unit}" if address.unit else address.street
    return [street, f"{address.city}, {address.state} {address.zip}"]


def _what(visit: Visit, order: NewBooking) -> list[Fact]:
    asked, book = order.request, visit.book
    package = book.packages.get(asked.package or "")
    title = package.name if package else _hours(visit, order).name
    helped = [
        row.name
        for add_on in AddOn
        if getattr(asked, add_on) and (row := find_add_on(asked, add_on, book))
    ]
    return [
        Fact(_("Service"), [title, *_carried(asked, book)]),
        Fact(_("Help"), helped or [_("Not needed"), _("You pack, we carry")]),
    ]


def _carried(asked: Request, book: PriceBook) -> list[str]:
    """What is carried, in a few lines, for the review."""
    lines = []
    if asked.items:
        lines.append(
            ngettext(
                "%(count)d item, up to 50 lb", "%(count)d items, each up to 50 lb", asked.items
            )
            % {"count": asked.items}
        )
    lines += [
        f"{book.specialty[code].name} × {count}"
        for code, count in asked.specialty.items()
        if code in book.specialty
    ]
    return lines


def _when(visit: Visit, order: NewBooking) -> list[Fact]:
    asked, hours = order.request, _hours(visit, order)
    if asked.pickup_date is None or asked.pickup_time is None:
        return []
    return [
        Fact(
            _("We collect"),
            [
                date_format(asked.pickup_date, "l, F j, Y"),
                _("from %(time)s") % {"time": spoken_wall(asked.pickup_time)},
            ],
        ),
        Fact(
            _("We deliver"),
            [_("The same day"), _("by %(time)s") % {"time": spoken_wall(hours.delivered_by)}],
        ),
    ]


def _who(order: NewBooking) -> list[Fact]:
    facts = [
        Fact(
            _("Contact"),
            [order.contact_name, phone_for_people(order.contact_phone), order.contact_email],
        )
    ]
    if order.other_contact_name:
        phone = phone_for_people(order.other_contact_phone)
        facts.append(Fact(_("Also on the spot"), [order.other_contact_name, phone]))
    for term, address in ((_("At the pickup"), order.pickup), (_("At delivery"), order.delivery)):
        lines = _access(address)
        if lines:
            facts.append(Fact(term, lines))
    if order.driver_notes:
        facts.append(Fact(_("For the driver"), order.driver_notes.split("\n")))
    return facts


def _access(address: OrderAddress) -> list[str]:
    ticked = [
        (address.has_doorman, _("Doorman")),
        (address.has_elevator, _("Elevator")),
    ]
    words = ", ".join(word for has, word in ticked if has)
    return [line for line in (words, address.access_notes) if line]


def _certificate(visit: Visit, order: NewBooking) -> str:
    if not visit.price.quote.coi_required:
        return ""
    if order.coi_wording:
        return _("Certificate of insurance, with your building’s wording")
    return _("Certificate of insurance; we still need your building’s wording")


def _hours(visit: Visit, order: NewBooking) -> Hours:
    return visit.book.hours[order.request.service or ""]
