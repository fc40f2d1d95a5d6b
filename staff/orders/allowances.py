"""What somebody of the staff may book beyond the rules for customers."""

from __future__ import annotations

from booking.pricing.types import Allowances
from staff.models import StaffProfile


def allowances_of(staff: StaffProfile) -> Allowances:
    """Their permissions as the engine takes them (DECISIONS.md, 25)."""
    return Allowances(
        is_staff=True, same_day=staff.may("same_day"), over_limit=staff.may("over_limit")
    )
