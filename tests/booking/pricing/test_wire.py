"""Requests as JSON: exact types, every problem under its key."""

import json
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.pricing.wire import READERS, answer_json, parse_request, request_json
from tests.booking.pricing.books import BOOK, NOW, delivery, request, specialty
from totetaxi.lib.clock import NEW_YORK

PETITE = {
    "service": "mini_move",
    "package": "petite",
    "items": 10,
    "pickup_date": "2026-12-05",
    "pickup_time": "09:00",
    "pickup_zip": "10019",
    "delivery_zip": "11937",
    "as_of": "2026-11-22T10:00:00-05:00",
}


def answer(**changes: Any) -> dict[str, Any]:
    return answer_json(PETITE | changes, BOOK, NOW)


def keys(**changes: Any) -> list[str]:
    return list(answer(**changes)["errors"])


def test_answer_is_exactly_the_documented_one() -> None:
    assert answer(coi=True) == {
        "lines": [
            {"code": "base", "label": "Mini Move Petite", "amount_cents": 99500},
            {"code": "surcharge", "label": "Weekend", "amount_cents": 14925},
            {"code": "coi", "label": "Certificate of insurance", "amount_cents": 5000},
        ],
        "subtotal_cents": 99500,
        "total_cents": 119425,
        "payable_online": True,
    }


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("service", [5, True, [], {}, ""]),
        ("package", [5, True, [], ""]),
        ("items", ["10", 10.0, True, [], {}, float("inf"), -(10**40), 10**40]),
        ("specialty", [[], "peloton", 1, {"peloton": 1.0}, {"peloton": True}, {"peloton": None}]),
        ("packing", [1, 0, "true", []]),
        ("unpacking", ["", {}]),
        ("organizing", [1.0, "no"]),
        ("coi", ["yes", 1]),
        ("pickup_date", ["", "2026-12-5", "20261205", "2026-13-01", "2026-02-30", "0000-01-01"]),
        ("pickup_date", [20261205, "2026-12-05T00:00", "2026-W49-6", "12/05/2026", " 2026-12-05"]),
        ("pickup_date", ["२०२६-१२-०५", []]),
        ("pickup_time", ["", "9:00", "0900", "24:00", "09:60", "09:00:00", 9, "9 AM", "09:00Z"]),
        ("pickup_zip", [10019, "", " ", "abcde", "10019-", None]),
        ("delivery_zip", [11937.0, [], None]),
        ("discount_code", [5, "SUMMER", []]),
        ("as_of", ["", "now", 0, "2026-11-22T25:00", "0001-01-01T00:00:00+14:00", []]),
        ("as_of", ["9999-12-31T23:59:59-12:00"]),
        ("surprise", [1]),
    ],
)
def test_wrong_value_is_an_error_at_its_key(key: str, values: list[Any]) -> None:
    assert {str(value): keys(**{key: value}) for value in values} == {
        str(value): [key] for value in values
    }


def test_null_counts_as_left_out() -> None:
    nothing = dict.fromkeys(["specialty", "packing", "unpacking", "organizing", "coi"])
    assert answer(**nothing, discount_code=None) == answer()


def test_left_out_keys_take_their_defaults() -> None:
    assert list(answer_json({}, BOOK, NOW)["errors"]) == [
        "service",
        "pickup_zip",
        "delivery_zip",
        "pickup_date",
        "pickup_time",
    ]


@pytest.mark.parametrize("raw", [None, [], "x", 5, True, [{}]])
def test_what_is_no_object_is_refused_as_a_whole(raw: object) -> None:
    assert answer_json(raw, BOOK, NOW) == {"errors": {"request": ["Send one object."]}}


def test_several_problems_are_told_at_once_and_once_each() -> None:
    found = answer(items="x", pickup_date="x", pickup_zip="90210", coi=2)["errors"]
    assert {key: len(texts) for key, texts in found.items()} == {
        "items": 1,
        "pickup_date": 1,
        "pickup_zip": 1,
        "coi": 1,
    }


@pytest.mark.parametrize(
    ("as_of", "keys_of_errors"),
    [
        ("2026-11-22T10:00:00-05:00", []),
        ("2026-11-22T15:00:00Z", []),
        ("2026-11-22T10:00", []),
        ("2026-11-22", []),
        # In New York it is still the day before: 31 days ahead.
        ("2026-12-05T13:59:59+00:00", ["pickup_date"]),
        ("2026-11-05T03:59:00Z", ["pickup_date"]),
        ("2026-11-05T05:00:00Z", []),
        ("2026-12-06T04:00:00Z", ["pickup_date"]),
    ],
)
def test_as_of_is_the_moment_of_asking(as_of: str, keys_of_errors: list[str]) -> None:
    assert list(answer(as_of=as_of).get("errors", {})) == keys_of_errors


def test_as_of_without_a_zone_is_new_york() -> None:
    _request, as_of, _wrong = parse_request({"as_of": "2026-11-22T10:00:00"})
    assert as_of == datetime(2026, 11, 22, 10, tzinfo=NEW_YORK)


@pytest.mark.parametrize(
    "asked",
    [request(), delivery(specialty={"crib": 2}), specialty({"peloton": 1}, discount_code="X")],
)
def test_request_comes_back_from_json(asked: object) -> None:
    stored = json.loads(json.dumps(request_json(asked)))
    assert parse_request(stored) == (asked, None, ())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=4,
)


@given(st.dictionaries(st.sampled_from([*READERS, "surprise"]), JSON))
def test_any_json_object_has_an_answer(raw: dict[str, Any]) -> None:
    found = answer_json(PETITE | raw, BOOK, NOW)
    assert json.loads(json.dumps(found)) == found
    if "errors" in found:
        assert all(texts and all(texts) for texts in found["errors"].values())
        assert set(found["errors"]) <= {*READERS, "surprise"}
    else:
        assert sum(line["amount_cents"] for line in found["lines"]) == found["total_cents"]
