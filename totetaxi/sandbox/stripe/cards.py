"""Stripe's test cards: what each number leads to."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Decline:
    """Why a bank says no, in Stripe's codes, and the sentence that the buyer reads."""

    code: str
    decline_code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One number. `label` says on the payment page what it does.

    `saves` is of a card that is declined, yet can be saved; `until_set_up` of one that asks for
    3-D Secure no more once it is saved. `refunds` names how its refunds go where they do not
    succeed at once, `dispute` what its holder's bank opens once it has paid.
    """

    number: str
    label: str
    brand: str = "visa"
    decline: Decline | None = None
    saves: bool = False
    authenticate: bool = False
    until_set_up: bool = False
    funds_at_once: bool = False
    refunds: Literal["pending", "fail_later"] | None = None
    dispute: Literal["chargeback", "inquiry"] | None = None

    @property
    def last4(self) -> str:
        """The only digits that are ever stored."""
        return self.number[-4:]

    @property
    def spaced(self) -> str:
        """The number in groups of four."""
        return " ".join(self.number[start : start + 4] for start in range(0, 16, 4))


def _declined(decline_code: str, message: str = "Your card was declined.") -> Decline:
    return Decline(code="card_declined", decline_code=decline_code, message=message)


_EXPIRED = Decline(
    code="expired_card", decline_code="expired_card", message="Your card has expired."
)
_BAD_CVC = Decline(
    code="incorrect_cvc",
    decline_code="incorrect_cvc",
    message="Your card's security code is incorrect.",
)
_TROUBLE = Decline(
    code="processing_error",
    decline_code="processing_error",
    message="An error occurred while processing your card. Try again in a little bit.",
)

CARDS = (
    Card(number="4242424242424242", label="Succeeds"),
    Card(number="5555555555554444", label="Succeeds, Mastercard", brand="mastercard"),
    Card(number="378282246310005", label="Succeeds, American Express", brand="amex"),
    Card(number="4000000000000077", label="Succeeds, funds available at once", funds_at_once=True),
    Card(number="4000002760003184", label="Asks for 3-D Secure every time", authenticate=True),
    Card(
        number="4000002500003155",
        label="Asks for 3-D Secure unless set up",
        authenticate=True,
        until_set_up=True,
    ),
    Card(number="4000000000003220", label="Asks for 3-D Secure 2", authenticate=True),
    Card(number="4000000000000002", label="Declined", decline=_declined("generic_decline")),
    Card(
        number="4000000000000341",
        label="Saves, then declined when charged",
        decline=_declined("generic_decline"),
        saves=True,
    ),
    Card(
        number="4000000000009995",
        label="Declined, insufficient funds",
        decline=_declined("insufficient_funds", "Your card has insufficient funds."),
    ),
    Card(number="4000000000009987", label="Declined, lost card", decline=_declined("lost_card")),
    Card(
        number="4000000000009979", label="Declined, stolen card", decline=_declined("stolen_card")
    ),
    Card(number="4000000000000069", label="Declined, expired card", decline=_EXPIRED),
    Card(number="4000000000000127", label="Declined, wrong CVC", decline=_BAD_CVC),
    Card(number="4000000000000119", label="Declined, processing error", decline=_TROUBLE),
    Card(number="4000000000005126", label="Succeeds, its refunds fail later", refunds="fail_later"),
    Card(number="4000000000007726", label="Succeeds, its refunds wait at first", refunds="pending"),
    Card(number="4000000000000259", label="Succeeds, then disputed", dispute="chargeback"),
    Card(number="4000000000001976", label="Succeeds, then an inquiry", dispute="inquiry"),
)

NOT_A_TEST_CARD = _declined(
    "test_mode_live_card",
    "Your card was declined. Your request was in test mode, but used a non test card."
    " For a list of valid test cards, visit: https://stripe.com/docs/testing.",
)

_BY_NUMBER = {card.number: card for card in CARDS}
_BY_LAST4 = {card.last4: card for card in CARDS}
_STRANGER = Card(number="0000000000000000", label="Not a test card", decline=NOT_A_TEST_CARD)


def find_card(number: str) -> Card:
    """Return the test card of a number; any other number is one that is declined."""
    return _BY_NUMBER.get(number, _STRANGER)


def card_of(last4: str) -> Card:
    """Return the test card that ends in these digits, as stored with a payment method."""
    return _BY_LAST4.get(last4, _STRANGER)


def passes_checksum(number: str) -> bool:
    """Whether the digits pass the card industry's checksum (Luhn)."""
    digits = [int(digit) for digit in reversed(number)]
    doubled = (sum(divmod(digit * 2, 10)) for digit in digits[1::2])
    return (sum(digits[0::2]) + sum(doubled)) % 10 == 0
