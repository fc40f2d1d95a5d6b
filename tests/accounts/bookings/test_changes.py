"""Another day and the end: shown with their whole effect, then done or asked for."""

from datetime import date, time, timedelta
from html import unescape

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.bookings.own import CHANGES
from booking.changes import Reschedule, compute_change_set
from booking.models import Booking, ChangeRequest
from booking.services.confirm import confirm_booking
from booking.services.status import lock_booking
from payments.money import money_state
from payments.services.apply_change import apply_change_set
from tests.factories import make_customer, make_payment
from totetaxi.lib import clock
from totetaxi.lib.actor import SYSTEM

FRAGMENT = {"HX-Request": "true"}
# The factory's booking is on Saturday, December 5, at 9:00; a weekend day costs 15 % more.
TUESDAY = date(2026, 12, 8)
CHOICE = {"pickup_date": "2026-12-08", "pickup_time": "10:00"}


def url(name: str, booking: Booking) -> str:
    return reverse(f"accounts:{name}", args=[booking.pk])


def text(answer) -> str:
    return unescape(answer.content.decode()).replace("\u00a0", " ")


def fingerprint(answer) -> str:
    return answer.context["change_set"].fingerprint


def confirm(client: Client, booking: Booking, **fields: str):
    """Choose Tuesday, look at what it does, and confirm."""
    seen = client.get(url("reschedule", booking), {**CHOICE, "see": "1"})
    posted = {**CHOICE, "fingerprint": fingerprint(seen), **fields}
    return client.post(url("reschedule", booking), posted)


@pytest.fixture
def pending(book) -> Booking:
    return book("pending")


@pytest.fixture
def paid(book) -> Booking:
    booking = book("paid", coi=True)
    make_payment(booking)
    return booking


