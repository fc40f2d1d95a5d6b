"""The worked examples of PRICING.md, to the cent and in the order of their lines."""

from datetime import date, datetime, time

import pytest

from booking.pricing.types import Request
from tests.booking.pricing.books import (
    BOOK,
    SATURDAY,
    amounts,
    delivery,
    quoted,
    refusals,
    request,
    specialty,
)
from totetaxi.lib.clock import NEW_YORK

WEDNESDAY = date(2026, 12, 2)

EXAMPLES = [
    (request(), [("base", 995_00)], 995_00),
    (
        request(coi=True, pickup_date=SATURDAY),
        [("base", 995_00), ("surcharge", 149_25), ("coi", 50_00)],
        1194_25,
    ),
    (
        request(package="standard", packing=True, pickup_date=SATURDAY),
        [("base", 1725_00), ("organizing", 2535_00), ("surcharge", 639_00)],
        4899_00,
    ),
    (
        request(package="full", packing=True, unpacking=True, pickup_date=SATURDAY),
        [
            ("base", 2490_00),
            ("organizing", 5070_00),
            ("organizing", 4525_00),
            ("surcharge", 1812_75),
        ],
        13897_75,
    ),
    (
        delivery(items=2, pickup_date=WEDNESDAY, pickup_zip="11201", delivery_zip="11968"),
        [("base", 285_00)],
        285_00,
    ),
    (
        delivery(items=22, pickup_date=WEDNESDAY),
        [("base", 2090_00), ("coi", 50_00)],
        2140_00,
    ),
    (
        delivery(
            items=7, coi=True, pickup_date=WEDNESDAY, pickup_zip="07302", delivery_zip="11954"
        ),
        [("base", 665_00), ("coi", 50_00), ("distance", 175_00), ("distance", 175_00)],
        1065_00,
    ),
    (
        delivery(items=1, specialty={"surfboard": 2}, pickup_date=date(2026, 12, 6)),
        [("base", 285_00), ("specialty", 700_00), ("surcharge", 147_75)],
        1132_75,
    ),
    (
        specialty({"crib": 1, "peloton": 1}, pickup_date=date(2026, 12, 3)),
        [("specialty", 500_00), ("specialty", 350_00)],
        850_00,
    ),
]


@pytest.mark.parametrize(("asked", "lines", "total"), EXAMPLES)
def test_worked_example_is_priced(asked: Request, lines: list[tuple[str, int]], total: int) -> None:
    answer = quoted(asked)
    assert (amounts(answer), answer.total_cents) == (lines, total)


@pytest.mark.parametrize(
    ("asked", "online"), [(case[0], case[2] <= 10_000_00) for case in EXAMPLES]
)
def test_worked_example_is_payable_online_to_10000(asked: Request, online: bool) -> None:
    assert quoted(asked).payable_online is online


def test_worked_example_beyond_the_horizon_is_refused() -> None:
    asked = request(package="standard", pickup_date=date(2026, 12, 26))
    assert refusals(asked) == [("pickup_date", "too_far")]


def test_worked_example_peak_date() -> None:
    asked_on = datetime(2026, 12, 1, 10, tzinfo=NEW_YORK)
    answer = quoted(delivery(pickup_date=date(2026, 12, 23)), BOOK, asked_on)
    assert amounts(answer) == [("base", 285_00), ("surcharge", 50_00)]


def test_worked_example_same_day() -> None:
    asked_on = datetime(2026, 11, 24, 6, 30, tzinfo=NEW_YORK)
    asked = delivery(pickup_date=date(2026, 11, 24), pickup_time=time(11))
    assert amounts(quoted(asked, BOOK, asked_on)) == [("base", 285_00), ("same_day", 360_00)]


def test_base_line_carries_the_package_name() -> None:
    line = quoted(request()).lines[0]
    assert (line.label, str(line.reason)) == ("Mini Move Petite", "10 of 15 items")
