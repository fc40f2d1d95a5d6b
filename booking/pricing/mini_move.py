"""Mini Moves: a package at its price, up to so many items."""

from collections.abc import Iterator

from booking.pricing.codes import LineCode
from booking.pricing.types import Line, PackagePrice, PriceBook, Request, Room
from booking.pricing.words import Refusal, gettext_noop, refusal, sentence

# No rule of the catalogue: a slip of the keyboard should not become a booking.
MOST_ITEMS = 9_999


def check(request: Request, book: PriceBook) -> Iterator[tuple[str, Refusal]]:
    """A package of the catalogue, items within its limit, and no specialty items."""
    package = book.packages.get(request.package) if request.package else None
    if not request.package:
        yield "package", refusal("missing", gettext_noop("Choose a package."))
    elif package is None or not package.is_active:
        yield (
            "package",
            refusal("unknown", gettext_noop("Choose one of the listed packages.")),
        )
    yield from _check_items(request, package, book)
    if request.specialty:
        yield (
            "specialty",
            refusal(
                "not_applicable",
                gettext_noop("Choose Standard Delivery to send specialty items."),
            ),
        )


def _check_items(
    request: Request, package: PackagePrice | None, book: PriceBook
) -> Iterator[tuple[str, Refusal]]:
    limit = package.max_items if package else None
    if request.items < 1:
        yield "items", refusal("out_of_range", gettext_noop("Give at least 1 item."))
    elif limit is not None and request.items > limit:
        larger = next(
            (
                other.name
                for other in book.packages.values()
                if other.is_active and (other.max_items is None or other.max_items >= request.items)
            ),
            None,
        )
        if larger is None:
            text = gettext_noop("At most {limit} items. Take fewer, or call us.")
            yield "items", refusal("over_package", text, limit=limit)
        else:
            text = gettext_noop("At most {limit} items. Take fewer, or choose {larger}.")
            yield "items", refusal("over_package", text, limit=limit, larger=larger)
    elif request.items > MOST_ITEMS:
        text = gettext_noop("Give at most {most} items, or call us.")
        yield "items", refusal("out_of_range", text, most=MOST_ITEMS)


def lines(request: Request, book: PriceBook) -> list[Line]:
    """The package's line carries its name (PRICING.md, "line by line")."""
    package = book.packages.get(request.package or "")
    if package is None:
        return []
    if package.max_items is None:
        reason = sentence(gettext_noop("No item limit"))
    elif request.items >= 1:
        reason = sentence(
            gettext_noop("{count} of {limit} items"), count=request.items, limit=package.max_items
        )
    else:
        reason = sentence(gettext_noop("Up to {limit} items"), limit=package.max_items)
    return [Line(LineCode.BASE, package.name, package.price_cents, reason)]


def room(request: Request, book: PriceBook) -> Room:
    """The package's room, however many items it is filled with."""
    package = book.packages.get(request.package or "")
    return Room(package.pieces, whole_van=package.whole_van) if package else Room()
