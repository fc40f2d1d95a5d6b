"""A paid booking is changed by asking: the customer asks, staff decide."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from booking.changes import Cancel, customer_may
from booking.lifecycle import Status
from booking.models import Alert, Booking, ChangeRequest
from payments.services.apply_change import ChangeRefusedError, ChangeSetOutdatedError
from payments.services.change_requests import (
    RequestGoneError,
    approve_request,
    ask_change,
    refuse_request,
    wish_of,
    withdraw_request,
)
from tests.factories import make_staff
from tests.payments.changing import ask, change, changes, letter, saturday, see, staff, to, weekday
from tests.payments.shop import Shop, alerts, mails, refunds, statuses
from totetaxi.lib import clock
from totetaxi.lib.actor import GUEST, SYSTEM


@pytest.fixture
def booking(shop: Shop) -> Booking:
    return shop.paid(pickup_date=weekday(7)).booking


def approve(asked: ChangeRequest, by=None) -> None:
    expected = see(asked.booking, wish_of(asked)).fingerprint
    approve_request(asked.pk, expected=expected, by=by or staff(make_staff()), now=clock.now())
    asked.refresh_from_db()


def test_asking_moves_nothing_and_tells_both_sides(booking: Booking):
    asked = ask(booking, to(saturday(), booking), note="  The building only lets movers in then. ")
    booking.refresh_from_db()
    assert (booking.pickup_date, booking.revision) == (weekday(7), 0)
    assert (asked.kind, asked.state, asked.wanted_date, asked.shown_cents, asked.note) == (
        "reschedule",
        "open",
        saturday(),
        14925,
        "The building only lets movers in then.",
    )
    assert Alert.objects.get(closed_at=None).summary == f"{booking.code} asks for another day."
    assert (alerts(), changes(booking)) == (["change_request"], ["asked_reschedule"])
    assert mails(booking) == ["change_asked", "confirmed"]
    text = letter(booking, "change_asked").replace("\n", " ")
    assert f"You asked us to collect on {saturday():%A, %B} {saturday().day}" in text
    assert "It would cost $149.25 more." in text


def test_asking_to_cancel_keeps_what_was_shown(booking: Booking):
    asked = ask(booking, Cancel())
    assert (asked.kind, asked.shown_cents, asked.wanted_date) == ("cancel", 99500, None)
    assert changes(booking) == ["asked_cancel"]
    text = letter(booking, "change_asked").replace("\n", " ")
    assert "By the refund rules, $995.00 would go back to you." in text


def test_second_question_waits_until_the_first_is_withdrawn(booking: Booking):
    asked = ask(booking, Cancel())
    with pytest.raises(ChangeRefusedError) as refused:
        ask(booking, to(saturday(), booking))
    assert refused.value.change_set.refusals == {
        "all": ["We have your request and answer within a working day. Withdraw it to ask anew."]
    }
    withdraw_request(asked.pk, by=GUEST, now=clock.now())
    ask(booking, to(saturday(), booking))
    assert changes(booking) == ["asked_cancel", "request_withdrawn", "asked_reschedule"]
    assert [alert.closed_at is None for alert in Alert.objects.order_by("created_at")] == [
        False,
        True,
    ]


def test_database_keeps_one_open_request_for_each_booking(booking: Booking):
    asked = ask(booking, Cancel())
    asked.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        asked.save(force_insert=True)


def test_pending_booking_is_changed_and_not_asked_about(shop: Shop):
    booking = shop.press_pay().booking
    with pytest.raises(ChangeRefusedError):
        ask(booking, to(saturday(), booking))
    assert ChangeRequest.objects.count() == 0


def test_what_cannot_be_is_not_asked(booking: Booking):
    with pytest.raises(ChangeRefusedError) as refused:
        ask(booking, to(booking.pickup_date, booking))
    assert list(refused.value.change_set.refusals) == ["pickup_date"]


def test_question_about_another_effect_than_shown_is_shown_anew(booking: Booking):
    wish = to(saturday(), booking)
    with pytest.raises(ChangeSetOutdatedError):
        ask_change(booking.pk, wish, expected="other", by=GUEST, now=clock.now())
    assert (ChangeRequest.objects.count(), alerts()) == (0, [])


def test_approval_makes_the_change_and_tells_the_customer(booking: Booking):
    asked = ask(booking, to(saturday(), booking))
    approve(asked)
    booking.refresh_from_db()
    assert (asked.state, asked.decided_by_kind) == ("approved", "staff")
    assert (booking.pickup_date, booking.total_cents) == (saturday(), 114425)
    assert (alerts(), changes(booking)) == ([], ["asked_reschedule", "rescheduled"])
    assert mails(booking) == ["change_asked", "confirmed", "rescheduled"]


def test_approved_cancellation_asks_for_the_refund_of_the_day_it_was_asked(shop: Shop):
    """Asked in time, decided when half would be kept: the customer is not to pay for that."""
    booking = shop.paid(pickup_date=weekday(3)).booking
    asked = ask(booking, Cancel())
    late = booking.pickup_at - timedelta(hours=20)
    with shop.later(seconds=(late - clock.now()).total_seconds()):
        approve(asked)
    booking.refresh_from_db()
    assert (booking.status, booking.cancel_reason) == (Status.CANCELLED, "customer")
    assert statuses(booking) == ["pending", "paid", "cancelled"]
    assert (refunds(), alerts()) == ([("cancellation", "requested", 99500)], ["refund_requested"])
    text = letter(booking, "cancelled").replace("\n", " ")
    assert "$995.00 goes back to the card that paid" in text


def test_approval_of_another_effect_leaves_the_request_open(booking: Booking):
    asked = ask(booking, to(saturday(), booking))
    by = staff(make_staff())
    with pytest.raises(ChangeSetOutdatedError):
        approve_request(asked.pk, expected="other", by=by, now=clock.now())
    asked.refresh_from_db()
    assert (asked.state, asked.decided_at, alerts()) == ("open", None, ["change_request"])


def test_refusal_answers_the_customer_and_leaves_the_booking(booking: Booking):
    asked = ask(booking, to(saturday(), booking))
    by = staff(make_staff())
    refuse_request(asked.pk, answer="Both vans are in the workshop.", by=by, now=clock.now())
    asked.refresh_from_db()
    booking.refresh_from_db()
    assert (asked.state, asked.decided_by_id, booking.revision) == ("refused", by.user_id, 0)
    assert (alerts(), changes(booking)) == ([], ["asked_reschedule", "request_refused"])
    text = letter(booking, "change_refused")
    assert "Both vans are in the workshop." in text
    assert customer_may(booking, None, clock.now()).reschedule == "ask"


@pytest.mark.parametrize("first", ["withdraw", "approve", "refuse"])
def test_decided_request_cannot_be_decided_again(booking: Booking, first: str):
    asked = ask(booking, to(saturday(), booking))
    now, by = clock.now(), staff(make_staff())
    decide = {
        "withdraw": lambda: withdraw_request(asked.pk, by=GUEST, now=now),
        "approve": lambda: approve(asked, by),
        "refuse": lambda: refuse_request(asked.pk, answer="No.", by=by, now=now),
    }
    decide[first]()
    for again in ("withdraw", "refuse"):
        with pytest.raises(RequestGoneError):
            decide[again]()
    with pytest.raises(RequestGoneError):
        approve_request(asked.pk, expected="", by=by, now=now)


def test_booking_that_is_cancelled_takes_its_open_request_with_it(booking: Booking):
    asked = ask(booking, to(saturday(), booking))
    change(booking, Cancel("staff"), by=SYSTEM)
    asked.refresh_from_db()
    assert (asked.state, alerts()) == ("withdrawn", [])


def test_letter_about_a_withdrawn_request_is_not_sent(shop: Shop, booking: Booking):
    asked = ask(booking, Cancel())
    withdraw_request(asked.pk, by=GUEST, now=clock.now())
    shop.work()
    assert booking.messages.get(kind="change_asked").state == "dropped"
