"""Standard Delivery: so much an item, a minimum, and specialty items beside them."""

from collections.abc import Iterator

from booking.pricing import specialty_item
from booking.pricing.codes import LineCode
from booking.pricing.types import Line, PriceBook, Request, Room
from booking.pricing.words import Refusal, gettext_noop, refusal, sentence, spoken_dollars

# No rule of the catalogue: a slip of the keyboard should not become a price.
MOST_ITEMS = 9_999


def check(request: Request, book: PriceBook) -> Iterator[tuple[str, Refusal]]:
    """At least one item or specialty item; no package."""
    if request.package:
        yield (
            "package",
            refusal("not_applicable", gettext_noop("Standard Delivery comes without a package.")),
        )
    if book.delivery is None:
        yield (
            "service",
            refusal("not_offered", gettext_noop("Standard Delivery is not offered at present.")),
        )
    if request.items < 0 or (request.items == 0 and not request.specialty):
        yield "items", refusal("out_of_range", gettext_noop("Give at least 1 item."))
    elif request.items > MOST_ITEMS:
        yield (
            "items",
            refusal(
                "out_of_range",
                gettext_noop("Give at most {most} items, or call us."),
                most=MOST_ITEMS,
            ),
        )
    yield from specialty_item.check_specialty(request, book)


def lines(request: Request, book: PriceBook) -> list[Line]:
    """`max(items x price, minimum)`, then the specialty items (PRICING.md, "line by line")."""
    found = []
    rate = book.delivery
    if rate is not None and request.items >= 1:
        by_item = request.items * rate.item_cents
        if by_item >= rate.minimum_cents:
            reason = sentence(
                gettext_noop("{count} at {price} each"),
                count=request.items,
                price=spoken_dollars(rate.item_cents),
            )
        else:
            reason = sentence(
                gettext_noop("Minimum of {minimum}; {count} at {price} each"),
                minimum=spoken_dollars(rate.minimum_cents),
                count=request.items,
                price=spoken_dollars(rate.item_cents),
            )
        found.append(Line(LineCode.BASE, rate.name, max(by_item, rate.minimum_cents), reason))
    return found + specialty_item.lines(request, book)


def room(request: Request, book: PriceBook) -> Room:
    """So many pieces an item, and the room of the specialty items."""
    beside = specialty_item.room(request, book)
    each = book.delivery.pieces_per_item if book.delivery else 1
    return Room(beside.pieces + max(request.items, 0) * each, beside.needs_rack)
