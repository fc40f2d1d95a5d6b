"""Where a booking stands in the back office."""

from django.urls import reverse


def booking_address(number: int) -> str:
    """The page of a booking."""
    return reverse("staff:booking", args=[number])
