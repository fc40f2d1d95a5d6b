"""Why a card was declined, in words: what its owner should do, and what staff read.

The codes are Stripe's (`failure_code`, and `outcome.reason` where that says more). What a bank
suspects (a lost or stolen card, fraud) is never told to whoever holds the card.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

_FUNDS = _("There was not enough money on the card. Use another card, or try again once there is.")
_LIMIT = _("The card is over its limit. Use another card, or ask your bank to raise it.")
_DETAILS = _(
    "One of the card’s details was wrong. Enter its number, date and security code once more."
)
_EXPIRED = _("The card has expired. Use another one.")
_CONFIRM = _(
    "Your bank wants you to confirm the payment. Pay again, and confirm it in your bank’s app or "
    "with its code."
)
_LATER = _("Your bank could not be reached. Wait a few minutes, then pay again.")
_KIND = _("This card cannot be used for this payment. Use another one.")
_BANK = _("Your bank declined it. Another card usually settles it; your bank can say why.")

_ADVICE: dict[str, Any] = {
    "insufficient_funds": _FUNDS,
    "card_velocity_exceeded": _LIMIT,
    "withdrawal_count_limit_exceeded": _LIMIT,
    "incorrect_number": _DETAILS,
    "invalid_number": _DETAILS,
    "invalid_account": _DETAILS,
    "incorrect_cvc": _DETAILS,
    "invalid_cvc": _DETAILS,
    "incorrect_zip": _DETAILS,
    "incorrect_address": _DETAILS,
    "invalid_expiry_month": _DETAILS,
    "invalid_expiry_year": _DETAILS,
    "expired_card": _EXPIRED,
    "authentication_required": _CONFIRM,
    "authentication_not_handled": _CONFIRM,
    "processing_error": _LATER,
    "issuer_not_available": _LATER,
    "reenter_transaction": _LATER,
    "try_again_later": _LATER,
    "card_not_supported": _KIND,
    "currency_not_supported": _KIND,
    "service_not_allowed": _KIND,
    "transaction_not_allowed": _KIND,
}


def advice(code: str) -> str:
    """What somebody whose card was declined should do now: one or two sentences."""
    return str(_ADVICE.get(code, _BANK))


def spoken_code(code: str) -> str:
    """A code as staff read it: `Insufficient funds`; what Stripe did not say is `Declined`."""
    return code.replace("_", " ").capitalize() or str(_("Declined"))
