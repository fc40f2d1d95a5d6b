"""Fees: same day, certificate of insurance, distance. They carry no surcharge."""

from collections.abc import Iterator

from booking.pricing.codes import FeeKind, Service, ZoneKind
from booking.pricing.types import Fee, Line, PriceBook, Request
from booking.pricing.words import gettext_noop, sentence, spoken_dollars
from booking.pricing.zones import find_zone


def fees_for(kind: FeeKind, service: str | None, book: PriceBook) -> list[Fee]:
    """The fees of a kind that are bound to a service, by name without case, then id."""
    bound = (
        fee
        for fee in book.fees
        if fee.kind is kind and (not fee.services or service in fee.services)
    )
    return sorted(bound, key=lambda fee: (fee.name.casefold(), fee.id))


def is_coi_required(subtotal_cents: int, book: PriceBook) -> bool:
    """A subtotal of so much or more requires a certificate (PRICING.md, "When and where")."""
    return subtotal_cents >= book.limits.coi_required_from_cents


def is_coi_included(request: Request, book: PriceBook) -> bool:
    """Whether the package brings the certificate with it."""
    if request.service != Service.MINI_MOVE:
        return False
    package = book.packages.get(request.package or "")
    return package is not None and package.coi_included


def same_day_lines(service: str | None, book: PriceBook) -> list[Line]:
    """What a pickup today costs on top."""
    return [
        Line(fee.kind, fee.name, fee.amount_cents, sentence(gettext_noop("Pickup today")))
        for fee in fees_for(FeeKind.SAME_DAY, service, book)
    ]


def coi_lines(request: Request, subtotal_cents: int, book: PriceBook) -> list[Line]:
    """The certificate's fee: asked for or required, and not included in the package."""
    required = is_coi_required(subtotal_cents, book)
    if is_coi_included(request, book) or not (request.coi or required):
        return []
    if required:
        reason = sentence(
            gettext_noop("Required from {amount}"),
            amount=spoken_dollars(book.limits.coi_required_from_cents),
        )
    else:
        reason = sentence(gettext_noop("Asked for"))
    return [
        Line(fee.kind, fee.name, fee.amount_cents, reason)
        for fee in fees_for(FeeKind.COI, request.service, book)
    ]


def distance_lines(request: Request, book: PriceBook) -> Iterator[Line]:
    """One line for each address in an outer zone (DECISIONS.md, 16)."""
    ends = (
        (request.pickup_zip, gettext_noop("Pickup in {area}")),
        (request.delivery_zip, gettext_noop("Delivery in {area}")),
    )
    for zip_text, text in ends:
        zone = find_zone(zip_text, book)
        if zone is not None and zone.kind is ZoneKind.OUTER:
            for fee in fees_for(FeeKind.DISTANCE, request.service, book):
                yield Line(fee.kind, fee.name, fee.amount_cents, sentence(text, area=zone.area))
