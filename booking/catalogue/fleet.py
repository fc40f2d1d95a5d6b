"""Rows of vans and days -> the fleet, frozen. What bookings hold is counted by `calendar`."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from uuid import UUID

from booking.availability.types import VanLoad
from booking.models import Day, Van, VanDay


@dataclass(frozen=True, slots=True)
class DayRule:
    """What staff said about a day."""

    is_closed: bool
    closed_reason: str
    cap_pieces: int | None


@dataclass(frozen=True, slots=True)
class Fleet:
    """The empty vans of any day. `usual` is the fleet where a day has no vans of its own."""

    usual: tuple[VanLoad, ...] = ()
    vans_on: Mapping[date, tuple[VanLoad, ...]] = field(default_factory=dict)
    rules: Mapping[date, DayRule] = field(default_factory=dict)
    closed: Mapping[date, str] = field(default_factory=dict)

    def vans_of(self, day: date) -> tuple[VanLoad, ...]:
        """The vans in service on a day, empty, in order of number."""
        return self.vans_on.get(day, self.usual)


def load_fleet() -> Fleet:
    """Three queries; only days about which something was said are kept."""
    vans = list(Van.objects.order_by("number"))
    changes: dict[date, dict[UUID, VanDay]] = {}
    for change in VanDay.objects.all():
        changes.setdefault(change.date, {})[change.van_id] = change
    spoken_of = Day.objects.exclude(is_closed=False, cap_pieces__isnull=True)
    rules = {
        row.date: DayRule(row.is_closed, row.closed_reason, row.cap_pieces) for row in spoken_of
    }
    return Fleet(
        usual=tuple(_in_service(vans, {})),
        vans_on=MappingProxyType(
            {day: tuple(_in_service(vans, changed)) for day, changed in changes.items()}
        ),
        rules=MappingProxyType(rules),
        closed=MappingProxyType(
            {day: rule.closed_reason for day, rule in rules.items() if rule.is_closed}
        ),
    )


def van_on(van: Van, change: VanDay | None) -> VanLoad | None:
    """A van on a day, empty, with what was set for it that day; None when it is not in service."""
    if not (van.is_active if change is None else change.in_service):
        return None
    pieces, has_rack = van.pieces, van.has_rack
    if change is not None:
        pieces = van.pieces if change.pieces is None else change.pieces
        has_rack = van.has_rack if change.has_rack is None else change.has_rack
    return VanLoad(number=van.number, id=van.pk, pieces=pieces, has_rack=has_rack)


def _in_service(vans: Iterable[Van], changes: Mapping[UUID, VanDay]) -> Iterator[VanLoad]:
    for van in vans:
        load = van_on(van, changes.get(van.pk))
        if load is not None:
            yield load
