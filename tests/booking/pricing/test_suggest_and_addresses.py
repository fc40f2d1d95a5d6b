"""Which service suits, and whether two addresses are one place."""

from dataclasses import replace

import pytest

from booking.pricing.addresses import address_key
from booking.pricing.suggest import Suggestion, suggest_service
from tests.booking.pricing.books import BOOK


@pytest.mark.parametrize(
    ("pieces", "has_specialty", "service", "package"),
    [
        (1, False, "standard_delivery", None),
        (7, False, "standard_delivery", None),
        (8, False, "mini_move", "petite"),
        (15, False, "mini_move", "petite"),
        (16, False, "mini_move", "standard"),
        (31, False, "mini_move", "full"),
        (500, False, "mini_move", "full"),
        (20, True, "standard_delivery", None),
        (0, True, "specialty_item", None),
    ],
)
def test_service_is_suggested(
    pieces: int, has_specialty: bool, service: str, package: str | None
) -> None:
    found = suggest_service(pieces, BOOK, has_specialty=has_specialty)
    assert found == Suggestion(service, package)


def test_nothing_is_suggested_for_nothing() -> None:
    assert suggest_service(0, BOOK) is None


def test_delivery_is_suggested_where_no_package_is_sold() -> None:
    assert suggest_service(20, replace(BOOK, packages={})) == Suggestion("standard_delivery")
    assert suggest_service(20, replace(BOOK, packages={}, delivery=None)) is None


HOME = {
    "street": "10 Main St.",
    "unit": "Apt 4-B",
    "city": "New York",
    "state": "NY",
    "zip_code": "10019",
}


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({"street": "10  MAIN ST"}, True),
        ({"street": "10 Main St, Apt 4B", "unit": ""}, True),
        ({"zip_code": "10019-1234"}, True),
        ({"city": "new-york"}, True),
        ({"unit": "Apt 4C"}, False),
        ({"unit": ""}, False),
        ({"zip_code": "10018"}, False),
    ],
)
def test_addresses_compare_without_case_spaces_and_punctuation(
    changes: dict[str, str], same: bool
) -> None:
    assert (address_key(**(HOME | changes)) == address_key(**HOME)) is same
