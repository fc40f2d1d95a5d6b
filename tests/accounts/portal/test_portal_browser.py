"""The portal in a browser: filters without a reload and without a script, every page accessible."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from accounts.models import SavedAddress, User
from booking.models import Booking
from tests.browser import CheckPages
from tests.factories import make_catalogue, make_customer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def frozen(transactional_db: None) -> None:
    """The clock runs: the browser's own does."""
    make_catalogue()


@pytest.fixture
def claire(past: Callable[..., Booking], customer: User) -> User:
    """With a booking of each year, and an address."""
    past(date(2026, 9, 8))
    past(date(2025, 9, 8))
    SavedAddress.objects.create(
        user=customer, label="Home", street="118 East 93rd Street", unit="6B", city="New York",
        state="NY", zip="10128", is_default=True,
    )  # fmt: skip
    return customer


def sign_in(page: Page, user: User, site: str) -> Page:
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])
    return page


def test_filters_work_without_a_reload(page: Page, claire: User, site: str) -> None:
    sign_in(page, claire, site).goto("/account/")
    page.evaluate("window.kept = true")
    rows = page.get_by_role("table").get_by_role("row")
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    expect(rows).to_have_count(3)
    page.get_by_label("Year").select_option("2025")
    expect(rows).to_have_count(2)
    expect(page).to_have_url(re.compile("year=2025"))
    page.get_by_label("Number, place or things").fill("zebra")
    expect(page.get_by_role("heading", name="No booking matches")).to_be_visible()
    assert page.evaluate("window.kept") is True
    page.get_by_role("link", name="Clear filters").first.click()
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    expect(rows).to_have_count(3)


def test_filters_work_without_javascript(plain_page: Page, claire: User, site: str) -> None:
    sign_in(plain_page, claire, site).goto("/account/")
    plain_page.get_by_role("link", name="Show what we carried before").click()
    plain_page.get_by_label("Year").select_option("2025")
    plain_page.get_by_role("button", name="Search").click()
    expect(plain_page.get_by_role("table").get_by_role("row")).to_have_count(2)
    plain_page.get_by_role("button", name="Book again").click()
    expect(plain_page).to_have_url(re.compile("/book/"))


def test_addresses_are_kept_without_javascript(plain_page: Page, claire: User, site: str) -> None:
    page = sign_in(plain_page, claire, site)
    page.goto("/account/addresses/")
    page.get_by_role("link", name="Add an address").click()
    page.get_by_label("Name of this address").fill("Pondview")
    page.get_by_label("Street and number").fill("27 Pondview Lane")
    page.get_by_label("City").fill("East Hampton")
    page.get_by_label("ZIP").fill("11937")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Pondview")).to_be_visible()
    page.get_by_role("button", name="Make default Pondview").click()
    page.get_by_role("link", name="Delete Home").click()
    page.get_by_role("button", name="Delete this address").click()
    expect(page.get_by_role("heading", name="Home")).to_have_count(0)


def test_pages_are_accessible_and_fit_the_screen(
    page: Page, claire: User, site: str, check_pages: CheckPages
) -> None:
    sign_in(page, claire, site)
    home = claire.saved_addresses.get()
    one = f"/account/addresses/{home.pk}/"
    check_pages(
        page,
        "/account/",
        "/account/?q=zebra",
        "/account/addresses/",
        "/account/addresses/add/",
        one,
        f"{one}delete/",
        "/account/profile/",
        "/book/where/",
    )


def test_first_use_is_accessible(
    page: Page, site: str, check_accessibility: Callable[[Page], None]
) -> None:
    sign_in(page, make_customer("new@example.com"), site)
    for path in ("/account/", "/account/addresses/"):
        page.goto(path)
        check_accessibility(page)
