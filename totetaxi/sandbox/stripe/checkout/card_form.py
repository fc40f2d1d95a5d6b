"""The form of the payment page: what is typed, read forgivingly, and refused at its field."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from totetaxi.sandbox.stripe.cards import passes_checksum
from totetaxi.sandbox.stripe.resources.payment_methods import CardEntry

FIELDS = ("email", "card_number", "expiry", "cvc", "name", "saved", "save")
"""`saved` is the chosen saved card, empty for a new one; `save` is ticked to keep a new one."""


@dataclass(slots=True)
class CardForm:
    """Typed values and, by field, what is wrong with them."""

    values: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def shown(self) -> dict[str, str]:
        """The values to show again. The security code never comes back."""
        return {**self.values, "cvc": ""}


def read_form(form: Mapping[str, str]) -> CardForm:
    """Return the typed values without the spaces around them."""
    return CardForm({name: form.get(name, "").strip() for name in FIELDS})


def check(form: CardForm, now: int) -> CardEntry | None:
    """Return the card if all is well, else None with `form.errors` filled. `now`: Unix seconds."""
    values, errors = form.values, form.errors
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", values["email"]):
        errors["email"] = "Enter your email address."
    number = re.sub(r"[\s-]", "", values["card_number"])
    if not re.fullmatch(r"\d{13,19}", number):
        errors["card_number"] = "Enter the card number."
    elif not passes_checksum(number):
        errors["card_number"] = "Your card number is invalid."
    expiry = _expiry(values["expiry"])
    if expiry is None:
        errors["expiry"] = "Enter month and year, like 12 / 34."
    elif expiry < _year_and_month(now):
        errors["expiry"] = "Your card's expiration date is in the past."
    if not re.fullmatch(r"\d{3,4}", values["cvc"]):
        errors["cvc"] = "Enter the 3 or 4 digits of the security code."
    if not values["name"]:
        errors["name"] = "Enter the name on the card."
    if errors or expiry is None:
        return None
    return CardEntry(
        number=number,
        exp_month=expiry[1],
        exp_year=expiry[0],
        name=values["name"],
        email=values["email"],
    )


def _expiry(text: str) -> tuple[int, int] | None:
    """Return year and month of `12/34`, `12 / 2034` or `1234`."""
    matched = re.fullmatch(r"(\d{1,2})\s*[/-]?\s*(\d{2}|\d{4})", text)
    if not matched or not 1 <= int(matched[1]) <= 12:
        return None
    year = int(matched[2])
    return (year if year > 99 else 2000 + year), int(matched[1])


def _year_and_month(now: int) -> tuple[int, int]:
    moment = datetime.fromtimestamp(now, UTC)
    return moment.year, moment.month
