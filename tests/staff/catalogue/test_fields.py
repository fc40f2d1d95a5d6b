"""Sums, percentages and counts as people type them."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from staff.catalogue.forms.fields import CountField, DollarsField, PercentField


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("95", 95_00),
        (" $1,725.50 ", 1_725_50),
        ("$ 7.5", 7_50),
        ("0", 0),
        ("0.07", 7),
        ("1000000", 1_000_000_00),
        ("", None),
        (1_00, 1_00),
    ],
)
def test_dollars_are_kept_as_cents(typed, cents):
    assert DollarsField(required=False).clean(typed) == cents


@pytest.mark.parametrize(
    "typed",
    ["-5", "1.234", "5,5x", "five", "1e3", "$", ".5", "1000000.01", "99999999999", "٣", "\x00"],
)
def test_what_is_no_sum_is_refused(typed):
    with pytest.raises(ValidationError) as refused:
        DollarsField().clean(typed)
    assert str(refused.value.messages[0]).startswith("Enter a sum")


def test_an_empty_sum_may_mean_nothing_or_be_asked_for():
    assert DollarsField(required=False, empty=0).clean(" ") == 0
    with pytest.raises(ValidationError, match="Enter a sum in dollars"):
        DollarsField().clean("")


def test_dollars_are_shown_as_they_are_written_and_slips_as_they_were_typed():
    field = DollarsField()
    assert [field.prepare_value(value) for value in (172550, "17x", None)] == [
        "$1,725.50",
        "17x",
        None,
    ]


@pytest.mark.parametrize(
    ("typed", "percent"),
    [("15", "15"), ("7.5 %", "7.5"), ("0", "0"), ("100%", "100"), (" 12.25 ", "12.25")],
)
def test_percentages_are_percent(typed, percent):
    assert PercentField().clean(typed) == Decimal(percent)


@pytest.mark.parametrize("typed", ["-1", "100.01", "1.234", "x", "NaN", "Infinity", "1e9999", "%"])
def test_what_is_no_percentage_is_refused(typed):
    with pytest.raises(ValidationError) as refused:
        PercentField().clean(typed)
    assert str(refused.value.messages[0]).startswith("Enter a percentage")


def test_percentages_are_shown_without_noughts():
    assert [PercentField().prepare_value(Decimal(text)) for text in ("15.00", "7.50", "0.00")] == [
        "15",
        "7.5",
        "0",
    ]


@pytest.mark.parametrize("typed", ["0", "31", "x", "1.5", "", "99999999999999999999"])
def test_counts_say_their_limits(typed):
    with pytest.raises(ValidationError) as refused:
        CountField(least=1, most=30).clean(typed)
    assert refused.value.messages == ["Enter a whole number from 1 to 30"]
