"""The portal's first page: what lies ahead, what waits for the customer, what was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import CustomerProfile, SavedAddress, User
from accounts.portal.words import BookingCard
from booking.lifecycle import Status
from booking.models import Booking, ChangeRequest
from booking.services.cancel import cancel_booking
from booking.services.status import change_status, lock_booking
from payments.models import Refund
from payments.money import money_state
from tests.accounts.portal.conftest import NOW, pay
from tests.factories import make_booking, make_customer, make_draft, make_refund
from totetaxi.lib.actor import SYSTEM

URL = "/account/"
BookAs = Callable[..., Booking]


def cards(client: Client) -> list[BookingCard]:
    shown: list[BookingCard] = client.get(URL).context["cards"]
    return shown


def titles(client: Client, **asked: Any) -> list[str]:
    lines = client.get(URL, {"page": 1} | asked).context["history"].lines
    return [line.code for line in lines]


def test_history_comes_once_it_is_looked_for(signed_in: Client, past: BookAs) -> None:
    past(date(2026, 9, 8))
    answer = signed_in.get(URL)
    page = answer.content.decode()
    assert ("history" in answer.context, page.count('hx-get="/account/?page=1"')) == (False, 1)
    assert page.count('href="/account/?page=1#before"') == 1  # the way without JavaScript
    headers = {"HX-Request": "true", "HX-Target": "before"}
    part = signed_in.get(URL, {"page": 1}, headers=headers).content.decode().strip()
    assert part.startswith('<section id="before"')
    assert part.count('role="row"') == 2  # the head, and the one booking


def test_portal_is_for_signed_in_customers(client: Client) -> None:
    answer = client.get(URL)
    assert (answer.status_code, answer["Location"]) == (303, "/account/login/?next=%2Faccount%2F")


def test_portal_is_kept_by_no_cache_and_found_by_no_search(signed_in: Client) -> None:
    answer = signed_in.get(URL)
    assert answer["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert answer.content.decode().count('<meta name="robots" content="noindex">') == 1


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_portal_answers_to_reading_only(signed_in: Client, method: str) -> None:
    assert getattr(signed_in, method)(URL).status_code == 405


def test_new_customer_is_offered_a_first_booking(signed_in: Client) -> None:
    answer = signed_in.get(URL)
    assert (answer.context["is_new"], answer.context["cards"]) == (True, [])
    assert "Nothing booked yet" in answer.content.decode()
    assert 'id="history"' not in answer.content.decode()


@pytest.mark.parametrize(
    ("hour", "words"),
    [
        (4, "Good evening, Claire"),
        (5, "Good morning, Claire"),
        (12, "Good afternoon, Claire"),
        (18, "Good evening, Claire"),
    ],
)
def test_greeting_follows_new_yorks_clocks(
    signed_in: Client, frozen: time_machine.Traveller, hour: int, words: str
) -> None:
    frozen.move_to(datetime(2026, 11, 22, hour + 5, tzinfo=UTC), tick=False)
    assert words in signed_in.get(URL).content.decode()


def test_greeting_without_a_name_is_the_hour_alone(signed_in: Client, customer: User) -> None:
    User.objects.filter(pk=customer.pk).update(name="")
    assert '<p class="text-muted">Good morning</p>' in signed_in.get(URL).content.decode()


def test_upcoming_booking_says_where_it_stands(signed_in: Client, book: BookAs) -> None:
    booking = book()
    (card,) = cards(signed_in)
    assert (card.code, card.status, card.status_label) == (
        booking.code,
        "paid",
        "Paid and confirmed",
    )
    assert (card.when, card.title) == ("In 13 days", "Saturday, December\xa05, from 9:00\xa0AM")
    assert card.lead == (
        "Mini Move Petite, 10 items. 118 East 93rd Street, 6B to 27 Pondview Lane."
    )
    assert (card.total, card.pay_url, card.road) == ("$1,144.25", "", 0.0)
    assert [(link.label, link.url) for link in card.links] == [
        ("Ask for another day", reverse("accounts:reschedule", args=[booking.pk])),
        ("Receipt", reverse("accounts:receipt", args=[booking.pk])),
    ]
    assert card.url == reverse("accounts:booking", args=[booking.pk])


def test_next_booking_comes_first(signed_in: Client, book: BookAs) -> None:
    later, sooner = book(), book(pickup_date=date(2026, 12, 1))
    assert [card.code for card in cards(signed_in)] == [sooner.code, later.code]


def test_unpaid_booking_can_be_paid_and_moved_from_the_list(
    signed_in: Client, book: BookAs
) -> None:
    booking = book("pending")
    answer = signed_in.get(URL)
    (card,) = answer.context["cards"]
    assert (card.status_label, card.pay_label) == ("Waiting for payment", "Pay $1,144.25")
    assert card.pay_url == reverse("payments:retry", args=[booking.pk])
    assert card.pay_note == "Your place is kept until 10:40\xa0AM."
    assert [link.label for link in card.links] == ["Choose another day"]
    to_do = answer.context["to_do"]
    assert (to_do.words, to_do.url) == (
        f"{booking.code} waits for its payment. Your place is kept until 10:40\xa0AM.",
        card.url,
    )


def test_booking_that_became_dearer_says_what_is_to_pay(signed_in: Client, book: BookAs) -> None:
    booking = book()
    Booking.objects.filter(pk=booking.pk).update(total_cents=booking.total_cents + 5000)
    (card,) = cards(signed_in)
    assert (card.status, card.status_label, card.pay_label) == (
        "warning",
        "$50.00 to pay",
        "Pay $50.00",
    )


@pytest.mark.parametrize(
    ("reason", "status", "label"),
    [
        ("goodwill", "succeeded", "Paid and confirmed"),
        ("goodwill", "approved", "Paid and confirmed"),
        ("change", "succeeded", "$50.00 to pay"),
        ("change", "approved", "$50.00 to pay"),
        ("change", "failed", "$50.00 to pay"),
        ("our_fault", "succeeded", "Paid and confirmed"),
        ("outside", "succeeded", "Paid and confirmed"),
    ],
)
def test_what_is_to_pay_is_what_would_be_charged(
    signed_in: Client, book: BookAs, reason: str, status: str, label: str
) -> None:
    booking = book()
    make_refund(booking.payments.get(), 5000, reason=reason, status=status)
    (card,) = cards(signed_in)
    to_pay = money_state(booking).to_pay_cents
    assert (card.status_label, to_pay) == (label, 5000 if "to pay" in label else 0)
    assert (card.pay_url != "") == (to_pay > 0)


def test_booking_with_an_open_request_says_so(signed_in: Client, book: BookAs) -> None:
    booking = book()
    ChangeRequest.objects.create(
        booking=booking,
        kind=ChangeRequest.Kind.RESCHEDULE,
        wanted_date=date(2026, 12, 8),
        wanted_time=time(9),
        asked_by_kind="customer",
    )
    (card,) = cards(signed_in)
    assert card.asked == "You asked for another day. We answer within a working day."
    assert [link.label for link in card.links] == ["Receipt"]


def test_booking_on_the_road_has_the_van_under_way(signed_in: Client, book: BookAs) -> None:
    book("in_progress")
    (card,) = cards(signed_in)
    assert (card.status_label, card.road) == ("On its way", 0.6)


def test_booking_delivered_today_stays_until_midnight(
    signed_in: Client, book: BookAs, frozen: time_machine.Traveller
) -> None:
    booking = book("completed")
    Booking.objects.filter(pk=booking.pk).update(pickup_date=date(2026, 11, 22))
    (card,) = cards(signed_in)
    assert (card.status_label, card.road) == ("Delivered", 1.0)
    assert titles(signed_in) == []
    frozen.move_to(datetime(2026, 11, 23, 5, 1, tzinfo=UTC), tick=False)
    assert (cards(signed_in), titles(signed_in)) == ([], [booking.code])


def test_booking_cancelled_by_us_today_is_not_gone_from_sight(
    signed_in: Client, book: BookAs
) -> None:
    ours, lapsed = book(), book("pending", pickup_date=date(2026, 12, 1))
    with transaction.atomic():
        cancel_booking(lock_booking(ours.pk), reason="staff", by=SYSTEM, now=NOW)
        cancel_booking(lock_booking(lapsed.pk), reason="expired", by=SYSTEM, now=NOW)
    assert [card.status_label for card in cards(signed_in)] == ["Cancelled"]
    assert titles(signed_in) == [lapsed.code]


def test_superseded_booking_is_listed_nowhere(signed_in: Client, book: BookAs) -> None:
    old = book("pending")
    with transaction.atomic():
        cancel_booking(lock_booking(old.pk), reason="superseded", by=SYSTEM, now=NOW)
    assert (cards(signed_in), titles(signed_in), titles(signed_in, status="cancelled")) == (
        [],
        [],
        [],
    )


def test_history_shows_what_was_paid_and_went_back(signed_in: Client, past: BookAs) -> None:
    booking = past(date(2026, 9, 8))
    Refund.objects.create(
        payment=booking.payments.get(),
        amount_cents=5000,
        status=Refund.Status.SUCCEEDED,
        reason=Refund.Reason.GOODWILL,
        requested_by_kind="staff",
        approved_by_kind="system",
        approved_at=NOW,
        idempotency_key="r1",
        succeeded_at=NOW,
    )
    history = signed_in.get(URL, {"page": 1}).context["history"]
    (line,) = history.lines
    assert (line.day, line.title, line.trip) == (
        "Sep 8, 2026",
        "Mini Move Petite, 10 items",
        "Manhattan to East Hampton",
    )
    assert (line.status_label, line.amount, line.back) == (
        "Delivered",
        "$1,144.25",
        "refunded $50.00",
    )
    assert history.made_words == "1 booking since September 2026, $1,094.25 in all"


def test_figures_count_what_was_paid_and_not_cancelled(
    signed_in: Client, book: BookAs, past: BookAs
) -> None:
    past(date(2026, 5, 23))
    book()
    book("pending", pickup_date=date(2026, 12, 1))
    words = signed_in.get(URL, {"page": 1}).context["history"].made_words
    assert words == "2 bookings since May 2026, $2,288.50 in all"


def test_bookings_of_others_are_not_seen(signed_in: Client, book: BookAs) -> None:
    make_booking(now=NOW)
    book(customer_id=make_customer().pk)
    assert signed_in.get(URL).context["is_new"] is True


def test_deleted_booking_is_not_seen(signed_in: Client, book: BookAs) -> None:
    Booking.objects.filter(pk=book().pk).update(deleted_at=NOW)
    assert cards(signed_in) == []


def test_one_thing_to_do_is_the_phone_where_there_is_none(
    signed_in: Client, customer: User, book: BookAs
) -> None:
    book()
    assert signed_in.get(URL).context["to_do"] is None
    CustomerProfile.objects.filter(user=customer).update(phone="")
    assert signed_in.get(URL).context["to_do"].url == "/account/profile/"


def test_saved_addresses_stand_aside_with_the_default_first(
    signed_in: Client, customer: User
) -> None:
    place = {"user": customer, "city": "New York", "state": "NY", "zip": "10128"}
    SavedAddress.objects.create(**place, label="Office", street="1 Broadway")
    SavedAddress.objects.create(
        **place, label="Home", street="118 East 93rd Street", unit="6B", is_default=True
    )
    SavedAddress.objects.create(
        **(place | {"user": make_customer()}), label="Theirs", street="2 Broadway"
    )
    found = [(one.label, one.words) for one in signed_in.get(URL).context["addresses"]]
    assert found == [("Home", "118 East 93rd Street, 6B, 10128"), ("Office", "1 Broadway, 10128")]


class TestDraft:
    """An unfinished booking of the account."""

    WHERE = {"pickup_street": "118 East 93rd Street", "delivery_street": "27 Pondview Lane"}

    def test_is_offered_and_goes_on_in_this_browser(
        self, signed_in: Client, customer: User
    ) -> None:
        draft = make_draft(
            customer=customer, typed={"where": self.WHERE, "valid": ["where"]}, reached=1
        )
        answer = signed_in.get(URL)
        assert answer.context["draft"].id == draft.pk
        assert answer.context["draft_words"] == (
            "118 East 93rd Street to 27 Pondview Lane, last changed on Sunday, November 22."
        )
        gone_on = signed_in.post(reverse("accounts:go_on", args=[draft.pk]))
        assert (gone_on.status_code, gone_on["Location"]) == (303, "/book/")
        assert signed_in.session["draft"] == str(draft.pk)

    def test_is_not_offered_once_it_is_a_booking(
        self, signed_in: Client, customer: User, book: BookAs
    ) -> None:
        draft = make_draft(customer=customer, typed={"where": self.WHERE}, reached=1)
        booking = book()
        Booking.objects.filter(pk=booking.pk).update(draft=draft)
        assert signed_in.get(URL).context["draft"] is None
        with transaction.atomic():
            cancel_booking(lock_booking(booking.pk), reason="staff", by=SYSTEM, now=NOW)
        assert signed_in.get(URL).context["draft"].id == draft.pk

    def test_is_not_offered_before_its_first_step_is_answered(
        self, signed_in: Client, customer: User
    ) -> None:
        make_draft(customer=customer, typed={"where": self.WHERE})
        assert signed_in.get(URL).context["draft"] is None

    def test_of_somebody_else_is_not_found(self, signed_in: Client) -> None:
        for other in (make_draft(customer=make_customer(), reached=1), make_draft(reached=1)):
            assert signed_in.post(reverse("accounts:go_on", args=[other.pk])).status_code == 404
        assert "draft" not in signed_in.session

    def test_is_gone_on_with_by_posting_only(self, signed_in: Client, customer: User) -> None:
        draft = make_draft(customer=customer, reached=1)
        assert signed_in.get(reverse("accounts:go_on", args=[draft.pk])).status_code == 405


class TestLive:
    """The upcoming bookings ask for themselves every 15 seconds."""

    @staticmethod
    def ask(client: Client, etag: str = "") -> Any:
        return client.get(URL, headers={"HX-Request": "true", "If-None-Match": etag})

    def test_answers_304_until_something_changes(self, signed_in: Client, book: BookAs) -> None:
        booking = book()
        etag = signed_in.get(URL).context["etag"]
        unchanged = self.ask(signed_in, etag)
        assert (unchanged.status_code, unchanged.content, unchanged["ETag"]) == (304, b"", etag)
        with transaction.atomic(), time_machine.travel(NOW + timedelta(seconds=1), tick=False):
            change_status(lock_booking(booking.pk), Status.IN_PROGRESS, by=SYSTEM, now=NOW)
        changed = self.ask(signed_in, etag)
        assert (changed.status_code, changed["ETag"]) == (200, changed.context["etag"])
        assert changed["ETag"] != etag
        assert changed.content.decode().strip().startswith('<div id="upcoming"')
        assert [card.status_label for card in changed.context["cards"]] == ["On its way"]

    def test_answers_anew_on_another_day(
        self, signed_in: Client, book: BookAs, frozen: time_machine.Traveller
    ) -> None:
        book()
        etag = signed_in.get(URL).context["etag"]
        frozen.move_to(datetime(2026, 11, 23, 5, tzinfo=UTC), tick=False)
        answer = self.ask(signed_in, etag)
        assert [card.when for card in answer.context["cards"]] == ["In 12 days"]

    def test_costs_one_small_query_while_nothing_changes(
        self, signed_in: Client, book: BookAs
    ) -> None:
        book()
        etag = signed_in.get(URL).context["etag"]
        with CaptureQueriesContext(connection) as queries:
            assert self.ask(signed_in, etag).status_code == 304
        tables = [query["sql"].split(" FROM ")[1].split()[0].strip('"') for query in queries]
        # One statement for the account and its newest change, which begins with the latter.
        assert tables == ["django_session", "booking_booking"]

    @pytest.mark.parametrize(
        "changed",
        [{"password": "another"}, {"email": "other@example.com"}, {"is_active": False}],
        ids=["password", "e-mail", "inactive"],
    )
    def test_leads_to_the_sign_in_once_the_session_has_ended(
        self, signed_in: Client, customer: User, book: BookAs, changed: dict[str, Any]
    ) -> None:
        book()
        etag = signed_in.get(URL).context["etag"]
        assert self.ask(signed_in, etag).status_code == 304
        User.objects.filter(pk=customer.pk).update(**changed)
        answer = self.ask(signed_in, etag)
        assert answer["HX-Redirect"] == "/account/login/?next=%2Faccount%2F"

    def test_staff_get_no_answer_from_it(
        self, signed_in: Client, customer: User, book: BookAs
    ) -> None:
        book()
        etag = signed_in.get(URL).context["etag"]
        User.objects.filter(pk=customer.pk).update(is_staff=True)
        assert self.ask(signed_in, etag).status_code != 304

    def test_leads_to_the_sign_in_once_signed_out(self, client: Client) -> None:
        answer = self.ask(client, '"x"')
        assert answer["HX-Redirect"] == "/account/login/?next=%2Faccount%2F"

    def test_is_not_answered_by_the_etag_of_another_customer(
        self, signed_in: Client, client: Client
    ) -> None:
        etag = signed_in.get(URL).context["etag"]
        client.force_login(make_customer())
        assert self.ask(client, etag).status_code == 200


@pytest.mark.parametrize("count", [5, 500])
@pytest.mark.parametrize(
    ("asked", "queries"),
    [({}, 4), ({"page": 2}, 7), ({"q": "hampton", "status": "completed"}, 8)],
)
def test_portal_asks_the_same_of_5_and_of_500_bookings(
    signed_in: Client, past: BookAs, book: BookAs, count: int, asked: dict[str, Any], queries: int
) -> None:
    first = past(date(2026, 1, 2))
    book()
    copy_booking(first, count - 2)
    signed_in.get(URL, asked)
    with CaptureQueriesContext(connection) as seen:
        answer = signed_in.get(URL, asked)
    assert (answer.status_code, len(seen)) == (200, queries)
    assert answer.context["has_past"] is True
    if asked:
        assert answer.context["history"].figures.past == count - 1


def copy_booking(first: Booking, times: int) -> None:
    """So many more past bookings like the first, with their addresses and payments."""
    ends, payment = list(first.addresses.all()), first.payments.get()
    for number in range(times):
        day = date(2025, 1, 1) + timedelta(days=number)
        booking = Booking.objects.get(pk=first.pk)
        booking.pk, booking.number = None, first.number + 1000 + number
        booking.pk = type(first)._meta.pk.get_default()
        booking.pickup_date = day
        booking.pickup_at = datetime(day.year, day.month, day.day, 14, tzinfo=UTC)
        booking._state.adding = True
        booking.save(force_insert=True)
        for end in ends:
            end.pk, end.booking = type(end)._meta.pk.get_default(), booking
            end._state.adding = True
            end.save(force_insert=True)
        pay(booking, payment.captured_cents)
