"""Whether two addresses are the same place (PRICING.md, "When and where"; DECISIONS.md, 21)."""

import unicodedata

from booking.pricing.zones import normal_zip


def address_key(*, street: str, unit: str, city: str, state: str, zip_code: str) -> str:
    """What two spellings of one address share: no case, spaces or punctuation, ZIP of five."""
    text = "".join((street, unit, city, state, normal_zip(zip_code) or zip_code))
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in folded if letter.isalnum())
