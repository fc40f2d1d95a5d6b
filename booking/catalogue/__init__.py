"""Rows of the catalogue and the fleet -> the frozen values that the pure packages read."""

from booking.catalogue.calendar import load_calendar
from booking.catalogue.snapshot import Snapshot, get_price_book, get_snapshot
from booking.catalogue.words import translated

__all__ = ["Snapshot", "get_price_book", "get_snapshot", "load_calendar", "translated"]
