"""What can be chosen at the second step, and what suits the number of items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from booking.models.choices import ADD_ON_CHOICES
from booking.pricing.codes import AddOn, FeeKind, Service
from booking.pricing.fees import fees_for, is_coi_included, is_coi_required
from booking.pricing.organizing import offered
from booking.pricing.suggest import suggest_service
from booking.pricing.types import PackagePrice, PriceBook
from booking.pricing.words import spoken_dollars
from booking.wizard.answers import MINI_MOVE, SPECIALTY, read_what, specialty_names
from booking.wizard.visit import Visit

DRAWINGS = {
    "peloton": "item-peloton",
    "surfboard": "item-surfboard",
    "crib": "item-crib",
    "wardrobe_box": "item-wardrobe-box",
    AddOn.PACKING: "item-pack",
    AddOn.UNPACKING: "item-unpack",
}
BOX = "item-box"
ADD_ON_WORDS = dict(ADD_ON_CHOICES)


@dataclass(frozen=True, slots=True)
class Card:
    """A service or package that may be chosen."""

    value: str
    title: str
    price: str
    body: str
    note: str
    badge: str
    checked: bool

    @property
    def id(self) -> str:
        """The id of its control."""
        return f"choice-{self.value.removeprefix(MINI_MOVE)}"


@dataclass(frozen=True, slots=True)
class Extra:
    """A row with a tick: an add-on, or the certificate."""

    name: str
    label: str
    help: str
    price: str
    drawing: str
    checked: bool
    errors: list[str]

    @property
    def id(self) -> str:
        """The id of its control."""
        return f"id_{self.name}"


@dataclass(frozen=True, slots=True)
class Item:
    """A specialty item and how many of it."""

    name: str
    label: str
    price: str
    drawing: str
    value: str
    errors: list[str]

    @property
    def id(self) -> str:
        """The id of its control."""
        return f"id_{self.name}"


def with_suggestion(answers: Mapping[str, str], book: PriceBook) -> dict[str, str]:
    """The answers, where the choice is still the suggested one, with what suits them now."""
    chosen, suggested = answers.get("choice", ""), answers.get("suggested", "")
    fitting = suggested_choice(answers, book)
    follows = not chosen or chosen == suggested
    return {
        **answers,
        "choice": fitting if follows and fitting else chosen,
        "suggested": fitting,
    }


def suggested_choice(answers: Mapping[str, str], book: PriceBook) -> str:
    """The choice that suits the counts; the most popular package before anything was counted."""
    what = read_what(answers)
    found = suggest_service(what["items"], book, has_specialty=bool(what["specialty"]))
    if found is not None:
        if found.service is Service.MINI_MOVE:
            return f"{MINI_MOVE}{found.package}"
        return Service.STANDARD_DELIVERY
    if what["items"] or Service.MINI_MOVE not in book.hours:
        return ""
    popular = [code for code, package in sold_packages(book).items() if package.is_most_popular]
    return f"{MINI_MOVE}{popular[0]}" if popular else ""


def sold_packages(book: PriceBook) -> dict[str, PackagePrice]:
    """The packages that can be bought, in the catalogue's order."""
    return {code: package for code, package in book.packages.items() if package.is_active}


def choice_title(choice: str, book: PriceBook) -> str:
    """A choice in words."""
    package = book.packages.get(choice.removeprefix(MINI_MOVE))
    if package is not None:
        return package.name
    return book.delivery.name if book.delivery else _("Standard Delivery")


def what_context(visit: Visit, errors: Mapping[str, list[str]]) -> dict[str, Any]:
    """The cards, ticks and counts of the second step, with the errors of a form that was sent."""
    return {
        "items": visit.answers.get("items", ""),
        "suggested": visit.answers.get("suggested", ""),
        "cards": cards(visit),
        "delivery_card": delivery_card(visit),
        "extras": extras(visit, errors),
        "specialty": specialty_rows(visit, errors),
        "has_add_ons": bool(offered(visit.asked, visit.book)),
    }


def first_choice(visit: Visit) -> str:
    """The id of the first card, to which an error about the choice leads."""
    found = cards(visit)
    return found[0].id if found else f"choice-{Service.STANDARD_DELIVERY}"


def cards(visit: Visit) -> list[Card]:
    """The packages."""
    book, chosen = visit.book, visit.answers.get("choice", "")
    if Service.MINI_MOVE not in book.hours:
        return []
    fee = _coi_fee(Service.MINI_MOVE, book)
    found = []
    for code, package in sold_packages(book).items():
        value = f"{MINI_MOVE}{code}"
        found.append(
            Card(
                value=value,
                title=package.name.removeprefix("Mini Move "),
                price=spoken_dollars(package.price_cents),
                body=_holds(package),
                note=_("COI included")
                if package.coi_included
                else _("COI %(price)s, if asked for") % {"price": fee},
                badge=_badge(visit, value, is_popular=package.is_most_popular),
                checked=chosen == value,
            )
        )
    return found


