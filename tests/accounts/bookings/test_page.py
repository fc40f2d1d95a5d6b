"""A booking's page as a browser gets it: whole, as a fragment, unchanged."""

from datetime import timedelta
from itertools import pairwise

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.urls import reverse
from icalendar import Calendar

from accounts.bookings.page import NEW_LINKS
from booking.models import AccessToken, Booking, Message, MessageKind
from booking.services.status import lock_booking, record_event
from tests.factories import make_customer, make_payment, make_refund
from totetaxi.lib.actor import SYSTEM

FRAGMENT = {"HX-Request": "true"}


def address(booking) -> str:
    return reverse("accounts:booking", args=[booking.pk])


def tell_story(booking: Booking, count: int, now) -> None:
    """So many events, payments with a refund each, decided requests, and letters."""
    for number in range(count):
        record_event(booking, kind="change", reason="reordered", by=SYSTEM, now=now)
        make_refund(make_payment(booking, cents=1000), 100)
        make_letter(booking, subject=f"Letter {number}", sent_at=now)
        booking.change_requests.create(
            kind="cancel",
            state="refused",
            asked_by_kind="guest",
            decided_by_kind="staff",
            decided_at=now,
        )


def make_letter(booking: Booking, *, subject: str, sent_at, **changes) -> Message:
    """A mail about the booking that was sent."""
    facts = {
        "key": f"letter:{booking.pk}:{subject}",
        "kind": MessageKind.CONFIRMED,
        "recipient": "claire@example.com",
        "state": Message.Progress.SENT,
    }
    return Message.objects.create(
        booking=booking, subject=subject, sent_at=sent_at, **(facts | changes)
    )


def test_page_shows_the_booking(book, visitor):
    booking = book("paid", coi=True)
    page = visitor(booking).get(address(booking)).content.decode()
    assert page.count("<h1") == 1
    for words in (booking.code, "118 East 93rd Street, 6B", "$1,194.25", "Add to calendar"):
        assert page.count(words) >= 1, words
    assert page.count('name="robots" content="noindex"') == 1


def test_guest_is_offered_an_account_and_a_customer_is_not(book, visitor, client):
    booking = book("paid")
    offer = reverse("accounts:offer_account", args=[booking.pk])
    assert visitor(booking).get(address(booking)).content.decode().count(offer) == 1
    fragment = visitor(booking).get(address(booking), headers=FRAGMENT)
    assert fragment.content.decode().count(offer) == 0
    user = make_customer("ann@example.com")
    mine = book("paid", customer_id=user.pk, contact_email=user.email)
    client.force_login(user)
    offer = reverse("accounts:offer_account", args=[mine.pk])
    assert client.get(address(mine)).content.decode().count(offer) == 0


def test_page_shows_letters_of_the_booking_but_none_to_staff(book, visitor, now):
    booking = book("paid")
    make_letter(booking, subject="It is booked", sent_at=now)
    make_letter(booking, subject="Look at this", sent_at=now, kind=MessageKind.STAFF_ALERT)
    page = visitor(booking).get(address(booking)).content.decode()
    assert (page.count("It is booked<"), page.count("To claire@example.com")) == (1, 1)
    assert page.count("Look at this") == 0


def test_typed_words_stay_words(book, visitor):
    canary = "<script>alert(1)</script>"
    booking = book("paid", driver_notes=canary, other_contact_name=canary)
    booking.addresses.update(street=canary, city=canary)
    page = visitor(booking).get(address(booking)).content.decode()
    assert page.count(canary) == 0
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") > 4


def test_waiting_booking_offers_the_payment(book, visitor):
    booking = book("pending")
    page = visitor(booking).get(address(booking)).content.decode()
    assert page.count(f'action="{reverse("payments:retry", args=[booking.pk])}"') == 1
    assert page.count("Pay $1,144.25") == 1


@pytest.mark.parametrize("status", ["paid", "expired"])
def test_no_payment_is_offered_where_none_is_due(book, visitor, status):
    booking = book(status)
    if status == "paid":
        make_payment(booking)
    answer = visitor(booking).get(address(booking))
    page = answer.content.decode()
    assert page.count(reverse("payments:retry", args=[booking.pk])) == 0
    assert page.count(reverse("accounts:book_again", args=[booking.pk])) == 1


def test_request_offers_no_payment(book, visitor):
    booking = book("pending", package="full", packing=True, unpacking=True, items=80)
    page = visitor(booking).get(address(booking)).content.decode()
    assert page.count(reverse("payments:retry", args=[booking.pk])) == 0


@pytest.mark.parametrize(("status", "polls"), [("paid", 1), ("in_progress", 1), ("completed", 0)])
def test_page_asks_for_news_until_the_status_is_final(book, visitor, status, polls):
    booking = book(status)
    page = visitor(booking).get(address(booking)).content.decode()
    assert page.count("data-poll=") == polls


def test_fragment_is_the_part_that_is_swapped(book, visitor):
    booking = book("paid")
    answer = visitor(booking).get(address(booking), headers=FRAGMENT)
    assert answer.content.decode().strip().startswith('<div id="booking"')
    assert "HX-Request" in answer["Vary"]


