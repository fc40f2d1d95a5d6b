"""Discount codes: what they take off, their caps, and when they are refused."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from booking.pricing.types import Discount, PriceBook
from tests.booking.pricing.books import BOOK, SATURDAY, amounts, delivery, quoted, refusals, request

TODAY = date(2026, 11, 22)


def book_with(**terms: object) -> PriceBook:
    return replace(BOOK, discounts={"SUMMER": Discount("SUMMER", **terms)})


@pytest.mark.parametrize(
    ("terms", "off"),
    [
        ({"percent": Decimal(10)}, 119_43),  # 10 % of 1,194.25: the certificate and weekend too
        ({"percent": Decimal(10), "max_discount_cents": 100_00}, 100_00),
        ({"percent": Decimal(100)}, 1194_25),
        ({"flat_cents": 50_00}, 50_00),
        ({"flat_cents": 5_000_00}, 1194_25),
        ({"flat_cents": 200_00, "max_discount_cents": 150_00}, 150_00),
        # 1 to 49 cents left are waived, 50 are charged (DECISIONS.md, 11).
        ({"flat_cents": 1194_25 - 49}, 1194_25),
        ({"flat_cents": 1194_25 - 50}, 1194_25 - 50),
        ({"flat_cents": 1194_25 - 1}, 1194_25),
    ],
)
def test_discount_takes_off_the_whole_sum_up_to_its_caps(
    terms: dict[str, object], off: int
) -> None:
    asked = request(coi=True, pickup_date=SATURDAY, discount_code="summer ")
    answer = quoted(asked, book_with(**terms))
    assert amounts(answer)[-1] == ("discount", -off)
    assert answer.total_cents == 1194_25 - off


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"is_active": False}, "unknown"),
        ({"first_date": date(2026, 11, 23)}, "not_yet"),
        ({"last_date": date(2026, 11, 21)}, "expired"),
        ({"services": frozenset({"standard_delivery"})}, "not_applicable"),
        ({"min_subtotal_cents": 995_01}, "below_minimum"),
    ],
)
def test_discount_is_refused(terms: dict[str, object], code: str) -> None:
    book = book_with(percent=Decimal(10), **terms)
    assert refusals(request(discount_code="SUMMER"), book) == [("discount_code", code)]


@pytest.mark.parametrize(
    "terms",
    [
        {"first_date": TODAY, "last_date": TODAY},
        {"services": frozenset({"mini_move"})},
        {"min_subtotal_cents": 995_00},
    ],
)
def test_discount_at_the_edge_of_its_terms_is_taken(terms: dict[str, object]) -> None:
    book = book_with(flat_cents=1_00, **terms)
    assert quoted(request(discount_code="SUMMER"), book).total_cents == 994_00


def test_total_below_the_smallest_charge_is_waived_without_a_code() -> None:
    delivery_price = replace(BOOK.delivery, item_cents=10, minimum_cents=0)
    answer = quoted(delivery(), replace(BOOK, delivery=delivery_price))
    assert (amounts(answer), answer.total_cents) == ([("base", 30), ("discount", -30)], 0)


def test_free_booking_needs_no_staff() -> None:
    answer = quoted(request(discount_code="SUMMER"), book_with(percent=Decimal(100)))
    assert (answer.total_cents, answer.payable_online) == (0, True)
