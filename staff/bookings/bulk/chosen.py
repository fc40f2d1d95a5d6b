"""The bookings that somebody ticked in the list."""

from __future__ import annotations

from django.http import QueryDict

from booking.models import Booking
from booking.wizard.answers import whole_number
from staff.bookings.queries import PER_PAGE
from staff.bookings.search import LARGEST_NUMBER


def read_numbers(asked: QueryDict) -> tuple[int, ...]:
    """The ticked numbers, each once and no more than a page has; what is no number is left out."""
    numbers = (whole_number(text) for text in asked.getlist("n"))
    known = dict.fromkeys(number for number in numbers if 0 < number <= LARGEST_NUMBER)
    return tuple(known)[:PER_PAGE]


def find_chosen(asked: QueryDict) -> list[Booking]:
    """The ticked bookings by their pickup, with their contacts. One query."""
    rows = Booking.objects.filter(number__in=read_numbers(asked))
    return list(rows.select_related("customer__customer_profile").order_by("pickup_at", "number"))
