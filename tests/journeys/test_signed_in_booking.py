"""Somebody with an account books with what the account knows: addresses, contact, card."""

from __future__ import annotations

import re

import pytest
from django.conf import LazySettings
from django.conf import settings as site_settings
from django.db import transaction
from django.test import Client
from playwright.sync_api import Locator, Page, expect

from accounts.addresses.services import AddressFacts, add_address
from accounts.models import User
from booking.lifecycle import Status
from booking.models import Booking
from booking.services.status import change_status, lock_booking
from tests.factories import make_catalogue, make_customer
from tests.journeys.wizard_walk import pay_by_card, settle
from totetaxi.lib import queue
from totetaxi.lib.actor import SYSTEM
from totetaxi.lib.clock import now

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

MOST_INTERACTIONS = 7


@pytest.fixture
def claire(paying_site: str, settings: LazySettings) -> User:
    """A customer with two addresses."""
    settings.EMAIL_BACKEND = "booking.notifications.outbox.OutboxBackend"
    make_catalogue()
    user = make_customer("claire@example.com")
    home = {"street": "118 East 93rd Street", "unit": "6B", "city": "New York", "zip": "10128"}
    pond = {"street": "27 Pondview Lane", "unit": "", "city": "East Hampton", "zip": "11937"}
    for label, facts, notes in (("Home", home, "Ask the doorman"), ("Pondview", pond, "Gate 14")):
        add_address(user.pk, AddressFacts(label=label, state="NY", access_notes=notes, **facts))
    return user


def sign_in(page: Page, user: User, site: str) -> None:
    """As the sign-in page does; it has journeys of its own."""
    client = Client()
    client.force_login(user)
    name = site_settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])


def save_card(page: Page) -> None:
    """On the page of cards, and on Stripe's."""
    page.goto("/account/cards/")
    page.get_by_role("button", name="Add a card").or_(
        page.get_by_role("link", name="Add a card")
    ).first.click()
    if "/account/cards/add/" in page.url:
        page.locator("main").get_by_role("button").first.click()
    page.get_by_label("Card number").fill("4242 4242 4242 4242")
    page.get_by_label("Expiry").fill("12/34")
    page.get_by_label("Security code").fill("123")
    page.get_by_label("Name on card").fill("Claire Ellery")
    page.get_by_role("button", name=re.compile("^Save")).click()
    expect(page.get_by_text("4242").first).to_be_visible()


class Hand:
    """Counts what it does: a click, or a field filled in."""

    def __init__(self) -> None:
        self.interactions = 0

    def click(self, target: Locator) -> None:
        self.interactions += 1
        target.locator("visible=true").first.click()

    def fill(self, target: Locator, text: str) -> None:
        self.interactions += 1
        target.fill(text)


def book(page: Page, *, scripts: bool = True) -> int:
    """From the first page of the wizard to Stripe's; answers how many interactions it took.

    Without scripts, the package that suits the count is shown before it is accepted.
    """
    hand, go_on = Hand(), page.get_by_role("button", name=re.compile("^Continue"))
    page.goto("/book/")
    expect(page.get_by_label("Pickup street and number")).to_have_value("118 East 93rd Street")
    expect(page.get_by_label("Delivery street and number")).to_have_value("27 Pondview Lane")
    hand.click(go_on)
    hand.fill(page.get_by_role("spinbutton", name="How many items, about?"), "10")
    if scripts:
        settle(page)
    else:
        hand.click(go_on)
    hand.click(go_on)
    expect(page).to_have_title(re.compile("^Step 3 of 5: When"))
    hand.click(go_on)
    expect(page).to_have_title(re.compile("^Step 5 of 5: Review"))
    expect(page.get_by_text("Ask the doorman")).to_be_visible()
    hand.click(page.get_by_role("checkbox", name=re.compile("I agree")))
    hand.click(page.get_by_role("button", name=re.compile("^Pay")))
    expect(page.get_by_role("heading", name="Pay with card")).to_be_visible()
    return hand.interactions


def expect_booked(page: Page, user: User) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text("We collect on")
    queue.run_pending()
    booking = Booking.objects.get()
    assert (booking.customer, booking.status) == (user, Status.PAID)
    page.goto("/account/")
    expect(page.get_by_role("article")).to_contain_text(booking.code)
    expect(page.get_by_role("article")).to_contain_text("Paid and confirmed")


def test_customer_books_in_few_interactions_with_saved_address_and_card(
    page: Page, claire: User, site: str
) -> None:
    sign_in(page, claire, site)
    save_card(page)
    assert book(page) <= MOST_INTERACTIONS
    page.get_by_role("radio", name=re.compile("4242")).check()
    page.get_by_role("button", name=re.compile("^Pay ")).click()
    expect_booked(page, claire)


def test_customer_books_without_javascript(plain_page: Page, claire: User, site: str) -> None:
    sign_in(plain_page, claire, site)
    plain_page.goto("/book/")
    ends = plain_page.get_by_role("group", name="Saved addresses for the pickup")
    ends.get_by_role("button", name="Another address").click()
    expect(plain_page.get_by_label("Pickup street and number")).to_have_value("")
    ends.get_by_role("button", name="Home").click()
    assert book(plain_page, scripts=False) <= MOST_INTERACTIONS
    pay_by_card(plain_page)
    expect_booked(plain_page, claire)


def test_saved_address_fills_in_at_once_on_a_phone(phone: Page, claire: User, site: str) -> None:
    sign_in(phone, claire, site)
    phone.goto("/book/where/")
    delivery = phone.get_by_role("group", name="Saved addresses for the delivery")
    delivery.get_by_role("button", name="Another address").click()
    expect(phone.get_by_label("Delivery street and number")).to_have_value("")
    expect(phone.get_by_label("Save the delivery address as")).to_be_visible()
    delivery.get_by_role("button", name="Pondview").click()
    expect(phone.get_by_label("Delivery street and number")).to_have_value("27 Pondview Lane")
    chosen = delivery.get_by_role("button", name="Pondview")
    expect(chosen).to_be_focused()
    expect(chosen).to_have_attribute("aria-pressed", "true")
    expect(phone).to_have_url(re.compile("/book/where/$"))


def test_booking_moves_on_by_itself_in_the_portal(page: Page, claire: User, site: str) -> None:
    """The list learns of a change without a reload."""
    sign_in(page, claire, site)
    page.clock.install()
    book(page)
    pay_by_card(page)
    expect_booked(page, claire)
    move_on(Booking.objects.get())
    page.clock.run_for(16_000)
    expect(page.get_by_role("article")).to_contain_text("On its way")


def move_on(booking: Booking) -> None:
    with transaction.atomic():
        change_status(lock_booking(booking.pk), Status.IN_PROGRESS, by=SYSTEM, now=now())
