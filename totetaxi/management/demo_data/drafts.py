"""How many opened the wizard for the bookings that were made: most of them left again."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid5

from booking.models import Booking, StepReached
from booking.wizard.steps import WHERE
from totetaxi.management.demo_data.history import Story

TOOK = timedelta(minutes=7)
LEFT_AGAIN = (0, 1, 4, 1, 2, 0, 3)  # beside one that became a booking


def steps_of(booking: Booking, story: Story) -> Iterator[StepReached]:
    """The draft that became a booking made on the site, and those of people who left."""
    if booking.source != "web":
        return
    begun_at = story.steps[0].at - TOOK
    for n in range(1 + LEFT_AGAIN[booking.number % len(LEFT_AGAIN)]):
        key = uuid5(booking.pk, f"draft {n}")
        yield StepReached(draft_key=key, step=WHERE.name, at=begun_at - n * TOOK)
