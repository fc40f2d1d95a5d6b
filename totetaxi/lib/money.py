"""Money is an int of US cents. Percentages are Decimal percent (15 means 15 %)."""

from decimal import ROUND_HALF_UP, Decimal


def round_half_up(amount: Decimal) -> int:
    """Round an amount of cents to a whole cent, half away from zero (PRICING.md)."""
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def percent_of(cents: int, percent: Decimal) -> int:
    """`percent` % of `cents`, rounded half up to the cent once (PRICING.md, "Surcharges")."""
    return round_half_up(Decimal(cents) * percent / 100)


def usd(cents: int) -> str:
    """`119425` as `$1,194.25`; a negative sum as `-$50.00`."""
    sign = "-" if cents < 0 else ""
    dollars, rest = divmod(abs(cents), 100)
    return f"{sign}${dollars:,}.{rest:02d}"
