"""`load_catalogue`: creates what is missing, overwrites nothing, brings nothing back."""

from dataclasses import replace
from datetime import date, time

import pytest
from django.core.management import call_command

from booking.catalogue import get_price_book
from booking.catalogue.load import load_standard_catalogue
from booking.catalogue.price_book import us_holidays
from booking.models import (
    CatalogueSeed,
    FeeRule,
    OrganizingService,
    Package,
    ServiceZone,
    SurchargeRule,
    Van,
)
from booking.pricing.types import PriceBook, Zone
from tests.booking.pricing.books import BOOK

pytestmark = pytest.mark.django_db


def without_words(book: PriceBook) -> PriceBook:
    """A book without what the rules do not fix: ids, descriptions, holidays' names, most zones."""
    return replace(
        book,
        packages={
            code: replace(row, description="", is_most_popular=False)
            for code, row in book.packages.items()
        },
        surcharges=tuple(
            sorted((replace(rule, id="") for rule in book.surcharges), key=lambda rule: rule.name)
        ),
        fees=tuple(sorted((replace(fee, id="") for fee in book.fees), key=lambda fee: fee.name)),
        zones={code: zone for code, zone in book.zones.items() if code in BOOK.zones},
    )


def test_loaded_book_is_the_standard_catalogue() -> None:
    load_standard_catalogue()
    expected = replace(
        BOOK,
        zones=BOOK.zones
        | {"11954": Zone(BOOK.zones["11954"].kind, get_price_book().zones["11954"].area)},
    )
    assert without_words(get_price_book()) == without_words(expected)


def test_zones_are_all_loaded_with_their_area() -> None:
    load_standard_catalogue()
    zones = get_price_book().zones
    kinds = [zone.kind for zone in zones.values()]
    assert (len(zones), kinds.count("core"), kinds.count("outer")) == (277, 130, 147)
    assert (zones["10019"].area, zones["07302"].area) == ("Manhattan", "Hudson County NJ")


def test_rules_that_ship_inactive_are_there_to_be_switched_on() -> None:
    load_standard_catalogue()
    rows = SurchargeRule.objects.filter(is_active=False).order_by("name")
    assert [
        (row.name, row.percent, row.flat_cents, row.at_or_before, row.at_or_after) for row in rows
    ] == [
        ("Early pickup", None, 50_00, time(8), None),
        ("Late pickup", None, 50_00, None, time(11, 30)),
        ("US holiday", 10, None, None, None),
    ]


def test_vans_are_two_and_the_first_has_a_rack() -> None:
    load_standard_catalogue()
    assert list(Van.objects.values_list("number", "pieces", "has_rack")) == [
        (1, 60, True),
        (2, 60, False),
    ]


def test_second_load_does_nothing() -> None:
    load_standard_catalogue()
    before = CatalogueSeed.objects.count()
    assert set(load_standard_catalogue().values()) == {0}
    assert CatalogueSeed.objects.count() == before


def test_load_never_overwrites() -> None:
    load_standard_catalogue()
    Package.objects.filter(code="petite").update(price_cents=1, is_active=False)
    FeeRule.objects.filter(kind="coi").update(name="Certificate", amount_cents=2)
    load_standard_catalogue()
    petite = Package.objects.get(code="petite")
    coi = FeeRule.objects.get(kind="coi")
    assert (petite.price_cents, petite.is_active) == (1, False)
    assert (coi.name, coi.amount_cents) == ("Certificate", 2)


def test_load_never_brings_back_what_was_deleted() -> None:
    load_standard_catalogue()
    Package.objects.get(code="full").delete()  # and its add-ons
    ServiceZone.objects.filter(zip="10019").delete()
    SurchargeRule.objects.filter(kind="weekend").delete()
    assert set(load_standard_catalogue().values()) == {0}
    assert not Package.objects.filter(code="full").exists()
    assert OrganizingService.objects.count() == 4
    assert not ServiceZone.objects.filter(zip="10019").exists()
    assert not SurchargeRule.objects.filter(kind="weekend").exists()


def test_row_that_staff_made_first_is_left_alone() -> None:
    Package.objects.create(code="petite", name="Our Petite", price_cents=7, pieces=15)
    assert load_standard_catalogue()["packages"] == 2
    assert Package.objects.get(code="petite").name == "Our Petite"


def test_new_release_adds_only_what_is_new() -> None:
    load_standard_catalogue()
    CatalogueSeed.objects.filter(key="servicezone:10019").delete()
    ServiceZone.objects.filter(zip="10019").delete()
    made = load_standard_catalogue()
    assert {name: count for name, count in made.items() if count} == {"service zones": 1}


def test_command_says_what_it_made(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_catalogue")
    call_command("load_catalogue")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "packages: 3 created"
    assert lines[-1] == "The catalogue is complete: nothing to load."


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 11, 26), "Thanksgiving Day"),
        (date(2027, 7, 4), "Independence Day"),
        (date(2027, 7, 5), "Independence Day (observed)"),
        (date(2027, 12, 31), "New Year's Day (observed)"),
        (date(2026, 11, 27), None),
    ],
)
def test_holidays_are_the_actual_and_the_observed_day(day: date, name: str | None) -> None:
    assert us_holidays().get(day) == name


def test_holidays_are_in_the_book_once_a_rule_asks_for_them() -> None:
    load_standard_catalogue()
    assert len(get_price_book().holidays) == 0
    SurchargeRule.objects.filter(kind="holiday").update(is_active=True)
    assert get_price_book().holidays == us_holidays()
