"""Changing a booking: a wish, the whole of its effect, and what a customer may wish at all."""

from booking.changes.may import customer_may
from booking.changes.plan import compute_change_set
from booking.changes.types import (
    Cancel,
    ChangeSet,
    CustomerMay,
    CustomerWay,
    Effect,
    EffectKind,
    Reorder,
    Reprice,
    Reschedule,
    Tone,
    Wish,
)

__all__ = [
    "Cancel",
    "ChangeSet",
    "CustomerMay",
    "CustomerWay",
    "Effect",
    "EffectKind",
    "Reorder",
    "Reprice",
    "Reschedule",
    "Tone",
    "Wish",
    "compute_change_set",
    "customer_may",
]