class TestCalendar:
    """Each day shows its room and what moving there does to the price."""

    def test_days_show_the_difference_in_words(self, pending, visitor):
        answer = visitor(pending).get(url("reschedule", pending))
        cells = {
            cell.day.iso: cell.spoken for week in answer.context["weeks"] for cell in week if cell
        }
        assert cells["2026-12-05"] == "Saturday, December 5, booked, same price"
        assert cells["2026-12-06"] == "Sunday, December 6, same price"
        assert cells["2026-12-08"] == "Tuesday, December 8, $149.25 less"
        assert cells["2026-11-22"] == "Sunday, November 22, Too soon"
        page = text(answer)
        assert page.count("−$149<wbr>.25") == 22

    def test_dearer_days_show_a_plus(self, book, visitor):
        booking = book("pending", pickup_date=TUESDAY)
        page = text(visitor(booking).get(url("reschedule", booking)))
        assert page.count("+$149<wbr>.25") == 8

    def test_time_changes_the_figures_where_it_has_a_price(self, pending, visitor):
        early = {"pickup_time": "08:00", "pickup_date": "2026-12-08"}
        client = visitor(pending)
        trigger = {**FRAGMENT, "HX-Trigger": "times-part"}
        answer = client.get(url("reschedule", pending), early, headers=trigger)
        page = text(answer)
        assert page.strip().startswith('<section id="difference"')
        assert page.count("Tuesday, December 8, from 8:00 AM") == 1

    def test_chosen_day_brings_its_times_alone(self, pending, visitor):
        trigger = {**FRAGMENT, "HX-Trigger": "calendar-part"}
        page = text(visitor(pending).get(url("reschedule", pending), CHOICE, headers=trigger))
        assert page.count('id="times" class="mt-9" hx-swap-oob="true"') == 1
        assert page.count("From what time, on Tuesday?") == 2
        assert page.count('id="calendar"') == 0
        assert page.count("$149.25 less") == 1

    @pytest.mark.parametrize(
        ("choice", "target", "sentence"),
        [
            ({"pickup_date": "2026-11-22"}, "pickup_date", "Mini Move needs a day's notice."),
            ({"pickup_date": "2027-09-01"}, "pickup_date", ""),
            ({"pickup_date": ""}, "pickup_date", "Choose a day in the calendar"),
            ({"pickup_date": "", "other_date": "soon"}, "other_date", "Choose a day"),
            ({"pickup_time": "03:00"}, "pickup_time", ""),
            ({"pickup_time": "noon"}, "pickup_time", "Choose one of the times"),
            (
                {"pickup_date": "2026-12-05", "pickup_time": "09:00"},
                "pickup_date",
                "That is the day",
            ),
        ],
    )
    def test_wrong_choice_is_told_at_its_field_and_stays(
        self, pending, visitor, choice, target, sentence
    ):
        sent = {**CHOICE, "see": "1", **choice}
        answer = visitor(pending).get(url("reschedule", pending), sent)
        assert answer.status_code == 422
        assert list(answer.context["field_errors"]) == [target]
        assert answer.context["field_errors"][target][0].startswith(sentence)
        assert answer.context["other_date"] == sent.get("other_date", "")

    def test_full_day_is_refused_with_the_nearest_free_ones(self, pending, book, visitor):
        for number in range(2):
            book("paid", package="full", pickup_date=TUESDAY, contact_email=f"a{number}@x.com")
        answer = visitor(pending).get(url("reschedule", pending), {**CHOICE, "see": "1"})
        assert answer.status_code == 422
        refused = (
            "Tuesday, December 8 is full for a booking of this size. Nearest free days: "
            "Sunday, December 6; Monday, December 7; Wednesday, December 9"
        )
        assert answer.context["field_errors"]["pickup_date"] == [refused]

    def test_typed_date_counts_before_the_calendar(self, pending, visitor):
        sent = {**CHOICE, "other_date": "12/9/2026", "see": "1"}
        page = text(visitor(pending).get(url("reschedule", pending), sent))
        assert page.count("Wednesday, December 9, from 10:00 AM") == 1

    @pytest.mark.parametrize("count", [1, 3])
    def test_calendar_needs_the_same_queries_however_long_the_story(
        self, paid, visitor, django_assert_num_queries, count
    ):
        for _number in range(count - 1):
            make_payment(paid, cents=100)
        client = visitor(paid)
        client.get(url("reschedule", paid))
        # session; booking, addresses, lines; open request; two sums of money; catalogue's stamp,
        # vans' load
        with django_assert_num_queries(9):
            client.get(url("reschedule", paid))


class TestPending:
    """A booking that waits for its payment moves at once."""

    def test_effect_is_shown_before_it_is_confirmed(self, pending, visitor):
        answer = visitor(pending).get(url("reschedule", pending), {**CHOICE, "see": "1"})
        page = text(answer)
        assert page.count("Nothing is saved until you confirm.") == 1
        assert page.count("$1,144.25 becomes $995.00") == 1
        assert page.count("Tuesday, December 8, from 10:00 AM") == 1
        pending.refresh_from_db()
        assert pending.pickup_date == date(2026, 12, 5)

    def test_confirmed_move_is_made(self, pending, visitor):
        client = visitor(pending)
        answer = confirm(client, pending)
        assert (answer.status_code, answer["Location"]) == (303, url("booking", pending))
        pending.refresh_from_db()
        assert (pending.pickup_date, pending.pickup_time) == (TUESDAY, time(10))
        assert pending.total_cents == 99500
        page = text(client.get(url("booking", pending)))
        assert page.count("Your booking has moved to Tuesday, December 8, from 10:00 AM.") == 1
        assert page.count("Moved to Tuesday, December 8, from 10:00 AM") == 1
        assert page.count("Before: Saturday, December 5, from 9:00 AM; $149.25 less") == 1

    def test_what_was_not_shown_is_not_done(self, pending, visitor):
        answer = confirm(visitor(pending), pending, fingerprint="")
        assert answer.status_code == 409
        pending.refresh_from_db()
        assert pending.pickup_date == date(2026, 12, 5)

    def test_outdated_effect_is_shown_with_the_former_one(self, pending, visitor):
        client = visitor(pending)
        seen = client.get(url("reschedule", pending), {**CHOICE, "see": "1"})
        wish = Reschedule(date(2026, 12, 6), time(9))
        move(pending, wish)
        posted = {
            **CHOICE,
            "fingerprint": fingerprint(seen),
            "before": seen.context["remembered"],
        }
        answer = client.post(url("reschedule", pending), posted)
        page = text(answer)
        assert answer.status_code == 409
        assert page.count("Something has changed since you looked.") == 1
        assert page.count("Shown before: A van has room on Tuesday, December 8; your place on") == 1
        again = {**CHOICE, "fingerprint": fingerprint(answer)}
        assert client.post(url("reschedule", pending), again).status_code == 303

    def test_words_of_somebody_else_are_never_shown_as_ours(self, pending, visitor):
        answer = confirm(visitor(pending), pending, fingerprint="", before="send money to me")
        assert text(answer).count("send money") == 0

    def test_cancellation_says_what_goes_back_and_is_made(self, pending, visitor):
        client = visitor(pending)
        seen = client.get(url("cancellation", pending))
        assert text(seen).count("Nothing was paid, so nothing is returned.") == 1
        answer = client.post(url("cancellation", pending), {"fingerprint": fingerprint(seen)})
        assert answer.status_code == 303
        pending.refresh_from_db()
        assert (pending.status, pending.cancel_reason) == ("cancelled", "customer")
        page = text(client.get(url("booking", pending)))
        assert page.count("Your booking is cancelled.") == 1


