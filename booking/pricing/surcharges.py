"""Surcharge rules: each is computed from the subtotal; they never compound."""

from collections.abc import Iterable
from datetime import date, time
from decimal import Decimal

from booking.pricing.codes import LineCode, SurchargeKind
from booking.pricing.types import Line, PriceBook, Surcharge
from booking.pricing.words import Part, Sentence, gettext_noop, sentence, spoken_percent
from totetaxi.lib.money import percent_of

SATURDAY = 5


def rules_for(service: str | None, book: PriceBook) -> tuple[Surcharge, ...]:
    """The rules bound to a service, by name without case, then id (DECISIONS.md, 16)."""
    bound = (rule for rule in book.surcharges if not rule.services or service in rule.services)
    return tuple(sorted(bound, key=lambda rule: (rule.name.casefold(), rule.id)))


def applies(rule: Surcharge, day: date, wall: time | None, book: PriceBook) -> bool:
    """Whether a rule applies to a pickup on this New York day, at this wall-clock time."""
    match rule.kind:
        case SurchargeKind.WEEKEND:
            return day.weekday() >= SATURDAY
        case SurchargeKind.PEAK:
            return day in book.peak_dates
        case SurchargeKind.HOLIDAY:
            return day in book.holidays
        case SurchargeKind.EARLY:
            return wall is not None and rule.at_or_before is not None and wall <= rule.at_or_before
        case SurchargeKind.LATE:
            return wall is not None and rule.at_or_after is not None and wall >= rule.at_or_after


def lines(
    rules: Iterable[Surcharge], subtotal_cents: int, day: date, wall: time | None, book: PriceBook
) -> list[Line]:
    """A line for each of the (sorted) rules that applies on that day."""
    applying = [rule for rule in rules if applies(rule, day, wall, book)]
    if any(rule.replaces_weekend for rule in applying):
        applying = [
            rule
            for rule in applying
            if rule.kind is not SurchargeKind.WEEKEND or rule.replaces_weekend
        ]
    return [
        Line(
            LineCode.SURCHARGE,
            rule.name,
            (
                percent_of(subtotal_cents, rule.percent)
                if rule.percent is not None
                else rule.flat_cents or 0
            ),
            reason(rule, day, book),
        )
        for rule in applying
    ]


# Why a rule of each kind applies: for a flat sum, and for a percentage.
REASONS = {
    SurchargeKind.WEEKEND: (
        gettext_noop("On Saturday and Sunday"),
        gettext_noop("{percent}% on Saturday and Sunday"),
    ),
    SurchargeKind.PEAK: (
        gettext_noop("On peak dates"),
        gettext_noop("{percent}% on peak dates"),
    ),
    SurchargeKind.HOLIDAY: (
        gettext_noop("On {holiday}"),
        gettext_noop("{percent}% on {holiday}"),
    ),
    SurchargeKind.EARLY: (
        gettext_noop("Pickup at or before {before}"),
        gettext_noop("{percent}% for a pickup at or before {before}"),
    ),
    SurchargeKind.LATE: (
        gettext_noop("Pickup at or after {after}"),
        gettext_noop("{percent}% for a pickup at or after {after}"),
    ),
}


def reason(rule: Surcharge, day: date, book: PriceBook) -> Sentence:
    """Why a rule applies on a day: `15% on Saturday and Sunday`."""
    flat, percentage = REASONS[rule.kind]
    text = flat if rule.percent is None else percentage
    parts: dict[str, Part] = {
        "percent": spoken_percent(rule.percent or Decimal(0)),
        "holiday": book.holidays.get(day, ""),
        "before": rule.at_or_before or "",
        "after": rule.at_or_after or "",
    }
    return sentence(text, **{name: part for name, part in parts.items() if f"{{{name}}}" in text})
