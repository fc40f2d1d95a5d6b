"""A saved card in words."""

from datetime import date

import pytest

from accounts.cards.words import card_words
from payments.models import SavedCard

TODAY = date(2026, 11, 22)


def card(**fields: object) -> SavedCard:
    values = {"brand": "visa", "last4": "4242", "exp_month": 9, "exp_year": 2027, **fields}
    return SavedCard(**values)


@pytest.mark.parametrize(
    ("brand", "name"),
    [
        ("visa", "Visa ending in 4242"),
        ("amex", "American Express ending in 4242"),
        ("link", "Card ending in 4242"),
        ("", "Card ending in 4242"),
    ],
)
def test_card_is_called_as_people_call_it(brand: str, name: str):
    assert card_words(card(brand=brand), today=TODAY).name == name


@pytest.mark.parametrize(
    ("month", "year", "expires", "state"),
    [
        (10, 2026, "10/2026", "expired"),
        (12, 2025, "12/2025", "expired"),
        (11, 2026, "11/2026", "soon"),
        (12, 2026, "12/2026", "soon"),
        (1, 2027, "01/2027", ""),
    ],
)
def test_card_is_good_through_the_last_day_of_its_month(month, year, expires, state):
    words = card_words(card(exp_month=month, exp_year=year), today=TODAY)
    assert (words.expires, words.state) == (expires, state)
