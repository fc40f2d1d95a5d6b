"""A trip is done: final, its room free, one event."""

import pytest

from booking.lifecycle import Status, TransitionError
from booking.models import Booking
from booking.services.complete import complete_booking
from tests.factories import make_booking, make_catalogue, make_staff
from totetaxi.lib import clock
from totetaxi.lib.actor import actor_of

pytestmark = pytest.mark.django_db


def under_way() -> Booking:
    make_catalogue()
    booking = make_booking()
    Booking.objects.filter(pk=booking.pk).update(status=Status.IN_PROGRESS)
    return booking


def test_trip_under_way_is_completed_with_one_event():
    booking, user = under_way(), make_staff()
    before = booking.events.count()
    done = complete_booking(booking.pk, by=actor_of(user), now=clock.now())
    assert (done.status, done.room_held) == ("completed", False)
    event = booking.events.order_by("-id").first()
    assert event is not None
    assert (booking.events.count(), event.from_status, event.to_status, event.actor) == (
        before + 1,
        "in_progress",
        "completed",
        user,
    )


@pytest.mark.parametrize("status", ["pending", "paid", "completed", "cancelled"])
def test_nothing_else_can_be_completed(status: str):
    booking = under_way()
    reason = "staff" if status == "cancelled" else ""
    Booking.objects.filter(pk=booking.pk).update(
        status=status, cancel_reason=reason, room_held=False
    )
    events = booking.events.count()
    with pytest.raises(TransitionError) as refused:
        complete_booking(booking.pk, by=actor_of(make_staff()), now=clock.now())
    assert str(refused.value) == f"A booking that is {status} cannot become completed."
    assert booking.events.count() == events
