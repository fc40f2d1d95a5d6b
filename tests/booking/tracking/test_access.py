"""Who gets in: by a private link or as the owner, and nobody else."""

import logging

import pytest
from django.test import RequestFactory
from django.urls import reverse

from booking.models import AccessToken
from booking.tracking.access import grant, visible_to
from booking.tracking.views import WRONG_TOKENS
from tests.factories import make_customer, make_draft
from totetaxi.lib.log import LineFormatter


def address(booking) -> str:
    return reverse("accounts:booking", args=[booking.pk])


def test_link_leads_to_a_clean_address_and_opens_it(client, book):
    booking = book()
    token = AccessToken.issue(booking=booking)
    answer = client.get(f"/b/{token}/")
    assert (answer.status_code, answer["Location"]) == (303, address(booking))
    assert answer["Referrer-Policy"] == "same-origin"
    page = client.get(answer["Location"])
    assert page.status_code == 200
    assert token not in page.content.decode()


def test_link_works_again_and_notes_its_use(client, book, now):
    booking = book()
    token = AccessToken.issue(booking=booking)
    for _time in range(2):
        assert client.get(f"/b/{token}/").status_code == 303
    assert AccessToken.objects.get().last_used_at == now


def test_two_links_open_two_bookings_in_one_browser(client, book):
    bookings = [book(), book(contact_email="rosa@example.com")]
    for booking in bookings:
        client.get(f"/b/{AccessToken.issue(booking=booking)}/")
    assert [client.get(address(booking)).status_code for booking in bookings] == [200, 200]


def test_browser_remembers_the_newest_bookings_only(book, rf: RequestFactory):
    request = rf.get("/")
    request.session = {"bookings": [f"old-{number}" for number in range(50)]}
    booking = book()
    grant(request, booking)
    grant(request, booking)
    assert request.session["bookings"] == [
        *(f"old-{number}" for number in range(1, 50)),
        str(booking.pk),
    ]


@pytest.mark.parametrize("case", ["wrong", "revoked", "of a draft", "deleted"])
def test_link_that_opens_nothing_is_not_found_and_says_what_to_do(client, book, now, case):
    booking = book()
    token = AccessToken.issue(booking=booking)
    if case == "wrong":
        token = token[::-1]
    elif case == "revoked":
        AccessToken.objects.update(revoked_at=now)
    elif case == "of a draft":
        token = AccessToken.issue(draft=make_draft())
    else:
        booking.deleted_at = now
        booking.save()
    answer = client.get(f"/b/{token}/")
    page = answer.content.decode()
    assert answer.status_code == 404
    assert page.count("This link does not open a booking.") == 1
    assert page.count(f'href="{reverse("booking:find")}"') > 1
    assert token not in page
    assert client.get(address(booking)).status_code == 404


def test_guessing_is_stopped_kindly_for_the_one_who_guesses(client, book):
    token = AccessToken.issue(booking=book())
    for number in range(WRONG_TOKENS.times):
        assert client.get(f"/b/{number:043}/").status_code == 404
    answer = client.get(f"/b/{token}/")
    assert answer.status_code == 429
    assert answer.content.decode().count("One moment, please.") == 1
    assert client.get(f"/b/{token}/", REMOTE_ADDR="203.0.113.9").status_code == 303


def test_right_links_are_never_counted(client, book):
    token = AccessToken.issue(booking=book())
    answers = [client.get(f"/b/{token}/").status_code for _time in range(WRONG_TOKENS.times + 1)]
    assert set(answers) == {303}


def test_visible_are_the_accounts_own_and_the_granted(book, rf: RequestFactory):
    user = make_customer("ann@example.com")
    booking = book(customer_id=user.pk, contact_email=user.email)
    guests = book(contact_email="rosa@example.com")
    request = rf.get("/")
    request.session, request.user = {}, user
    assert set(visible_to(request)) == {booking}
    grant(request, guests)
    assert set(visible_to(request)) == {booking, guests}


def test_log_lines_keep_no_token(client, book):
    token = AccessToken.issue(booking=book())
    record = logging.LogRecord("t", logging.INFO, "", 1, "GET /b/%s/", (token,), None)
    assert LineFormatter().format(record).endswith("GET /b/…/")


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_link_answers_to_reading_only(client, book, method):
    token = AccessToken.issue(booking=book())
    assert getattr(client, method)(f"/b/{token}/").status_code == 405
