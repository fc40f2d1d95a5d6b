"""Each rule of "When and where a pickup may be", told under the key that it is about."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from booking.pricing.engine import quote
from booking.pricing.types import Request
from tests.booking.pricing.books import (
    BOOK,
    NOW,
    TUESDAY,
    delivery,
    quoted,
    refusals,
    request,
    specialty,
)
from totetaxi.lib.clock import NEW_YORK

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (Request(), "service pickup_zip delivery_zip pickup_date pickup_time"),
        (request(service="airport"), "service"),
        (request(service="Mini_Move"), "service"),
        (request(package=None), "package"),
        (request(package="grand"), "package"),
        (request(package=None, packing=True), "package"),
        (request(items=0), "items"),
        (request(items=-1), "items"),
        (request(items=16), "items"),
        (request(package="standard", items=31), "items"),
        (request(package="full", items=10_000), "items"),
        (request(specialty={"peloton": 1}), "specialty"),
        (request(organizing=True), "organizing"),
        (delivery(package="petite"), "package"),
        (delivery(items=0), "items"),
        (delivery(items=-1, specialty={"peloton": 1}), "items"),
        (delivery(items=-3), "items"),
        (delivery(items=10_000), "items"),
        (delivery(specialty={"piano": 1}), "specialty"),
        (delivery(specialty={"peloton": 0}), "specialty"),
        (delivery(specialty={"peloton": -1}), "specialty"),
        (delivery(specialty={"peloton": 10_000}), "specialty"),
        (delivery(packing=True), "packing"),
        (delivery(unpacking=True, organizing=True), "unpacking organizing"),
        (specialty({}), "specialty"),
        (specialty({"crib": 1}, items=1), "items"),
        (specialty({"crib": 1}, package="petite"), "package"),
        (specialty({"crib": 1}, packing=True), "packing"),
        (request(pickup_zip=None), "pickup_zip"),
        (request(pickup_zip=""), "pickup_zip"),
        (request(pickup_zip="100 19"), "pickup_zip"),
        (request(pickup_zip="1001"), "pickup_zip"),
        (request(pickup_zip="१००१९"), "pickup_zip"),
        (request(delivery_zip="90210"), "delivery_zip"),
        (request(delivery_zip="11937-12"), "delivery_zip"),
        (request(pickup_zip="90210", delivery_zip="x"), "pickup_zip delivery_zip"),
        (request(pickup_date=None), "pickup_date"),
        (request(pickup_date=TODAY), "pickup_date"),
        (request(pickup_date=TODAY - timedelta(days=1)), "pickup_date"),
        (request(pickup_date=TODAY + timedelta(days=31)), "pickup_date"),
        (request(service="airport", pickup_date=date(2020, 1, 1)), "service pickup_date"),
        (request(pickup_time=None), "pickup_time"),
        (request(pickup_time=time(7, 30)), "pickup_time"),
        (request(pickup_time=time(12, 30)), "pickup_time"),
        (request(pickup_time=time(9, 15)), "pickup_time"),
        (request(pickup_time=time(9, 0, 1)), "pickup_time"),
        (request(pickup_date=TODAY, pickup_time=time(7)), "pickup_date pickup_time"),
        (delivery(pickup_date=TODAY, pickup_time=time(11, 30)), "pickup_time"),
        (request(discount_code="NONE"), "discount_code"),
    ],
)
def test_request_is_refused_at_its_key(asked: Request, expected: str) -> None:
    assert [key for key, _code in refusals(asked)] == expected.split()


@pytest.mark.parametrize(
    "asked",
    [
        request(items=1),
        request(items=15),
        request(package="full", items=9_999),
        request(packing=True, unpacking=True),
        request(pickup_zip="10019-1234"),
        request(pickup_zip=" 10019 "),
        request(pickup_zip="100191234"),
        request(pickup_zip="11937", delivery_zip="11937"),
        request(pickup_date=TODAY + timedelta(days=30)),
        request(pickup_date=TODAY + timedelta(days=1), pickup_time=time(8)),
        request(pickup_time=time(12)),
        request(discount_code="  "),
        delivery(pickup_date=TODAY, pickup_time=time(12)),
        specialty({"wardrobe_box": 9_999}),
    ],
)
def test_request_at_the_edge_is_quoted(asked: Request) -> None:
    assert quoted(asked).total_cents > 0


def test_closed_day_is_refused_with_its_reason() -> None:
    answer = quote(request(), BOOK, NOW, closed={TUESDAY: "van service"})
    assert [str(refused) for _key, refused in answer.refusals] == [
        "We are closed on Tuesday, December 1, 2026 (van service). Choose another day."
    ]


def test_other_closed_day_does_not_matter() -> None:
    assert quoted(request(), closed={TUESDAY + timedelta(days=1): ""}).total_cents == 995_00


def test_late_evening_in_new_york_is_not_tomorrow() -> None:
    # 03:00 in UTC on the 23rd is 22:00 on the 22nd in New York.
    late = datetime.fromisoformat("2026-11-23T03:00:00+00:00")
    monday = date(2026, 11, 23)
    assert quoted(request(pickup_date=monday), now=late).total_cents == 995_00
    assert refusals(request(pickup_date=date(2026, 12, 23)), now=late) == [
        ("pickup_date", "too_far")
    ]


@pytest.mark.parametrize(("minute", "expected"), [(0, []), (1, [("pickup_time", "too_soon")])])
def test_pickup_two_hours_ahead_is_soon_enough(
    minute: int, expected: list[tuple[str, str]]
) -> None:
    asked_on = datetime(2026, 11, 24, 9, minute, tzinfo=NEW_YORK)
    answer = quote(delivery(pickup_date=date(2026, 11, 24), pickup_time=time(11)), BOOK, asked_on)
    found = [(key, refused.code) for key, refused in getattr(answer, "refusals", ())]
    assert found == expected


def test_withdrawn_items_are_refused_but_keep_their_price() -> None:
    packages = BOOK.packages | {"petite": replace(BOOK.packages["petite"], is_active=False)}
    cribs = BOOK.specialty | {"crib": replace(BOOK.specialty["crib"], is_active=False)}
    add_ons = BOOK.add_ons | {
        ("packing", "full"): replace(BOOK.add_ons["packing", "full"], is_active=False)
    }
    book = replace(BOOK, packages=packages, specialty=cribs, add_ons=add_ons)
    assert refusals(request(), book) == [("package", "unknown")]
    assert refusals(specialty({"crib": 1}), book) == [("specialty", "unknown")]
    assert refusals(request(package="full", packing=True), book) == [("packing", "not_applicable")]


def test_service_without_hours_is_not_offered() -> None:
    assert refusals(request(), replace(BOOK, hours={})) == [("service", "unknown")]


def test_too_many_items_names_the_next_package() -> None:
    answer = quote(request(items=20), BOOK, NOW)
    assert [str(refused) for _key, refused in answer.refusals] == [
        "At most 15 items. Take fewer, or choose Mini Move Standard."
    ]


def test_a_delivery_of_specialty_items_alone_has_only_their_lines() -> None:
    answer = quote(delivery(items=0, specialty={"peloton": 1}), BOOK, NOW)
    assert [(line.code, line.amount_cents) for line in answer.lines] == [("specialty", 50000)]
