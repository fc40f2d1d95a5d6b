"""A booking's pages are their owner's, at every URL and verb."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.bookings.urls import urlpatterns
from booking.models import Booking
from tests.factories import make_customer, make_payment, make_staff

READS = ("booking", "booking_calendar", "reschedule", "cancellation", "receipt")
WRITES = (
    "booking_link",
    "book_again",
    "change_order",
    "reschedule",
    "cancellation",
    "issue_receipt",
)
# Names a document too: tests/accounts/bookings/test_receipt.py.
OF_A_DOCUMENT = ("document",)
WITHDRAWS = ("change_request",)
METHODS = ("get", "head", "post", "put", "patch", "delete", "options")


def names() -> set[str]:
    """Every name below a booking's address."""
    (of_one,) = urlpatterns
    return {pattern.name for pattern in of_one.url_patterns}


def addresses(booking: Booking) -> list[str]:
    return [
        reverse(f"accounts:{name}", args=[booking.pk])
        for name in sorted(names() - set(OF_A_DOCUMENT))
    ]


@pytest.fixture
def paid(book) -> Booking:
    booking = book("paid", coi=True)
    make_payment(booking)
    return booking


def test_every_address_is_judged_here():
    assert names() == {*READS, *WRITES, *WITHDRAWS, *OF_A_DOCUMENT}


@pytest.mark.parametrize("name", READS)
def test_page_is_shown_by_its_link_and_to_nobody_else(book, visitor, client, paid, name):
    mine = reverse(f"accounts:{name}", args=[paid.pk])
    other = book(contact_email="rosa@example.com")
    assert visitor(paid).get(mine).status_code == 200
    assert visitor(other).get(mine).status_code == 404
    assert client.get(mine).status_code == 404


@pytest.mark.parametrize("who", ["anonymous", "guest", "customer", "staff"])
def test_wrong_person_finds_nothing_with_any_verb(book, visitor, client, paid, who):
    other = book(contact_email="rosa@example.com")
    stranger = visitor(other) if who == "guest" else client
    if who in {"customer", "staff"}:
        stranger.force_login(make_customer() if who == "customer" else make_staff())
    found = {
        getattr(stranger, method)(url).status_code for url in addresses(paid) for method in METHODS
    }
    # A verb that no page has is refused before the booking is looked for.
    assert found == {404, 405}
    assert {
        stranger.get(reverse(f"accounts:{name}", args=[paid.pk])).status_code for name in READS
    } == {404}
    assert {
        stranger.post(reverse(f"accounts:{name}", args=[paid.pk])).status_code
        for name in (*WRITES, *WITHDRAWS)
    } == {404}


@pytest.mark.parametrize("name", READS)
def test_page_opens_for_the_account_that_booked(book, client, name):
    user = make_customer("ann@example.com")
    booking = book("paid", customer_id=user.pk, contact_email=user.email)
    make_payment(booking)
    mine = reverse(f"accounts:{name}", args=[booking.pk])
    assert client.get(mine).status_code == 404
    client.force_login(user)
    assert client.get(mine).status_code == 200


def test_staff_account_owns_no_booking_even_by_mistake(book, client):
    staff = make_staff()
    booking = book("paid", customer_id=staff.pk, contact_email=staff.email)
    client.force_login(staff)
    assert client.get(reverse("accounts:booking", args=[booking.pk])).status_code == 404


def test_staff_who_came_by_the_link_see_what_its_holder_sees(paid, visitor):
    staff = visitor(paid)
    staff.force_login(make_staff())
    assert staff.get(reverse("accounts:booking", args=[paid.pk])).status_code == 200


@pytest.mark.parametrize("name", READS)
def test_pages_are_kept_by_no_cache_and_found_by_no_search(paid, visitor, name):
    answer = visitor(paid).get(reverse(f"accounts:{name}", args=[paid.pk]))
    assert answer["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert (answer["X-Robots-Tag"], answer["Referrer-Policy"]) == ("noindex", "same-origin")


@pytest.mark.parametrize("name", [*WRITES, *WITHDRAWS])
def test_writing_needs_the_forms_token(paid, visitor, name):
    client = visitor(paid)
    client.handler.enforce_csrf_checks = True
    assert client.post(reverse(f"accounts:{name}", args=[paid.pk])).status_code == 403


@pytest.mark.parametrize(
    "name", ["booking_link", "book_again", "change_order", "change_request", "issue_receipt"]
)
def test_what_writes_is_not_done_by_reading(paid, visitor, name):
    assert visitor(paid).get(reverse(f"accounts:{name}", args=[paid.pk])).status_code == 405


def test_number_opens_nothing(paid, visitor):
    assert visitor(paid).get(f"/bookings/{paid.number}/").status_code == 404


def test_deleted_booking_is_not_found(paid, visitor, now):
    client: Client = visitor(paid)
    Booking.objects.filter(pk=paid.pk).update(deleted_at=now)
    assert {
        client.get(reverse(f"accounts:{name}", args=[paid.pk])).status_code for name in READS
    } == {404}
