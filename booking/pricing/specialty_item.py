"""Specialty items, alone or beside a delivery: each has a price of its own, times its quantity."""

from collections.abc import Iterator

from booking.pricing.codes import LineCode
from booking.pricing.types import Line, PriceBook, Request, Room, SpecialtyPrice
from booking.pricing.words import Refusal, gettext_noop, refusal, sentence, spoken_dollars

# No rule of the catalogue: a slip of the keyboard should not become a price.
MOST_OF_ONE_KIND = 9_999


def check(request: Request, book: PriceBook) -> Iterator[tuple[str, Refusal]]:
    """Specialty items alone: at least one, and nothing that belongs to another service."""
    if request.package:
        yield (
            "package",
            refusal("not_applicable", gettext_noop("Specialty items come without a package.")),
        )
    if request.items:
        yield (
            "items",
            refusal(
                "not_applicable",
                gettext_noop("Choose Standard Delivery to send other items as well."),
            ),
        )
    if not request.specialty:
        yield (
            "specialty",
            refusal("missing", gettext_noop("Choose at least one specialty item.")),
        )
    yield from check_specialty(request, book)


def check_specialty(request: Request, book: PriceBook) -> Iterator[tuple[str, Refusal]]:
    """Each kind is in the catalogue, each quantity at least 1."""
    for code, quantity in request.specialty.items():
        price = book.specialty.get(code)
        if price is None or not price.is_active:
            yield (
                "specialty",
                refusal(
                    "unknown",
                    gettext_noop("We do not carry “{item}”. Choose one of the listed items."),
                    item=code,
                ),
            )
        elif not 1 <= quantity <= MOST_OF_ONE_KIND:
            yield (
                "specialty",
                refusal(
                    "out_of_range",
                    gettext_noop("Choose from 1 to {most} of {name}, or leave it out."),
                    name=price.name,
                    most=MOST_OF_ONE_KIND,
                ),
            )


def carried(request: Request, book: PriceBook) -> Iterator[tuple[SpecialtyPrice, int]]:
    """Each known kind with its quantity, in the catalogue's order."""
    for code, price in book.specialty.items():
        quantity = request.specialty.get(code, 0)
        if quantity > 0:
            yield price, quantity


def lines(request: Request, book: PriceBook) -> list[Line]:
    """One line a kind (DECISIONS.md, 16)."""
    return [
        Line(
            LineCode.SPECIALTY,
            price.name if quantity == 1 else f"{price.name} × {quantity}",
            quantity * price.price_cents,
            sentence(
                gettext_noop("{count} at {price} each"),
                count=quantity,
                price=spoken_dollars(price.price_cents),
            ),
        )
        for price, quantity in carried(request, book)
    ]


def room(request: Request, book: PriceBook) -> Room:
    """The pieces of all of them, and a rack where one of them needs it."""
    items = list(carried(request, book))
    return Room(
        pieces=sum(price.pieces * quantity for price, quantity in items),
        needs_rack=any(price.needs_rack for price, _quantity in items),
    )
