"""The outbox keeps mails instead of sending them, and shows them in development alone."""

import pytest
from django.core.mail import EmailMultiAlternatives, send_mail
from django.urls import reverse
from icalendar import Calendar

from booking.models import OutboxMail
from booking.notifications.send import send_planned

PAGES = ("outbox_mail", "outbox_html", "outbox_calendar")


@pytest.fixture(autouse=True)
def backend(settings):
    settings.EMAIL_BACKEND = "booking.notifications.outbox.OutboxBackend"


@pytest.fixture
def kept(confirmation, now) -> OutboxMail:
    send_planned(str(confirmation.pk), now=now)
    return OutboxMail.objects.get()


def test_outbox_keeps_both_bodies_and_the_calendar(kept, confirmation):
    assert (kept.recipient, kept.subject) == (
        confirmation.recipient,
        f"It is booked: Saturday, December 5, {confirmation.booking.code}",
    )
    assert kept.text.splitlines()[0] == "It is booked, Claire."
    assert kept.html.splitlines()[0] == "<!doctype html>"
    assert len(Calendar.from_ical(kept.calendar).walk("VEVENT")) == 2


def test_outbox_keeps_a_plain_mail_of_anybody(db):
    assert send_mail("Hello", "Text", None, ["a@example.com", "b@example.com"]) == 1
    kept = OutboxMail.objects.get()
    assert (kept.recipient, kept.html, kept.calendar) == ("a@example.com, b@example.com", "", "")


def test_outbox_keeps_other_attachments_out(db):
    email = EmailMultiAlternatives("Hello", "Text", None, ["a@example.com"])
    email.attach("notes.txt", "words", "text/plain")
    email.send()
    assert OutboxMail.objects.get().calendar == ""


def test_outbox_lists_the_newest_first(client, kept):
    send_mail("Later", "Text", None, ["a@example.com"])
    answer = client.get(reverse("outbox"))
    assert [mail.subject for mail in answer.context["mails"]] == ["Later", kept.subject]


def test_outbox_without_mails_says_what_to_do(client, db):
    answer = client.get(reverse("outbox"))
    assert answer.content.decode().count("No mail yet") == 1


def test_outbox_page_shows_the_text_and_frames_the_html(client, kept):
    answer = client.get(reverse("outbox_mail", args=[kept.pk]))
    page = answer.content.decode()
    assert page.count(f'src="{reverse("outbox_html", args=[kept.pk])}"') == 1
    policy = answer["Content-Security-Policy"]
    assert "frame-src 'self'" in policy.split("; ")
    assert "style-src 'self'" in policy.split("; ")


def test_outbox_html_may_style_itself_and_nothing_else(client, kept):
    answer = client.get(reverse("outbox_html", args=[kept.pk]))
    policy = dict(part.split(" ", 1) for part in answer["Content-Security-Policy"].split("; "))
    assert answer.content.decode() == kept.html
    assert policy["default-src"] == "'none'"
    assert policy["style-src"] == "'unsafe-inline'"
    assert policy["frame-ancestors"] == "'self'"
    assert (policy["script-src"], policy["connect-src"]) == ("'none'", "'none'")
    assert answer["X-Frame-Options"] == "SAMEORIGIN"


def test_outbox_gives_the_calendar_as_a_file(client, kept):
    answer = client.get(reverse("outbox_calendar", args=[kept.pk]))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.content.decode() == kept.calendar


def test_outbox_has_no_calendar_where_the_mail_had_none(client, db):
    send_mail("Hello", "Text", None, ["a@example.com"])
    mail = OutboxMail.objects.get()
    assert client.get(reverse("outbox_calendar", args=[mail.pk])).status_code == 404


def test_outbox_is_not_found_where_it_is_not_shown(client, kept, settings):
    addresses = [reverse("outbox"), *(reverse(name, args=[kept.pk]) for name in PAGES)]
    assert [client.get(address).status_code for address in addresses] == [200] * 4
    settings.OUTBOX_SHOWN = False
    assert [client.get(address).status_code for address in addresses] == [404] * 4
