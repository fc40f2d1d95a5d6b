"""A saved card in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from payments.models import SavedCard

# What Stripe calls the brands; proper names, so none is translated.
BRANDS = {
    "amex": "American Express",
    "cartes_bancaires": "Cartes Bancaires",
    "diners": "Diners Club",
    "discover": "Discover",
    "eftpos_au": "eftpos",
    "jcb": "JCB",
    "mastercard": "Mastercard",
    "unionpay": "UnionPay",
    "visa": "Visa",
}
# A card is good through the last day of its month; from the month before we say so.
_SOON_MONTHS = 1


@dataclass(frozen=True, kw_only=True)
class CardWords:
    """A saved card as its page shows it. `state` is `expired`, `soon` or empty."""

    card: SavedCard
    name: str
    brand: str
    expires: str
    state: str


def card_words(card: SavedCard, *, today: date) -> CardWords:
    """Say what a card is; `today` is New York's."""
    brand = BRANDS.get(card.brand) or _("Card")
    left = (card.exp_year - today.year) * 12 + card.exp_month - today.month
    return CardWords(
        card=card,
        name=_("%(brand)s ending in %(digits)s") % {"brand": brand, "digits": card.last4},
        brand=brand,
        expires=f"{card.exp_month:02d}/{card.exp_year}",
        state="expired" if left < 0 else "soon" if left <= _SOON_MONTHS else "",
    )
