"""What customers type is shown as they typed it, and never as markup: on any page, in any mail."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import time_machine
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver
from django.utils.html import escape

from accounts.models import CustomerProfile, SavedAddress, User
from booking.models import Address, Alert, Booking, ChangeRequest, Draft, Message, MessageKind, Note
from booking.notifications.letter import NotNeededError
from booking.notifications.messages import WRITERS, write_letter
from booking.notifications.render import render_mail
from booking.services.search_text import refresh_search
from staff.models import StaffProfile
from tests.matrix.doors import Person
from tests.matrix.judge import value_of
from tests.matrix.routes import Route, all_routes
from tests.matrix.world import NOW, World, make_world

pytestmark = pytest.mark.django_db

HOSTILE = "<img src=x onerror=alert(1)>\"'"
# Every column that customers fill in as they like.
TYPED = {
    User: ("name",),
    SavedAddress: ("street", "unit", "city", "access_notes"),
    Booking: ("other_contact_name", "driver_notes", "coi_wording"),
    Address: ("street", "unit", "city", "access_notes"),
    ChangeRequest: ("note",),
    Alert: ("summary",),
    Message: ("subject",),
}
# They show other people's markup in a frame of its own, or none of ours. The passkey is a made-up
# one, which no browser could be asked for.
NOT_OURS = ("outbox_html", "admin:", "mfa_add_webauthn", "mfa_reauthenticate_webauthn")


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """Somebody owns one of everything, and has written the same into every field."""
    cache.clear()
    logging.disable(logging.ERROR)
    with time_machine.travel(NOW, tick=False):
        made = make_world()
        spoil(User.objects.get(email="owner@example.com"))
        yield made
    logging.disable(logging.NOTSET)


def spoil(owner: User) -> None:
    booking = owner.bookings.get()
    Note.objects.create(booking=booking, body=HOSTILE, author=StaffProfile.objects.first().user)
    Note.objects.create(customer=owner, body=HOSTILE, author=StaffProfile.objects.first().user)
    Message.objects.create(
        key="one", kind=MessageKind.CONFIRMED, booking=booking, recipient=owner.email
    )
    for model, columns in TYPED.items():
        if model is not User:  # the staff stay who they are
            model._base_manager.update(**dict.fromkeys(columns, HOSTILE))
    User.objects.filter(pk=owner.pk).update(name=HOSTILE)
    SavedAddress.objects.filter(user=owner).update(label=HOSTILE)
    CustomerProfile.objects.get_or_create(user=owner)
    where = {"pickup_street": HOSTILE, "delivery_street": HOSTILE}
    Draft.objects.update(typed={"where": where, "who": {"contact_name": HOSTILE}})
    refresh_search([booking.pk])


def pages(world: World, client: Client) -> Iterator[tuple[Route, HttpResponse]]:
    for route in all_routes(get_resolver().url_patterns):
        if route.name.startswith(NOT_OURS) or "logout" in route.name:
            continue
        values = {key: value_of(route, key, world) for key in route.keys}
        yield route, client.get(route.address(values))


def text_of(answer: HttpResponse) -> str:
    if answer.streaming or not answer["Content-Type"].startswith("text/html"):
        return ""
    return answer.content.decode()


@pytest.mark.parametrize("person", [Person.OWNER, Person("admin")])
def test_pages_show_what_was_typed_as_text(world: World, person: Person) -> None:
    found = {route.name: text_of(answer) for route, answer in pages(world, world.browsers[person])}
    assert [name for name, text in found.items() if HOSTILE[:10] in text] == []
    # It could have been found: these show it, each in its own way.
    shows = {name for name, text in found.items() if escape(HOSTILE) in text}
    expected = {
        Person.OWNER: {"accounts:portal", "accounts:booking", "accounts:addresses"},
        Person("admin"): {"staff:bookings", "staff:booking", "staff:customers", "staff:customer"},
    }
    assert shows >= expected[person]


def test_pieces_show_what_was_typed_as_text(world: World) -> None:
    admin = world.browsers[Person("admin")]
    piece = admin.get("/staff/search/", {"q": "img"}, headers={"HX-Request": "true"})
    rows = admin.get("/staff/bookings/", {"q": "onerror"}, headers={"HX-Target": "bookings"})
    for answer in (piece, rows):
        text = answer.content.decode()
        assert (HOSTILE[:10] in text, escape(HOSTILE) in text) == (False, True)


def test_mails_show_what_was_typed_as_text(world: World) -> None:
    booking = Booking.objects.get(customer__email="owner@example.com")
    context = {"summary": HOSTILE, "path": "/staff/", "subject": HOSTILE, "body": HOSTILE}
    written = set()
    for kind in WRITERS:
        message = Message(kind=kind, booking=booking, recipient="a@example.com", context=context)
        try:
            mail = render_mail(write_letter(message, now=NOW))
        except (KeyError, NotNeededError):  # it tells of something else
            continue
        assert HOSTILE[:10] not in mail.html
        if escape(HOSTILE) in mail.html:
            written.add(kind)
    assert written >= {MessageKind.CONFIRMED, MessageKind.STAFF_ALERT, MessageKind.STAFF_MESSAGE}
