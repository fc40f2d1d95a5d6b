"""Notes of the team: added, never edited, never shown to customers, their words not in the log."""

import pytest
from django.test import Client
from django.urls import reverse

from booking.models import Note
from staff.models import AuditLog
from staff.notes.panel import note_panel
from staff.permissions import Role
from tests.factories import (
    make_booking,
    make_catalogue,
    make_colleague,
    make_customer,
    sign_in_staff,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _catalogue(db: None) -> None:
    make_catalogue()


def browser_of(role: Role) -> Client:
    client = Client()
    sign_in_staff(client, make_colleague(role, "Maya Park"))
    return client


def test_note_about_a_booking_is_kept_with_its_author():
    booking, maya = make_booking(), browser_of(Role.SUPPORT)
    url = reverse("staff:add_note", args=[booking.number])
    answer = maya.post(url, {"body": " Called.\r\nAny time from 9 suits.  "})
    assert answer["Location"] == f"/staff/bookings/{booking.number}/"
    note = Note.objects.get()
    assert (note.booking, note.customer, note.body, note.author.get_full_name()) == (
        booking,
        None,
        "Called.\nAny time from 9 suits.",
        "Maya Park",
    )
    row = AuditLog.objects.get()
    assert (row.action, row.object_label, row.after) == (
        "added_note",
        booking.code,
        {"note": "(not kept)"},
    )


def test_note_about_a_customer_stands_in_their_panel():
    customer, maya = make_customer(), browser_of(Role.COORDINATOR)
    url = reverse("staff:add_customer_note", args=[customer.pk])
    answer = maya.post(url, {"body": "Prefers mornings"})
    assert answer["Location"] == reverse("staff:customer", args=[customer.pk])
    panel = note_panel(customer, make_colleague(Role.COORDINATOR))
    assert (panel.address, [note.body for note in panel.notes]) == (url, ["Prefers mornings"])
    assert panel.form is not None
    assert note_panel(customer, make_colleague(Role.VIEWER)).form is None


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("  ", "Write the note first"),
        ("x" * 2001, "Shorten this to at most 2000 characters"),
        ("a\x00b", "Use letters, figures and signs"),
        ("a\u202eb", "Use letters, figures and signs"),
    ],
)
def test_note_that_cannot_be_kept_is_given_back(body: str, words: str):
    booking = make_booking()
    url = reverse("staff:add_note", args=[booking.number])
    answer = browser_of(Role.SUPPORT).post(url, {"body": body})
    assert (answer.status_code, Note.objects.count()) == (422, 0)
    assert answer.context["form"].errors == {"body": [words]}


def test_viewers_write_no_notes():
    booking, viewer = make_booking(), browser_of(Role.VIEWER)
    url = reverse("staff:add_note", args=[booking.number])
    assert (viewer.get(url).status_code, viewer.post(url, {"body": "x"}).status_code) == (403, 403)
    assert Note.objects.count() == 0


def test_nobody_is_nobody_to_write_about():
    maya, colleague = browser_of(Role.ADMIN), make_colleague()
    urls = [
        reverse("staff:add_note", args=[999]),
        reverse("staff:add_customer_note", args=[colleague.user.pk]),
    ]
    assert [maya.get(url).status_code for url in urls] == [404, 404]
