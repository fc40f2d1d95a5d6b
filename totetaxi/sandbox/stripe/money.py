"""Amounts: integers in the smallest unit of the currency."""

MINIMUM_CENTS = 50
DISPUTE_FEE_CENTS = 1500


def processing_fee(amount: int) -> int:
    """Return Stripe's fee for a card payment: 2.9 % + 30 cents, rounded half up."""
    return (amount * 29 + 500) // 1000 + 30


def display(amount: int, currency: str) -> str:
    """Return the amount as a person reads it: `$1,194.25`, or `1,194.25 EUR`."""
    sign = "-" if amount < 0 else ""
    figure = f"{abs(amount) // 100:,}.{abs(amount) % 100:02d}"
    return f"{sign}${figure}" if currency == "usd" else f"{sign}{figure} {currency.upper()}"
