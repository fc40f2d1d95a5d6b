"""The words that requests, lines and rules are written in."""

from enum import StrEnum


class Service(StrEnum):
    """What a customer books. Each has a module of this package with its own rules."""

    MINI_MOVE = "mini_move"
    STANDARD_DELIVERY = "standard_delivery"
    SPECIALTY_ITEM = "specialty_item"


class AddOn(StrEnum):
    """An organizing service on top of the base (PRICING.md, "The standard catalogue")."""

    PACKING = "packing"
    UNPACKING = "unpacking"
    ORGANIZING = "organizing"


class SurchargeKind(StrEnum):
    """When a surcharge rule applies."""

    WEEKEND = "weekend"
    PEAK = "peak"
    HOLIDAY = "holiday"
    EARLY = "early"
    LATE = "late"


class FeeKind(StrEnum):
    """What a fee is for; also the code of its line."""

    SAME_DAY = "same_day"
    COI = "coi"
    DISTANCE = "distance"


class ZoneKind(StrEnum):
    """How far out a served ZIP lies."""

    CORE = "core"
    OUTER = "outer"


class LineCode(StrEnum):
    """What a line of a quote is. `tax` is reserved: none ships (DECISIONS.md, 22)."""

    BASE = "base"
    SPECIALTY = "specialty"
    ORGANIZING = "organizing"
    SURCHARGE = "surcharge"
    SAME_DAY = "same_day"
    COI = "coi"
    DISTANCE = "distance"
    DISCOUNT = "discount"
    TAX = "tax"
