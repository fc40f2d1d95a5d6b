"""The money of a booking as plain figures: booking itself knows nothing of payments."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Money:
    """In cents; a booking that nobody has paid yet."""

    paid_cents: int = 0
    refunded_cents: int = 0
    under_way_cents: int = 0
    revisable_cents: int = 0
    courtesy_cents: int = 0
    self_approved_cents: int = 0
    has_mismatch: bool = False


UNPAID = Money()
