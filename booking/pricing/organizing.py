"""Organizing add-ons: offered only where an active row exists (PRICING.md)."""

from collections.abc import Iterator

from booking.pricing.codes import AddOn, LineCode, Service
from booking.pricing.types import AddOnPrice, Line, PriceBook, Request
from booking.pricing.words import Refusal, gettext_noop, refusal, verbatim


def find_add_on(request: Request, add_on: AddOn, book: PriceBook) -> AddOnPrice | None:
    """The row for the request's package, or the one for services without packages."""
    package = request.package if request.service == Service.MINI_MOVE else None
    return book.add_ons.get((add_on, package))


def offered(request: Request, book: PriceBook) -> list[tuple[AddOn, AddOnPrice]]:
    """The add-ons that can be chosen with what the request says so far."""
    if request.service == Service.MINI_MOVE and not request.package:
        return []
    rows = ((add_on, find_add_on(request, add_on, book)) for add_on in AddOn)
    return [(add_on, row) for add_on, row in rows if row is not None and row.is_active]


def check(request: Request, book: PriceBook) -> Iterator[tuple[str, Refusal]]:
    """Refuses an add-on without an active row. Without a known package it is not judged."""
    if request.service == Service.MINI_MOVE and request.package not in book.packages:
        return
    for add_on in request.add_ons():
        row = find_add_on(request, add_on, book)
        if row is None or not row.is_active:
            text = gettext_noop("This is not offered here. Leave it out, or call us.")
            yield add_on.value, refusal("not_applicable", text)


def lines(request: Request, book: PriceBook) -> list[Line]:
    """Each chosen add-on that has a row, at its price."""
    rows = (find_add_on(request, add_on, book) for add_on in request.add_ons())
    return [
        Line(
            LineCode.ORGANIZING,
            row.name,
            row.price_cents,
            verbatim(row.description) if row.description else None,
        )
        for row in rows
        if row is not None
    ]
