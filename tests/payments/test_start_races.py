"""Starting against paying, cancelling and starting again, by real threads."""

from typing import Any

import pytest

from booking.changes import Cancel
from booking.lifecycle import Status
from booking.models import Booking
from payments.services import start as starting
from payments.services.start import StartRefusedError, start_booking
from tests.factories import make_catalogue, make_paid_booking, make_staff
from tests.payments.changing import change, see, staff
from tests.payments.test_races import at_once, meeting
from totetaxi.lib import clock

pytestmark = [pytest.mark.postgresql, pytest.mark.race]


@pytest.fixture
def booking(transactional_db: None) -> Booking:
    make_catalogue()
    return make_paid_booking()


def start(booking: Booking, by: Any) -> Booking:
    return start_booking(booking.pk, by=by, now=clock.now())


def moves(booking: Booking) -> list[tuple[str, str]]:
    rows = booking.events.filter(kind="status").order_by("id")
    return list(rows.values_list("from_status", "to_status"))


def names(found: list[Any]) -> list[str]:
    return sorted(type(one).__name__ for one in found)


def test_two_people_start_a_trip_once(booking: Booking):
    one, other = staff(make_staff()), staff(make_staff())
    found = at_once(lambda: start(booking, one), lambda: start(booking, other))
    assert names(found) == ["Booking", "StartRefusedError"]
    assert moves(booking) == [("", "pending"), ("pending", "paid"), ("paid", "in_progress")]


def test_start_against_cancel_leaves_a_legal_path(booking: Booking):
    by = staff(make_staff())
    expected = see(booking, Cancel(reason="staff")).fingerprint
    found = at_once(
        lambda: start(booking, by),
        lambda: change(booking, Cancel(reason="staff"), by=by, expected=expected),
    )
    booking.refresh_from_db()
    path = moves(booking)[2:]
    if booking.status == Status.CANCELLED:
        assert path == [("paid", "cancelled")]
        assert names(found) == ["ChangeSet", "StartRefusedError"]
    else:
        assert path == [("paid", "in_progress")]
        # What a cancellation gives back is nothing now: nobody gets what was not shown.
        assert names(found) == ["Booking", "ChangeSetOutdatedError"]


def test_control_without_the_lock_starts_twice(booking: Booking, monkeypatch: pytest.MonkeyPatch):
    def unlocked(booking_id: Any) -> tuple[None, Booking]:
        return None, Booking.objects.get(pk=booking_id)

    monkeypatch.setattr(starting, "lock_for_change", meeting(unlocked))
    by = staff(make_staff())
    found = at_once(lambda: start(booking, by), lambda: start(booking, by))
    assert [type(one) for one in found].count(StartRefusedError) == 0
    assert moves(booking)[2:] == [("paid", "in_progress")] * 2
