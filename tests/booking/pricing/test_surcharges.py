"""Surcharge rules: when each applies, in which order, and on what."""

from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest

from booking.pricing.types import PriceBook, Request, Surcharge
from tests.booking.pricing.books import (
    BOOK,
    EARLY,
    HOLIDAY,
    LATE,
    PEAK_MINI,
    SATURDAY,
    TUESDAY,
    WEEKEND,
    quoted,
    request,
    with_rules,
)

SUNDAY = date(2026, 12, 6)
THANKSGIVING = date(2026, 11, 26)


def surcharges(asked: Request, book: PriceBook) -> list[tuple[str, int, str]]:
    return [
        (line.label, line.amount_cents, str(line.reason))
        for line in quoted(asked, book).lines
        if line.code == "surcharge"
    ]


@pytest.mark.parametrize(
    ("day", "cents"),
    [(date(2026, 12, 4), 0), (SATURDAY, 149_25), (SUNDAY, 149_25), (date(2026, 12, 7), 0)],
)
def test_weekend_is_saturday_and_sunday(day: date, cents: int) -> None:
    assert quoted(request(pickup_date=day)).total_cents == 995_00 + cents


def test_surcharges_say_why() -> None:
    book = replace(
        with_rules(HOLIDAY, replace(EARLY, percent=Decimal("2.50"), flat_cents=None), LATE),
        holidays={THANKSGIVING: "Thanksgiving Day"},
    )
    early = surcharges(request(pickup_date=THANKSGIVING, pickup_time=time(8)), book)
    assert early == [
        ("Early pickup", 24_88, "2.5% for a pickup at or before 8:00 AM"),
        ("US holiday", 99_50, "10% on Thanksgiving Day"),
    ]
    late = surcharges(request(pickup_time=time(12)), book)
    assert late == [("Late pickup", 50_00, "Pickup at or after 11:30 AM")]


@pytest.mark.parametrize(
    ("wall", "labels"),
    [
        (time(8), ["Early pickup"]),
        (time(8, 30), []),
        (time(11), []),
        (time(11, 30), ["Late pickup"]),
        (time(12), ["Late pickup"]),
    ],
)
def test_early_and_late_include_their_time(wall: time, labels: list[str]) -> None:
    found = surcharges(request(pickup_time=wall), with_rules(LATE, EARLY))
    assert [label for label, _cents, _why in found] == labels


def test_rules_are_sorted_by_name_without_case_then_id() -> None:
    rules = [
        replace(WEEKEND, id="b", name="weekend"),
        replace(WEEKEND, id="a", name="Weekend", percent=Decimal(1)),
        replace(WEEKEND, id="c", name="Alpha", percent=Decimal(2)),
    ]
    found = surcharges(request(pickup_date=SATURDAY), with_rules(*rules))
    assert [cents for _label, cents, _why in found] == [19_90, 9_95, 149_25]


def test_rules_never_compound() -> None:
    book = replace(with_rules(WEEKEND, PEAK_MINI), peak_dates=frozenset({SATURDAY}))
    found = surcharges(request(pickup_date=SATURDAY), book)
    assert [cents for _label, cents, _why in found] == [175_00, 149_25]


@pytest.mark.parametrize(
    ("day", "labels"),
    [(SATURDAY, ["Peak date, Mini Move"]), (SUNDAY, ["Weekend"]), (TUESDAY, [])],
)
def test_rule_that_replaces_weekend_does_so_only_where_it_applies(
    day: date, labels: list[str]
) -> None:
    peak = replace(PEAK_MINI, replaces_weekend=True)
    book = replace(with_rules(WEEKEND, peak), peak_dates=frozenset({SATURDAY}))
    found = surcharges(request(pickup_date=day), book)
    assert [label for label, _cents, _why in found] == labels


def test_rule_of_another_service_replaces_nothing() -> None:
    peak = replace(PEAK_MINI, replaces_weekend=True, services=frozenset({"specialty_item"}))
    book = replace(with_rules(WEEKEND, peak), peak_dates=frozenset({SATURDAY}))
    assert [row[0] for row in surcharges(request(pickup_date=SATURDAY), book)] == ["Weekend"]


@pytest.mark.parametrize(
    ("cents", "percent", "expected"),
    [(10, "5", 1), (10, "4.99", 0), (30, "5", 2), (50, "5", 3), (333, "15", 50), (330, "15", 50)],
)
def test_percentages_round_half_up(cents: int, percent: str, expected: int) -> None:
    rule: Surcharge = replace(WEEKEND, percent=Decimal(percent))
    packages = {"petite": replace(BOOK.packages["petite"], price_cents=cents)}
    book = replace(with_rules(rule), packages=packages)
    found = surcharges(request(pickup_date=SATURDAY), book)
    assert [row[1] for row in found] == [expected]
