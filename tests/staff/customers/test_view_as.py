"""Seeing the site as a customer: to read a few pages, for half an hour, and nothing else."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import get_resolver, reverse

from accounts.models import User
from booking.models import Booking
from booking.tracking.access import SESSION_KEY as GRANTED
from staff.customers.viewing.middleware import SHOWN, is_a_customers
from staff.models import AuditLog, StaffProfile
from staff.permissions import Role
from tests.accounts.merging.moves import book, make_confirmed
from tests.factories import make_catalogue, make_colleague, make_payment, sign_in_staff
from tests.matrix.doors import Person
from tests.matrix.routes import all_routes
from tests.matrix.table import TABLE
from tests.matrix.world import NOW, World, make_world
from totetaxi.lib import clock

pytestmark = pytest.mark.django_db
PORTAL = "/account/"


@pytest.fixture
def mona(client: Client) -> StaffProfile:
    make_catalogue()
    profile = make_colleague(Role.MANAGER, "Mona Reyes")
    sign_in_staff(client, profile)
    return profile


@pytest.fixture
def claire(mona: StaffProfile) -> User:
    return make_confirmed("claire@example.com")


@pytest.fixture
def looking(client: Client, claire: User) -> Client:
    """Mona's browser, seeing the site as Claire."""
    answer = client.post(reverse("staff:view_as", args=[claire.pk]))
    assert (answer.status_code, answer["Location"]) == (303, PORTAL)
    return client


# ----------------------------------------------------------------------------------- what is shown


def test_portal_is_the_customers_with_a_bar_above(looking: Client, claire: User) -> None:
    booking = book(claire)
    page = looking.get(PORTAL).content.decode()
    assert booking.code in page
    assert "You see the site as Claire Ellery." in page
    assert reverse("staff:end_view_as") in page


def test_bookings_and_receipts_are_shown_and_those_of_others_are_not(
    looking: Client, claire: User
) -> None:
    mine, other = book(claire), book(make_confirmed("bo@example.com"))
    make_payment(mine)
    session = looking.session
    session[GRANTED] = [str(other.pk)]  # came by its link once
    session.save()
    pages = ("accounts:booking", "accounts:receipt")
    found = {
        looking.get(reverse(name, args=[booking.pk])).status_code
        for name in pages
        for booking in (mine,)
    }
    assert found == {200}
    assert looking.get(reverse("accounts:booking", args=[other.pk])).status_code == 404


def test_customers_themselves_see_no_bar(claire: User) -> None:
    browser = Client()
    browser.force_login(claire)
    assert b"viewing-bar" not in browser.get(PORTAL).content


def test_the_back_office_and_public_pages_stay_ones_own(looking: Client) -> None:
    assert b"Mona Reyes" in looking.get("/staff/customers/").content
    home = looking.get("/")
    assert (home.status_code, b"viewing-bar" in home.content) == (200, False)


def test_a_page_that_asks_whether_something_is_new_gets_no_news(looking: Client) -> None:
    asked = {"HX-Request": "true", "If-None-Match": '"old"'}
    answer = looking.get(PORTAL, headers=asked)
    assert (answer.status_code, answer["ETag"]) == (304, '"old"')


# ---------------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize("verb", ["post", "put", "patch", "delete"])
def test_every_verb_that_changes_something_is_refused(
    looking: Client, claire: User, verb: str
) -> None:
    booking = book(claire)
    for url in (PORTAL, reverse("accounts:booking", args=[booking.pk])):
        answer = getattr(looking, verb)(url)
        assert answer.status_code == 403
        assert b"Nothing was changed." in answer.content


def test_nothing_is_done_in_the_customers_name(looking: Client, claire: User) -> None:
    booking = book(claire)
    before = Booking.objects.values().get(pk=booking.pk)
    posts = {
        reverse("accounts:profile"): {"name": "Mallory"},
        reverse("accounts:add_address"): {"label": "Mine"},
        reverse("accounts:cancellation", args=[booking.pk]): {},
        reverse("payments:retry", args=[booking.pk]): {},
        reverse("account_logout"): {},
        reverse("account_email"): {"email": "mallory@example.com", "action_add": ""},
        reverse("accounts:delete_account"): {"understood": "on"},
    }
    assert {looking.post(url, typed).status_code for url, typed in posts.items()} == {403}
    assert Booking.objects.values().get(pk=booking.pk) == before
    assert User.objects.get(pk=claire.pk).name == "Claire Ellery"


@pytest.fixture
def world(db: None) -> Iterator[World]:
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield make_world()