def move(booking: Booking, wish: Reschedule) -> None:
    """Somebody else moves it meanwhile."""
    now = clock.now()
    fresh = Booking.objects.get(pk=booking.pk)
    shown = compute_change_set(fresh, wish, money=money_state(fresh), now=now)
    apply_change_set(booking.pk, wish, expected=shown.fingerprint, by=SYSTEM, now=now)


class TestPaid:
    """A paid booking is asked about; nothing moves until staff answer."""

    def test_page_says_that_it_only_asks(self, paid, visitor):
        page = text(visitor(paid).get(url("reschedule", paid), {**CHOICE, "see": "1"}))
        assert page.count("We only ask our team: nothing changes, and no money moves") == 1
        assert page.count("Ask for this day") == 1
        assert page.count("Nothing is saved until you confirm.") == 0

    def test_request_is_kept_with_its_note_and_what_was_shown(self, paid, visitor):
        client = visitor(paid)
        answer = confirm(client, paid, note="  My sister comes then. ")
        assert answer.status_code == 303
        asked = ChangeRequest.objects.get()
        assert (asked.kind, asked.state, asked.wanted_date, asked.wanted_time) == (
            "reschedule",
            "open",
            TUESDAY,
            time(10),
        )
        assert (asked.note, asked.shown_cents) == ("My sister comes then.", -14925)
        paid.refresh_from_db()
        assert paid.pickup_date == date(2026, 12, 5)
        page = text(client.get(url("booking", paid)))
        assert page.count("You asked for Tuesday, December 8, from 10:00 AM.") == 1
        assert page.count("It has not moved yet: until we answer, we collect on Saturday") == 1
        assert page.count("It would cost $149.25 less.") == 1
        assert page.count("Another day asked for") == 1
        assert page.count("You wrote: “My sister comes then.”") == 1

    def test_request_is_withdrawn(self, paid, visitor):
        client = visitor(paid)
        confirm(client, paid)
        answer = client.post(url("change_request", paid))
        assert (answer.status_code, answer["Location"]) == (303, url("booking", paid))
        assert ChangeRequest.objects.get().state == "withdrawn"
        page = text(client.get(url("booking", paid)))
        assert page.count("Your request is withdrawn. Everything stays as booked.") == 1
        assert page.count("Withdraw this request") == 0

    def test_withdrawing_twice_says_that_there_is_none(self, paid, visitor):
        client = visitor(paid)
        client.post(url("change_request", paid))
        page = text(client.get(url("booking", paid)))
        assert page.count("There is no open request any more.") == 1

    def test_one_request_at_a_time(self, paid, visitor):
        client = visitor(paid)
        confirm(client, paid)
        for name in ("reschedule", "cancellation"):
            answer = client.get(url(name, paid), follow=True)
            assert answer.redirect_chain == [(url("booking", paid), 303)]
            assert text(answer).count("Withdraw it to ask anew.") == 2

    def test_refused_request_shows_the_answer(self, paid, visitor, now):
        paid.change_requests.create(
            kind="reschedule",
            state="refused",
            wanted_date=TUESDAY,
            wanted_time=time(10),
            answer="Both vans are in the Hamptons that day.",
            asked_by_kind="guest",
            decided_by_kind="staff",
            decided_at=now,
        )
        page = text(visitor(paid).get(url("booking", paid)))
        assert page.count("We could not move it to Tuesday, December 8, from 10:00 AM.") == 1
        assert page.count("Both vans are in the Hamptons that day.") == 1

    @pytest.mark.parametrize(
        ("hours", "button", "told"),
        [
            (49, "Ask to cancel, $1,194.25 back", "in full, at least 48 hours before pickup"),
            (47, "Ask to cancel, $597.13 back", "50%, less than 48 hours before pickup"),
        ],
    )
    def test_cancellation_says_before_what_is_refunded(self, paid, visitor, hours, button, told):
        with time_machine.travel(paid.pickup_at - timedelta(hours=hours), tick=False):
            client = visitor(paid)
            seen = client.get(url("cancellation", paid))
            page = text(seen)
            assert (page.count(button), page.count(told)) == (1, 1)
            answer = client.post(url("cancellation", paid), {"fingerprint": fingerprint(seen)})
            assert answer.status_code == 303
        asked = ChangeRequest.objects.get()
        cents = 119425 if hours == 49 else 59713
        assert (asked.kind, asked.shown_cents) == ("cancel", cents)
        paid.refresh_from_db()
        assert paid.status == "paid"

    def test_paid_meanwhile_becomes_a_question(self, pending, visitor, book):
        client = visitor(pending)
        seen = client.get(url("cancellation", pending))
        pay(pending)
        answer = client.post(url("cancellation", pending), {"fingerprint": fingerprint(seen)})
        assert answer.status_code == 409
        assert text(answer).count("Ask us to cancel this booking?") == 1
        assert ChangeRequest.objects.count() == 0


