"""A trip begins: paid, or a guest's with somebody's word; a request that came too late is told."""

from typing import Any

import pytest

from booking.lifecycle import Status
from booking.models import Alert, AlertKind, Booking, ChangeRequest, CoiState, raise_alert
from booking.services.confirm import confirm_booking
from payments.services.start import StartRefusedError, start_booking
from tests.factories import (
    make_booking,
    make_catalogue,
    make_customer,
    make_paid_booking,
    make_payment,
    make_refund,
    make_staff,
)
from tests.payments.changing import ask, changes, letter, staff, to, weekday
from totetaxi.lib import clock
from totetaxi.lib.actor import SYSTEM

pytestmark = pytest.mark.django_db

NOT_PAID = "$995.00 is due. Only with the permission and a reason may it begin unpaid."


@pytest.fixture(autouse=True)
def _catalogue(db: None) -> None:
    make_catalogue()


def start(booking: Booking, reason: str = "", *, by: Any = None) -> Booking:
    by = by or staff(make_staff())
    started = start_booking(booking.pk, unpaid_reason=reason, by=by, now=clock.now())
    booking.refresh_from_db()
    return started


def refusal(booking: Booking, reason: str = "") -> str:
    """Why it does not begin; nothing about it has moved."""
    before = (booking.status, booking.events.count())
    with pytest.raises(StartRefusedError) as refused:
        start(booking, reason)
    assert (booking.status, booking.events.count()) == before
    return str(refused.value)


def last_event(booking: Booking) -> tuple[Any, ...]:
    event = booking.events.order_by("-id").first()
    assert event is not None
    return event.from_status, event.to_status, event.reason, event.actor_kind, event.actor_id


def test_paid_booking_starts_with_one_event():
    booking, by = make_paid_booking(), staff(make_staff())
    start(booking, by=by)
    assert (booking.status, booking.room_held, booking.hold_expires_at) == (
        "in_progress",
        True,
        None,
    )
    assert last_event(booking) == ("paid", "in_progress", "", "staff", by.user_id)
    assert (booking.unpaid_reason, booking.unpaid_by) == ("", None)


def test_free_booking_starts_like_a_paid_one():
    booking = make_booking()
    booking.lines.all().delete()
    Booking.objects.filter(pk=booking.pk).update(total_cents=0)
    booking.refresh_from_db()
    confirm_booking(booking, by=SYSTEM, now=clock.now())
    start(booking)
    assert booking.status == Status.IN_PROGRESS


def test_guest_starts_unpaid_with_a_reason_alone():
    booking, by = make_booking(), staff(make_staff())
    assert refusal(booking) == NOT_PAID
    assert refusal(booking, "   ") == NOT_PAID
    start(booking, "Pays the driver in cash", by=by)
    assert (booking.status, booking.unpaid_reason, booking.unpaid_by_id) == (
        "in_progress",
        "Pays the driver in cash",
        by.user_id,
    )
    assert last_event(booking) == ("pending", "in_progress", "unpaid", "staff", by.user_id)


def test_account_never_starts_unpaid():
    booking = make_booking(customer_id=make_customer().pk)
    words = "$995.00 is due. A booking of an account cannot begin unpaid."
    assert refusal(booking) == words
    assert refusal(booking, "They are good for it") == words


def test_what_is_due_after_a_change_counts_as_unpaid():
    booking = make_paid_booking()
    Booking.objects.filter(pk=booking.pk).update(total_cents=booking.total_cents + 17500)
    booking.refresh_from_db()
    assert refusal(booking) == (
        "$175.00 is due. Only with the permission and a reason may it begin unpaid."
    )
    start(booking, "Sends a check")
    assert last_event(booking)[:3] == ("paid", "in_progress", "unpaid")


def test_courtesy_is_not_due_again():
    booking = make_paid_booking()
    make_refund(booking.payments.get(), 5000, reason="goodwill")
    start(booking)
    assert booking.status == Status.IN_PROGRESS


def test_certificate_has_to_be_on_file():
    booking = make_paid_booking(coi=True)
    assert booking.coi_state == CoiState.NEEDED
    assert (
        refusal(booking) == "The certificate of insurance must be on file before the trip begins."
    )
    Booking.objects.filter(pk=booking.pk).update(coi_state=CoiState.APPROVED)
    start(booking)
    assert booking.status == Status.IN_PROGRESS


def test_payment_that_does_not_match_is_settled_first():
    booking = make_paid_booking()
    make_payment(booking, status="mismatch", cents=100)
    words = "A payment does not match what was asked. Settle that first."
    assert refusal(booking) == words
    assert refusal(booking, "Never mind") == words


@pytest.mark.parametrize("status", ["in_progress", "completed", "cancelled"])
def test_what_began_or_is_over_does_not_start(status: str):
    booking = make_paid_booking()
    reason = "staff" if status == "cancelled" else ""
    Booking.objects.filter(pk=booking.pk).update(
        status=status, cancel_reason=reason, room_held=False
    )
    booking.refresh_from_db()
    words = status.replace("_", " ")
    assert refusal(booking, "x") == f"A booking that is {words} cannot become in progress."


def test_open_request_is_answered_and_the_customer_told():
    booking, by = make_paid_booking(pickup_date=weekday(7)), staff(make_staff())
    asked = ask(booking, to(weekday(9), booking))
    start(booking, by=by)
    asked.refresh_from_db()
    answer = "We have collected your things, so this could not be changed any more."
    assert (asked.state, asked.answer, asked.decided_by_id) == ("refused", answer, by.user_id)
    assert changes(booking) == ["asked_reschedule", "request_refused"]
    assert answer in letter(booking, "change_refused").replace("\n", " ")
    assert Alert.objects.filter(closed_at=None).count() == 0


def test_request_that_is_decided_stays_as_it_is():
    booking = make_paid_booking(pickup_date=weekday(7))
    asked = ask(booking, to(weekday(9), booking))
    ChangeRequest.objects.filter(pk=asked.pk).update(
        state="withdrawn", decided_at=clock.now(), decided_by_kind="guest"
    )
    start(booking)
    asked.refresh_from_db()
    assert asked.state == "withdrawn"


def test_request_to_staff_is_taken_up():
    booking = make_booking()
    raise_alert(AlertKind.REQUEST, about=f"booking:{booking.pk}", summary="x", booking=booking)
    start(booking, "Settled on the phone")
    assert Alert.objects.filter(closed_at=None).count() == 0


def test_open_page_at_stripe_stays_payable():
    booking = make_booking()
    payment = make_payment(
        booking, status="pending", captured_cents=0, session_expires_at=clock.now()
    )
    start(booking, "Pays on the way")
    payment.refresh_from_db()
    assert payment.status == "pending"
