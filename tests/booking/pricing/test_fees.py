"""Fees, the certificate, and what cannot be paid online."""

from dataclasses import replace
from datetime import date, time

import pytest

from booking.pricing.types import Limits, Request
from tests.booking.pricing.books import BOOK, amounts, delivery, quoted, request, specialty

TODAY = date(2026, 11, 22)


def codes(asked: Request) -> list[str]:
    return [code for code, _cents in amounts(quoted(asked))]


@pytest.mark.parametrize(
    ("asked", "required", "paid"),
    [
        (request(), False, False),
        (request(coi=True), True, True),
        (request(packing=True), True, True),  # 995 + 1,400
        (request(package="standard", coi=True), True, False),
        (request(package="standard"), False, False),
        (request(package="full"), True, False),
        (delivery(items=21), False, False),  # 1,995
        (delivery(items=22), True, True),
        (specialty({"peloton": 4}), True, True),  # 2,000 exactly
    ],
)
def test_coi_is_required_from_2000_and_paid_unless_included(
    asked: Request, required: bool, paid: bool
) -> None:
    answer = quoted(asked)
    assert (answer.coi_required, "coi" in codes(asked)) == (required, paid)


@pytest.mark.parametrize(
    ("start", "end", "reasons"),
    [
        ("10019", "11937", []),
        ("07302", "11937", ["Pickup in Hudson County NJ"]),
        ("10019", "11954", ["Delivery in East End (Amagansett, Montauk)"]),
        ("07302-0001", "07302", ["Pickup in Hudson County NJ", "Delivery in Hudson County NJ"]),
    ],
)
def test_distance_has_a_line_for_each_outer_address(
    start: str, end: str, reasons: list[str]
) -> None:
    lines = quoted(request(pickup_zip=start, delivery_zip=end)).lines
    assert [str(line.reason) for line in lines if line.code == "distance"] == reasons


def test_same_day_is_paid_for_specialty_items_too() -> None:
    asked = specialty({"crib": 1}, pickup_date=TODAY, pickup_time=time(12))
    # A Sunday: the weekend is computed from the subtotal, the fee carries none of it.
    assert amounts(quoted(asked)) == [
        ("specialty", 350_00),
        ("surcharge", 52_50),
        ("same_day", 360_00),
    ]


@pytest.mark.parametrize(("limit", "online"), [(285_00, True), (284_99, False)])
def test_limit_itself_is_payable_online(limit: int, online: bool) -> None:
    book = replace(BOOK, limits=Limits(online_max_cents=limit))
    assert quoted(delivery(), book).payable_online is online


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (delivery(items=60), None),
        (delivery(items=61), "over_one_van"),
        (delivery(items=55, specialty={"crib": 1}), None),
        (delivery(items=56, specialty={"crib": 1}), "over_one_van"),
        (specialty({"crib": 12}), None),
        (specialty({"crib": 13}), "over_one_van"),
        (delivery(items=110), "over_online_limit"),
    ],
)
def test_more_than_a_van_goes_to_staff(asked: Request, code: str | None) -> None:
    needs_staff = quoted(asked).needs_staff
    assert (needs_staff.code if needs_staff else None) == code


@pytest.mark.parametrize(
    ("asked", "room"),
    [
        (request(items=1), (15, False, False)),
        (request(package="standard"), (30, False, False)),
        (request(package="full", items=3), (60, False, True)),
        (delivery(items=7), (7, False, False)),
        (delivery(items=7, specialty={"surfboard": 2}), (17, True, False)),
        (specialty({"crib": 1}), (5, True, False)),
    ],
)
def test_room_is_what_the_vans_page_says(asked: Request, room: tuple[int, bool, bool]) -> None:
    found = quoted(asked).room
    assert (found.pieces, found.needs_rack, found.whole_van) == room


def test_specialty_lines_follow_the_catalogue_not_the_request() -> None:
    lines = quoted(specialty({"wardrobe_box": 1, "surfboard": 3})).lines
    assert [(line.label, str(line.reason)) for line in lines] == [
        ("Surfboard × 3", "3 at $350 each"),
        ("Wardrobe box", "1 at $275 each"),
    ]
