"""Sentences of the pure packages in the reader's language."""

from datetime import date, time

import pytest
from django.utils import translation

from booking.catalogue import translated
from booking.pricing.words import refusal, sentence, spoken_dollars, verbatim


def test_sentence_reads_the_same_in_english_on_both_ways() -> None:
    text = "{day} at {wall}: {count} for {price}"
    said = sentence(text, day=date(2026, 12, 5), wall=time(9), count=3, price="$285")
    assert translated(said) == str(said)
    assert str(said) == "Saturday, December 5, 2026 at 9:00 AM: 3 for $285"


def test_days_are_spelled_in_the_readers_language() -> None:
    with translation.override("de"):
        assert translated(sentence("{day}", day=date(2026, 12, 5))).startswith("Samstag")


@pytest.mark.parametrize(
    ("wall", "spoken"),
    [
        (time(0), "12:00 AM"),
        (time(11, 30), "11:30 AM"),
        (time(12), "12:00 PM"),
        (time(13), "1:00 PM"),
    ],
)
def test_time_is_spoken_with_its_half_of_the_day(wall: time, spoken: str) -> None:
    assert str(sentence("{wall}", wall=wall)) == spoken


def test_words_of_staff_are_shown_as_they_are() -> None:
    assert translated(verbatim("100 % {careful}")) == "100 % {careful}"


def test_refusal_is_its_sentence() -> None:
    assert str(refusal("closed", "Closed on {day}.", day=date(2026, 7, 4))) == (
        "Closed on Saturday, July 4, 2026."
    )


@pytest.mark.parametrize(
    ("cents", "spoken"), [(2000_00, "$2,000"), (147_75, "$147.75"), (5, "$0.05"), (0, "$0")]
)
def test_dollars_are_spoken_without_empty_cents(cents: int, spoken: str) -> None:
    assert spoken_dollars(cents) == spoken