def test_unchanged_page_answers_304_without_a_body(book, visitor):
    booking = book("paid")
    client = visitor(booking)
    etag = client.get(address(booking))["ETag"]
    again = client.get(address(booking), headers=FRAGMENT | {"If-None-Match": etag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)


def test_page_is_new_after_an_event_a_change_and_at_midnight(book, visitor, now):
    booking = book("paid")
    client = visitor(booking)

    def etag() -> str:
        return client.get(address(booking), headers=FRAGMENT)["ETag"]

    seen = [etag()]
    record_event(booking, kind="message", by=SYSTEM, now=now)
    seen.append(etag())
    lock_booking(booking.pk).save(update_fields=["driver_notes", "updated_at"])
    with time_machine.travel(now + timedelta(minutes=1), tick=False):
        lock_booking(booking.pk).save(update_fields=["driver_notes", "updated_at"])
        seen.append(etag())
    with time_machine.travel(now + timedelta(hours=14, seconds=-1), tick=False):
        seen.append(etag())
    with time_machine.travel(now + timedelta(hours=14), tick=False):
        seen.append(etag())
    assert [later == earlier for earlier, later in pairwise(seen)] == [
        False,
        False,
        True,
        False,
    ]


def test_unchanged_answer_is_not_given_to_somebody_else(book, visitor, client):
    booking = book("paid")
    etag = visitor(booking).get(address(booking))["ETag"]
    answer = client.get(address(booking), headers=FRAGMENT | {"If-None-Match": etag})
    assert answer.status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_page_needs_few_queries_however_long_the_story(
    book, visitor, django_assert_num_queries, count, now
):
    specialty = dict.fromkeys(["surfboard", "crib", "peloton"][:count], 1)
    booking = book("paid", service="standard_delivery", package=None, specialty=specialty)
    tell_story(booking, count, now)
    client = visitor(booking)
    client.get(address(booking))
    # session; booking, addresses, lines, events, payments, refunds, requests, letters,
    # documents; two sums of money; policy
    with django_assert_num_queries(13):
        client.get(address(booking))


def test_unchanged_page_needs_two_queries(book, visitor, django_assert_num_queries):
    booking = book("paid")
    client = visitor(booking)
    etag = client.get(address(booking))["ETag"]
    # session, and one look at the booking
    with django_assert_num_queries(2):
        client.get(address(booking), headers=FRAGMENT | {"If-None-Match": etag})


def test_signed_in_page_needs_one_query_more(book, client, django_assert_num_queries, now):
    user = make_customer("ann@example.com")
    booking = book("paid", customer_id=user.pk, contact_email=user.email)
    client.force_login(get_user_model().objects.get(pk=user.pk))
    tell_story(booking, 1, now)
    client.get(address(booking))
    with django_assert_num_queries(14):
        client.get(address(booking))


def test_calendar_file_is_the_bookings(book, visitor):
    booking = book("paid")
    answer = visitor(booking).get(reverse("accounts:booking_calendar", args=[booking.pk]))
    assert answer["Content-Disposition"] == f'attachment; filename="{booking.code}.ics"'
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert [str(event["STATUS"]) for event in events] == ["CONFIRMED", "CONFIRMED"]


def test_calendar_file_of_a_cancelled_booking_takes_it_back(book, visitor):
    booking = book("staff")
    answer = visitor(booking).get(reverse("accounts:booking_calendar", args=[booking.pk]))
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert [str(event["STATUS"]) for event in events] == ["CANCELLED", "CANCELLED"]


def test_calendar_file_waits_for_the_payment(book, visitor):
    booking = book("pending")
    answer = visitor(booking).get(reverse("accounts:booking_calendar", args=[booking.pk]))
    assert answer.status_code == 404


class TestPrivateLink:
    """A further link, shown once."""

    def make(self, client, booking, **options):
        return client.post(reverse("accounts:booking_link", args=[booking.pk]), **options)

    def test_new_link_opens_the_booking_for_another_browser(self, book, visitor, client):
        booking = book("paid")
        answer = self.make(visitor(booking), booking)
        link = answer.context["link"]
        assert link.startswith("http://localhost:8000/b/")
        assert answer.content.decode().count(link) == 1
        opened = client.get(link.removeprefix("http://localhost:8000"), follow=True)
        assert opened.redirect_chain == [(address(booking), 303)]

    def test_link_comes_from_the_setting_not_from_the_host(self, book, visitor, settings):
        settings.ALLOWED_HOSTS = ["*"]
        booking = book("paid")
        answer = self.make(visitor(booking), booking, headers={"host": "evil.example"})
        assert answer.context["link"].startswith("http://localhost:8000/b/")
        assert "evil.example" not in answer.content.decode()

    def test_fragment_is_the_link_alone(self, book, visitor):
        booking = book("paid")
        answer = self.make(visitor(booking), booking, headers=FRAGMENT)
        assert answer.content.decode().strip().startswith("{#") is False
        assert answer.content.decode().strip().startswith('<div id="private-link"')

    def test_links_are_limited(self, book, visitor):
        booking = book("paid")
        client = visitor(booking)
        for _time in range(NEW_LINKS.times):
            assert self.make(client, booking).status_code == 200
        before = AccessToken.objects.count()
        assert self.make(client, booking).status_code == 422
        assert AccessToken.objects.count() == before

    def test_asking_needs_a_token_of_the_form(self, book, visitor):
        booking = book("paid")
        client = visitor(booking)
        client.handler.enforce_csrf_checks = True
        assert self.make(client, booking).status_code == 403


def test_deleted_booking_is_not_found(book, visitor, now):
    booking = book("paid")
    client = visitor(booking)
    Booking.objects.filter(pk=booking.pk).update(deleted_at=now)
    assert client.get(address(booking)).status_code == 404