def test_every_route_of_customers_but_three_is_shut(world: World) -> None:
    """Each route of the site is asked, by GET and by POST, of a browser that looks as the owner."""
    browser = Client(raise_request_exception=False)
    name = settings.SESSION_COOKIE_NAME
    browser.cookies[name] = world.browsers[Person.ADMIN].cookies[name].value
    browser.post(reverse("staff:view_as", args=[world.values["customer_id"]]))
    faults, judged = [], 0
    for route in all_routes(get_resolver().url_patterns):
        if not is_a_customers(route.name):
            continue
        judged += 1
        keys = {
            key: world.values.get(f"{route.name} {key}") or world.values[key] for key in route.keys
        }
        got = [browser.generic(verb, route.address(keys)).status_code for verb in ("GET", "POST")]
        if got != [200 if route.name in SHOWN else 403, 403]:
            faults.append((route.name, got))
    assert faults == []
    assert judged > 60


def test_every_route_that_is_left_alone_is_the_staffs_or_everybodys() -> None:
    """The table of doors tells who is a customer where: no page of theirs is overlooked."""
    left = [
        name
        for name, door in TABLE.items()
        if door.answers[Person.ANONYMOUS] != door.answers[Person.OWNER]
        and not name.startswith(("staff:", "admin:"))
        and not is_a_customers(name)
    ]
    assert left == []


# ------------------------------------------------------------------------------------- how it ends


def ended(browser: Client) -> bool:
    return "view_as" not in browser.session


def test_it_is_ended_by_the_button_and_both_ends_are_written_down(
    looking: Client, claire: User
) -> None:
    answer = looking.post(reverse("staff:end_view_as"))
    assert answer["Location"] == reverse("staff:customer", args=[claire.pk])
    assert looking.get(PORTAL).status_code == 404
    rows = AuditLog.objects.order_by("id").values_list("action", "object_id")
    assert list(rows) == [("opened", str(claire.pk)), ("ended_view_as", str(claire.pk))]


def test_it_is_over_after_half_an_hour(looking: Client, claire: User) -> None:
    with time_machine.travel(clock.now() + timedelta(minutes=29), tick=False):
        assert looking.get(PORTAL).status_code == 200
    with time_machine.travel(clock.now() + timedelta(minutes=31), tick=False):
        answer = looking.get(PORTAL)
        assert answer["Location"] == reverse("staff:customer", args=[claire.pk])
        assert looking.get(PORTAL).status_code == 404


Change = Callable[[StaffProfile, User], object]
CHANGES: dict[str, tuple[Change, int]] = {
    "demoted": (
        lambda mona, _claire: StaffProfile.objects.filter(pk=mona.pk).update(role=Role.SUPPORT),
        403,
    ),
    "deactivated": (
        lambda mona, _claire: StaffProfile.objects.filter(pk=mona.pk).update(active=False),
        303,
    ),
    "signed out elsewhere": (lambda mona, _claire: mona.sign_ins.all().delete(), 303),
    "the account is closed": (
        lambda _mona, claire: User.objects.filter(pk=claire.pk).update(is_active=False),
        303,
    ),
    "the account became the staff's": (
        lambda _mona, claire: User.objects.filter(pk=claire.pk).update(is_staff=True),
        303,
    ),
}


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_the_right_to_look_is_checked_at_each_request(
    looking: Client, mona: StaffProfile, claire: User, name: str
) -> None:
    change, status = CHANGES[name]
    change(mona, claire)
    answer = looking.get(PORTAL)
    assert (answer.status_code, ended(looking)) == (status, True)
    assert looking.get(PORTAL).status_code in {303, 404}


def test_signing_out_ends_it(looking: Client) -> None:
    looking.post(reverse("staff:logout"))
    assert ended(looking)


# ------------------------------------------------------------------------------------ who may look


@pytest.mark.parametrize("role", list(Role))
def test_only_managers_and_admins_may_look(client: Client, role: Role) -> None:
    claire = make_confirmed("claire@example.com")
    sign_in_staff(client, make_colleague(role))
    answer = client.post(reverse("staff:view_as", args=[claire.pk]))
    may = role in {Role.MANAGER, Role.ADMIN}
    assert (answer.status_code, ended(client)) == ((303, False) if may else (403, True))


def test_nobody_of_the_staff_and_no_closed_account_is_looked_at(
    client: Client, mona: StaffProfile, claire: User
) -> None:
    other = make_colleague(Role.VIEWER, "Vera Holt")
    assert client.post(reverse("staff:view_as", args=[other.user.pk])).status_code == 404
    User.objects.filter(pk=claire.pk).update(is_active=False)
    client.post(reverse("staff:view_as", args=[claire.pk]))
    assert (ended(client), AuditLog.objects.count()) == (True, 0)


def test_who_signed_in_long_ago_shows_again_who_they_are(client: Client, claire: User) -> None:
    with time_machine.travel(clock.now() + timedelta(minutes=20), tick=False):
        answer = client.post(reverse("staff:view_as", args=[claire.pk]))
    assert answer["Location"].startswith(reverse("staff:confirm"))
    assert ended(client)


def test_ending_what_was_never_begun_leads_to_the_first_page(
    client: Client, mona: StaffProfile
) -> None:
    assert client.post(reverse("staff:end_view_as"))["Location"] == reverse("staff:home")
