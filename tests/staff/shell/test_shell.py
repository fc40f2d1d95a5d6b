"""The frame: menu, first page, palette."""

import pytest
from django.test import Client
from django.urls import reverse

from staff.permissions import Role
from staff.shell.menu import MENU, menu_of
from tests.factories import make_booking, make_catalogue, make_colleague, sign_in_staff

pytestmark = pytest.mark.django_db


def search(client: Client, text: str, **headers: str) -> dict[str, list[str]]:
    page = client.get(reverse("staff:palette"), {"q": text}, headers=headers)
    assert page.status_code == 200
    return {str(group.label): [hit.title for hit in group.hits] for group in page.context["groups"]}


@pytest.mark.parametrize("role", list(Role))
def test_the_menu_holds_what_the_role_may_see_and_no_dead_link(client, role):
    profile = make_colleague(role)
    sign_in_staff(client, profile)
    items = menu_of(profile)
    assert [item.url_name for item in items] == [
        item.url_name for item in MENU if item.permission is None or profile.may(item.permission)
    ]
    assert [client.get(item.url).status_code for item in items] == [200] * len(items)
    for item in set(MENU) - set(items):
        assert client.get(item.url).status_code == 403


def test_menu_keys_are_each_used_once():
    keys = [item.key for item in MENU]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("role", list(Role))
def test_the_first_page_is_the_first_of_the_menu(client, role):
    profile = make_colleague(role)
    sign_in_staff(client, profile)
    assert client.get("/staff/")["Location"] == menu_of(profile)[0].url


def test_the_palette_shows_only_pages_of_the_role(client):
    sign_in_staff(client, make_colleague(Role.VIEWER))
    assert "People" not in search(client, "")["Go to"]
    assert search(client, "who may") == {"Go to": ["Who may do what"]}
    other = Client()
    sign_in_staff(other, make_colleague(Role.ADMIN))
    assert search(other, "PEOPLE") == {"Go to": ["People"]}


def test_the_palette_finds_a_booking_by_number_and_name(client):
    make_catalogue()
    booking = make_booking(contact_name="Eleanor Marsh")
    make_booking(contact_name="Daniel Frost")
    sign_in_staff(client, make_colleague(Role.VIEWER))
    assert search(client, booking.code)["Bookings"] == [booking.code]
    assert search(client, "marsh")["Bookings"] == [booking.code]


def test_the_palette_is_a_page_and_a_piece(client):
    sign_in_staff(client, make_colleague())
    page = client.get("/staff/search/?q=people")
    assert page.templates[0].name == "staff/shell/palette.html"
    piece = client.get("/staff/search/?q=people", headers={"HX-Request": "true"})
    assert piece.templates[0].name == "staff/shell/hits.html"
    assert piece["Vary"].split(", ").count("HX-Request") == 1


def test_what_is_typed_is_shown_harmlessly(client):
    sign_in_staff(client, make_colleague())
    page = client.get("/staff/search/", {"q": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
