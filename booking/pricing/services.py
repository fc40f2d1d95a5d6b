"""Which module prices which service. A new service is a new module and a row here."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from booking.pricing import mini_move, specialty_item, standard_delivery
from booking.pricing.codes import Service
from booking.pricing.types import Line, PriceBook, Request, Room
from booking.pricing.words import Refusal


@dataclass(frozen=True, slots=True)
class ServiceRules:
    """`check` yields what is wrong; `lines` and `room` use whatever is right."""

    check: Callable[[Request, PriceBook], Iterator[tuple[str, Refusal]]]
    lines: Callable[[Request, PriceBook], list[Line]]
    room: Callable[[Request, PriceBook], Room]


SERVICES: Mapping[str, ServiceRules] = {
    Service.MINI_MOVE: ServiceRules(mini_move.check, mini_move.lines, mini_move.room),
    Service.STANDARD_DELIVERY: ServiceRules(
        standard_delivery.check, standard_delivery.lines, standard_delivery.room
    ),
    Service.SPECIALTY_ITEM: ServiceRules(
        specialty_item.check, specialty_item.lines, specialty_item.room
    ),
}
