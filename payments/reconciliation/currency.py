"""Sums in the currency that moved. What is not in ours is in no sum: it is listed with its own."""

from __future__ import annotations

from totetaxi.lib.money import usd

USD = "usd"


def in_words(cents: int, currency: str) -> str:
    """`$995.00`; `995.00 EUR` for a currency that is not ours."""
    return usd(cents) if currency == USD else f"{cents / 100:,.2f} {currency.upper()}"