def delivery_card(visit: Visit) -> Card | None:
    """The delivery by the item; None where it is not sold."""
    rate = visit.book.delivery
    if rate is None or Service.STANDARD_DELIVERY not in visit.book.hours:
        return None
    return Card(
        value=Service.STANDARD_DELIVERY,
        title=rate.name,
        price="",
        body=_("%(price)s an item, %(minimum)s minimum")
        % {
            "price": spoken_dollars(rate.item_cents),
            "minimum": spoken_dollars(rate.minimum_cents),
        },
        note=_("A few things, and those that need care"),
        badge=_badge(visit, Service.STANDARD_DELIVERY, is_popular=False),
        checked=visit.answers.get("choice") == Service.STANDARD_DELIVERY,
    )


def extras(visit: Visit, errors: Mapping[str, list[str]]) -> list[Extra]:
    """The add-ons that have an active row for the choice, and the certificate.

    One that was ticked where it is not offered stays, with its error.
    """
    answers, rows = visit.answers, dict(offered(visit.asked, visit.book))
    found = []
    for add_on in AddOn:
        row = rows.get(add_on)
        if row is None and not errors.get(add_on):
            continue
        found.append(
            Extra(
                name=add_on.value,
                label=row.name if row else str(ADD_ON_WORDS[add_on]),
                help=row.description if row else "",
                price=spoken_dollars(row.price_cents) if row else "",
                drawing=DRAWINGS.get(add_on, BOX),
                checked=bool(answers.get(add_on)),
                errors=errors.get(add_on, []),
            )
        )
    return [*found, coi_row(visit)]


def coi_row(visit: Visit) -> Extra:
    """The certificate: included, required from some price, or for a fee. Never ticked by us."""
    asked, book = visit.asked, visit.book
    required = is_coi_required(visit.price.quote.subtotal_cents, book)
    fee = _coi_fee(asked.service, book)
    if required:
        help_text = _("Required from %(amount)s. We issue it, made out to your building.") % {
            "amount": spoken_dollars(book.limits.coi_required_from_cents)
        }
    else:
        help_text = _("If your building asks for one. We issue it before the day.")
    return Extra(
        name="coi",
        label=_("Certificate of insurance for my building"),
        help=help_text,
        price=_("Included") if is_coi_included(asked, book) else fee,
        drawing="item-coi",
        checked=asked.coi,
        errors=[],
    )


def specialty_rows(visit: Visit, errors: Mapping[str, list[str]]) -> list[Item]:
    """The items that are sold, and those that were asked for although they are not."""
    book, answers = visit.book, visit.answers
    sold = [f"{SPECIALTY}{code}" for code, item in book.specialty.items() if item.is_active]
    refused = [name for name in specialty_names(answers) if errors.get(name)]
    rows = []
    for name in dict.fromkeys((*sold, *refused)):
        code = name.removeprefix(SPECIALTY)
        item = book.specialty.get(code)
        rows.append(
            Item(
                name=name,
                label=item.name if item else code,
                price=_("%(price)s each") % {"price": spoken_dollars(item.price_cents)}
                if item and item.is_active
                else _("Not offered at present"),
                drawing=DRAWINGS.get(code, BOX),
                value=answers.get(name, "") or "0",
                errors=errors.get(name, []),
            )
        )
    return rows


def sold_specialty(book: PriceBook) -> tuple[str, ...]:
    """The codes of the specialty items that can be booked."""
    return tuple(code for code, item in book.specialty.items() if item.is_active)


def _holds(package: PackagePrice) -> str:
    if package.max_items is None:
        return _("A whole van, no limit") if package.whole_van else _("No item limit")
    return _("Up to %(count)d items") % {"count": package.max_items}


def suggested_badge(visit: Visit) -> str:
    """The word on the card that suits the counts; empty before anything was counted."""
    count = visit.asked.items
    if count:
        return _("Fits %(count)d") % {"count": count}
    return _("Suggested") if visit.asked.specialty else ""


def _badge(visit: Visit, value: str, *, is_popular: bool) -> str:
    """A word for the choice that suits the counts, or else for the one that most people take."""
    badge = suggested_badge(visit)
    if badge:
        return badge if visit.answers.get("suggested") == value else ""
    return _("Most popular") if is_popular else ""


def _coi_fee(service: str | None, book: PriceBook) -> str:
    fees = fees_for(FeeKind.COI, service, book)
    return spoken_dollars(sum(fee.amount_cents for fee in fees))
