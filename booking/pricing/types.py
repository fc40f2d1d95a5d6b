"""What goes into the engine and what comes out. All frozen, all plain; money in US cents."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from booking.pricing.codes import AddOn, FeeKind, SurchargeKind, ZoneKind
from booking.pricing.words import Refusal, Sentence

NOTHING: Mapping[Any, Any] = MappingProxyType({})
ALL_SERVICES: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody wants. `None` is "not said yet"; dates and times are New York's."""

    service: str | None = None
    package: str | None = None
    items: int = 0
    specialty: Mapping[str, int] = field(default_factory=lambda: NOTHING)
    packing: bool = False
    unpacking: bool = False
    organizing: bool = False
    coi: bool = False
    pickup_date: date | None = None
    pickup_time: time | None = None
    pickup_zip: str | None = None
    delivery_zip: str | None = None
    discount_code: str | None = None

    def add_ons(self) -> tuple[AddOn, ...]:
        """The organizing add-ons that are asked for, in the order they are listed."""
        return tuple(add_on for add_on in AddOn if getattr(self, add_on))


@dataclass(frozen=True, slots=True)
class Allowances:
    """What whoever asks may do beyond the rules for customers; a customer has none of it.

    `is_staff`: staff ask, so that refusals speak of the customer, not to them. `same_day`: a pickup
    today, whatever the service and however near. `over_limit`: above what may be paid online, or
    more than one van carries (DECISIONS.md, 17 and 25).
    """

    is_staff: bool = False
    same_day: bool = False
    over_limit: bool = False


CUSTOMER = Allowances()


@dataclass(frozen=True, slots=True)
class PackagePrice:
    """A Mini Move. `max_items` None: no limit. `pieces` is its room in a van."""

    code: str
    name: str
    price_cents: int
    max_items: int | None
    coi_included: bool
    pieces: int
    whole_van: bool = False
    is_active: bool = True
    is_most_popular: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryPrice:
    """What items cost that are sent by themselves."""

    name: str
    item_cents: int
    minimum_cents: int
    pieces_per_item: int = 1
    description: str = ""


@dataclass(frozen=True, slots=True)
class SpecialtyPrice:
    """A thing with its own price, each."""

    code: str
    name: str
    price_cents: int
    pieces: int
    needs_rack: bool
    is_active: bool = True
    description: str = ""


@dataclass(frozen=True, slots=True)
class AddOnPrice:
    """An organizing add-on for one package, or for the services without packages."""

    name: str
    price_cents: int
    description: str = ""
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Surcharge:
    """An active rule. Exactly one of `percent` and `flat_cents` is set."""

    id: str
    name: str
    kind: SurchargeKind
    percent: Decimal | None
    flat_cents: int | None
    services: frozenset[str] = ALL_SERVICES
    at_or_before: time | None = None
    at_or_after: time | None = None
    replaces_weekend: bool = False


@dataclass(frozen=True, slots=True)
class Fee:
    """An active fee."""

    id: str
    name: str
    kind: FeeKind
    amount_cents: int
    services: frozenset[str] = ALL_SERVICES


@dataclass(frozen=True, slots=True)
class Zone:
    """A served ZIP's zone and the name of its area."""

    kind: ZoneKind
    area: str


@dataclass(frozen=True, slots=True)
class Hours:
    """When a service may be picked up (New York's wall clock), and how long before to ask."""

    name: str
    first_time: time
    last_time: time
    step_minutes: int = 30
    window_minutes: int = 60
    delivered_by: time = time(18)
    lead_minutes: int = 120
    horizon_days: int = 30
    same_day: bool = True
    duration_minutes: int = 60


@dataclass(frozen=True, slots=True)
class Discount:
    """An active code. Exactly one of `percent` and `flat_cents` is set. Limits on uses are kept by
    the service that makes a booking, which can count them.
    """

    code: str
    percent: Decimal | None = None
    flat_cents: int | None = None
    max_discount_cents: int | None = None
    min_subtotal_cents: int = 0
    services: frozenset[str] = ALL_SERVICES
    first_date: date | None = None
    last_date: date | None = None
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Limits:
    """What may be paid online, and from which subtotal a certificate is required."""

    online_max_cents: int = 10_000_00
    online_max_pieces: int = 60
    coi_required_from_cents: int = 2_000_00


@dataclass(frozen=True, slots=True)
class PriceBook:
    """The catalogue at one moment. What is withdrawn stays, marked, to price what was sold."""

    packages: Mapping[str, PackagePrice] = field(default_factory=lambda: NOTHING)
    delivery: DeliveryPrice | None = None
    specialty: Mapping[str, SpecialtyPrice] = field(default_factory=lambda: NOTHING)
    add_ons: Mapping[tuple[str, str | None], AddOnPrice] = field(default_factory=lambda: NOTHING)
    surcharges: tuple[Surcharge, ...] = ()
    fees: tuple[Fee, ...] = ()
    peak_dates: frozenset[date] = frozenset()
    holidays: Mapping[date, str] = field(default_factory=lambda: NOTHING)
    zones: Mapping[str, Zone] = field(default_factory=lambda: NOTHING)
    hours: Mapping[str, Hours] = field(default_factory=lambda: NOTHING)
    discounts: Mapping[str, Discount] = field(default_factory=lambda: NOTHING)
    limits: Limits = Limits()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a quote. `label` comes from the catalogue; `reason` says why it is there."""

    code: str
    label: str
    amount_cents: int
    reason: Sentence | None = None


@dataclass(frozen=True, slots=True)
class Room:
    """What a request takes in a van (PRICING.md, "Vans")."""

    pieces: int = 0
    needs_rack: bool = False
    whole_van: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """The priced lines. They add up to `total_cents`; `subtotal_cents` is base and organizing.

    `coi_required`: a certificate must be on file, whether asked for or not. `needs_staff` says
    why this cannot be booked online (too dear, too large), or None.
    """

    lines: tuple[Line, ...]
    subtotal_cents: int
    total_cents: int
    coi_required: bool
    room: Room
    needs_staff: Refusal | None = None

    @property
    def payable_online(self) -> bool:
        """False for what goes to staff as a request. A total of 0 needs no payment at all."""
        return self.needs_staff is None


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a request has no quote: each refusal under the request's key that it is about."""

    refusals: tuple[tuple[str, Refusal], ...]

    def by_key(self) -> dict[str, list[Refusal]]:
        """The refusals of each key, in the order they were found."""
        grouped: dict[str, list[Refusal]] = {}
        for key, found in self.refusals:
            grouped.setdefault(key, []).append(found)
        return grouped


@dataclass(frozen=True, slots=True)
class PartialQuote:
    """What is known of the price so far, while a request is still being filled in.

    `missing` are the keys that were not given yet; `refused` the given ones that will not do.
    While `is_estimate`, the total is a "from": something missing may add to it.
    """

    quote: Quote
    missing: frozenset[str]
    refused: Refused
    is_estimate: bool


@dataclass(frozen=True, slots=True)
class DayQuote:
    """One day of the calendar: its quote, or why there is none."""

    date: date
    answer: Quote | Refused
