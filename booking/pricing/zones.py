"""Where we go: a ZIP, the zone that it lies in, and whether we serve it."""

import re

from booking.pricing.types import PriceBook, Zone
from booking.pricing.words import Refusal, gettext_noop, refusal

ZIP = re.compile(r"([0-9]{5})(?:[- ]?[0-9]{4})?")


def normal_zip(text: str) -> str | None:
    """The five digits of a ZIP or ZIP+4 (DECISIONS.md, 15), spaces round it ignored."""
    found = ZIP.fullmatch(text.strip())
    return found[1] if found else None


def find_zone(zip_text: str | None, book: PriceBook) -> Zone | None:
    """The served zone of a ZIP; None for one that we do not serve, or that is none."""
    code = normal_zip(zip_text) if zip_text else None
    return book.zones.get(code) if code else None


def check_zip(zip_text: str | None, book: PriceBook) -> Refusal | None:
    """Why a ZIP will not do, or None."""
    if not zip_text or not zip_text.strip():
        return refusal("missing", gettext_noop("Enter a ZIP code."))
    code = normal_zip(zip_text)
    if code is None:
        return refusal("malformed", gettext_noop("Enter a ZIP code of 5 digits, such as 10019."))
    if code not in book.zones:
        return refusal(
            "not_served",
            gettext_noop(
                "We do not serve {zip} yet. Leave your e-mail and we will write when we do."
            ),
            zip=code,
        )
    return None
