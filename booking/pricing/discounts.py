"""Discount codes: what one takes off, and whether it may be used."""

from datetime import date

from booking.pricing.codes import LineCode
from booking.pricing.types import Discount, Line, PriceBook
from booking.pricing.words import (
    Refusal,
    Sentence,
    gettext_noop,
    refusal,
    sentence,
    spoken_dollars,
    spoken_percent,
)
from totetaxi.lib.money import percent_of

# Stripe's smallest charge in US dollars; less than that is waived (DECISIONS.md, 11).
SMALLEST_CHARGE_CENTS = 50


def normal_code(typed: str | None) -> str:
    """A code as it is stored: in capitals, without spaces round it; empty for none."""
    return (typed or "").strip().upper()


def find_discount(typed: str | None, book: PriceBook) -> Discount | None:
    """The code's terms, whether or not it may still be used; None for an unknown code."""
    return book.discounts.get(normal_code(typed))


def check(
    typed: str | None, service: str | None, subtotal_cents: int | None, today: date, book: PriceBook
) -> Refusal | None:
    """Why a code cannot be used, or None. `subtotal_cents` None: not known yet, not judged."""
    if not normal_code(typed):
        return None
    discount = find_discount(typed, book)
    if discount is None or not discount.is_active:
        return refusal(
            "unknown",
            gettext_noop("We do not know this code. Check its spelling, or leave it out."),
        )
    if (wrong := _check_dates(discount, today)) is not None:
        return wrong
    if discount.services and service is not None and service not in discount.services:
        text = gettext_noop("This code is not for this service. Leave it out to go on.")
        return refusal("not_applicable", text)
    if subtotal_cents is not None and subtotal_cents < discount.min_subtotal_cents:
        text = gettext_noop("This code needs a price of at least {amount} before fees.")
        return refusal("below_minimum", text, amount=spoken_dollars(discount.min_subtotal_cents))
    return None


def _check_dates(discount: Discount, today: date) -> Refusal | None:
    if discount.first_date and today < discount.first_date:
        text = gettext_noop("This code is valid from {date}.")
        return refusal("not_yet", text, date=discount.first_date)
    if discount.last_date and today > discount.last_date:
        text = gettext_noop("This code was valid until {date}. Leave it out to go on.")
        return refusal("expired", text, date=discount.last_date)
    return None


def lines(discount: Discount | None, sum_cents: int) -> list[Line]:
    """The line that takes off a code, at most its maximum and the sum itself.

    What would be left below the smallest charge is waived within the same line.
    """
    off = _taken_off(discount, sum_cents) if discount else 0
    waived = 0 < sum_cents - off < SMALLEST_CHARGE_CENTS
    if waived:
        off = sum_cents
    if discount:
        return [Line(LineCode.DISCOUNT, discount.code, -off, _reason(discount))]
    if waived:
        reason = sentence(gettext_noop("Below the smallest card payment"))
        return [Line(LineCode.DISCOUNT, "Waived", -off, reason)]
    return []


def _taken_off(discount: Discount, sum_cents: int) -> int:
    if discount.percent is not None:
        off = percent_of(sum_cents, discount.percent)
    else:
        off = discount.flat_cents or 0
    if discount.max_discount_cents is not None:
        off = min(off, discount.max_discount_cents)
    return min(off, sum_cents)


def _reason(discount: Discount) -> Sentence:
    if discount.percent is None:
        return sentence(
            gettext_noop("{amount} off"), amount=spoken_dollars(discount.flat_cents or 0)
        )
    percent = spoken_percent(discount.percent)
    if discount.max_discount_cents is None:
        return sentence(gettext_noop("{percent}% off"), percent=percent)
    return sentence(
        gettext_noop("{percent}% off, at most {amount}"),
        percent=percent,
        amount=spoken_dollars(discount.max_discount_cents),
    )
