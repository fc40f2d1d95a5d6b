"""Bookings in each state, and browsers that may see them."""

from tests.booking.tracking.scene import book, frozen, now, visitor

__all__ = ["book", "frozen", "now", "visitor"]