def pay(booking: Booking) -> None:
    """It is paid in another tab."""
    make_payment(booking)
    with transaction.atomic():
        confirm_booking(lock_booking(booking.pk), by=SYSTEM, now=clock.now())


@pytest.mark.parametrize("status", ["in_progress", "completed", "customer"])
@pytest.mark.parametrize("name", ["reschedule", "cancellation"])
def test_what_cannot_be_changed_leads_back_with_a_word_why(book, visitor, status, name):
    booking = book(status)
    client = visitor(booking)
    for method in (client.get, client.post):
        answer = method(url(name, booking), follow=True)
        assert answer.redirect_chain == [(url("booking", booking), 303)]
        assert len(list(answer.context["messages"])) == 1
    page = text(client.get(url("booking", booking)))
    assert page.count(url(name, booking)) == 0


def test_changes_without_end_are_stopped_kindly(paid, visitor):
    client = visitor(paid)
    for _time in range(CHANGES.times):
        client.post(url("cancellation", paid), {"fingerprint": ""})
    answer = client.post(url("cancellation", paid), {"fingerprint": ""})
    assert answer.status_code == 429
    assert text(answer).count("One moment, please.") == 1


def test_customer_changes_their_own_booking_in_their_name(book, client):
    user = make_customer("ann@example.com")
    booking = book("paid", customer_id=user.pk, contact_email=user.email)
    make_payment(booking)
    client.force_login(user)
    confirm(client, booking)
    asked = ChangeRequest.objects.get()
    assert (asked.asked_by_kind, asked.asked_by_id) == ("customer", user.pk)
