"""Which service suits what somebody carries (EXPERIENCE.md, "Booking wizard")."""

from dataclasses import dataclass

from booking.pricing.codes import Service
from booking.pricing.types import PriceBook
from booking.pricing.validate import is_offered

MINI_MOVE_FROM_PIECES = 8


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A service, and for a Mini Move the smallest package that holds the pieces."""

    service: Service
    package: str | None = None


def suggest_service(
    pieces: int, book: PriceBook, *, has_specialty: bool = False
) -> Suggestion | None:
    """Few pieces go as a delivery, 8 or more as a Mini Move; None where nothing fits.

    `pieces` counts bags and boxes, without specialty items, which only deliveries carry.
    """
    if pieces < 1:
        service = Service.SPECIALTY_ITEM
        return Suggestion(service) if has_specialty and is_offered(service, book) else None
    if pieces >= MINI_MOVE_FROM_PIECES and not has_specialty:
        package = next(
            (
                package.code
                for package in book.packages.values()
                if package.is_active and (package.max_items is None or package.max_items >= pieces)
            ),
            None,
        )
        if package is not None and is_offered(Service.MINI_MOVE, book):
            return Suggestion(Service.MINI_MOVE, package)
    if book.delivery is not None and is_offered(Service.STANDARD_DELIVERY, book):
        return Suggestion(Service.STANDARD_DELIVERY)
    return None
