"""A guest books, pays and is confirmed, in a real browser against Stripe's sandbox."""

import re

import pytest
from django.conf import LazySettings
from django.urls import reverse
from playwright.sync_api import Page, expect

from booking.lifecycle import Status
from booking.models import Booking, DiscountCode, Message, OutboxMail
from payments.models import Payment
from tests.browser import NewPage
from tests.factories import make_catalogue
from totetaxi.lib import queue

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

DECLINED = "4000 0000 0000 0002"
PAID = "4242 4242 4242 4242"


@pytest.fixture(autouse=True)
def _catalogue(paying_site: str, settings: LazySettings) -> None:
    settings.EMAIL_BACKEND = "booking.notifications.outbox.OutboxBackend"
    make_catalogue()


def go_on(page: Page) -> None:
    """Press the visible Continue, in the form or in the phone's bar."""
    page.get_by_role("button", name=re.compile("^Continue")).locator("visible=true").first.click()


def give_addresses(page: Page) -> None:
    page.goto(reverse("home"))
    page.get_by_label("Pickup ZIP").fill("10128")
    page.get_by_label("Delivery ZIP").fill("11937")
    page.get_by_role("button", name="See prices and dates").click()
    expect(page.get_by_label("Pickup ZIP")).to_have_value("10128")
    page.get_by_label("Pickup street and number").fill("118 East 93rd Street")
    page.get_by_label("Pickup unit").fill("6B")
    page.get_by_label("Pickup city").fill("New York")
    page.get_by_label("Delivery street and number").fill("27 Pondview Lane")
    page.get_by_label("Delivery city").fill("East Hampton")
    go_on(page)
    expect(page).to_have_title(re.compile("^Step 2 of 5: What"))


def choose_petite(page: Page) -> None:
    page.get_by_role("spinbutton", name="How many items, about?").fill("10")
    page.locator("#choice-petite").check(force=True)


def choose_delivery_with_surfboard(page: Page) -> None:
    page.get_by_role("spinbutton", name="How many items, about?").fill("3")
    page.locator("#choice-standard_delivery").check(force=True)
    page.get_by_role("spinbutton", name="Surfboard").fill("1")


def choose_day(page: Page) -> None:
    """The day that is suggested: an open weekday, at 9:00."""
    go_on(page)
    expect(page).to_have_title(re.compile("^Step 3 of 5: When"))
    go_on(page)
    expect(page).to_have_title(re.compile("^Step 4 of 5"))


def give_contact(page: Page) -> None:
    page.locator("[name=contact_name]").fill("Claire Ellery")
    page.locator("[name=contact_email]").fill("claire@example.com")
    page.locator("[name=contact_phone]").fill("212 555 0171")
    go_on(page)
    expect(page).to_have_title(re.compile("^Step 5 of 5: Review"))


def press_pay(page: Page, amount: str) -> None:
    page.get_by_role("checkbox", name=re.compile("I agree")).check()
    page.get_by_role("button", name=f"Pay {amount}").locator("visible=true").last.click()
    expect(page.get_by_role("heading", name="Pay with card")).to_be_visible()


def pay_by_card(page: Page, number: str) -> None:
    page.get_by_label("Card number").fill(number)
    page.get_by_label("Expiry").fill("12 / 34")
    page.get_by_label("Security code").fill("123")
    page.get_by_label("Name on card").fill("Claire Ellery")
    page.get_by_role("button", name=re.compile("^Pay ")).click()


def expect_confirmed(page: Page) -> Booking:
    """The page says so; one booking is paid, its room kept, and one mail is in the outbox."""
    expect(page.get_by_role("heading", level=1)).to_contain_text("We collect on")
    queue.run_pending()
    booking = Booking.objects.get()
    assert (booking.status, booking.room_held, booking.van.number) == (Status.PAID, True, 1)
    assert booking.payments.get().status == Payment.Status.SUCCEEDED
    assert list(Message.objects.values_list("kind", "state")) == [("confirmed", "sent")]
    mail = OutboxMail.objects.get()
    assert (mail.recipient, "BEGIN:VCALENDAR" in mail.calendar) == ("claire@example.com", True)
    return booking


def test_guest_books_a_petite_after_a_declined_card(page: Page) -> None:
    give_addresses(page)
    choose_petite(page)
    choose_day(page)
    give_contact(page)
    press_pay(page, "$995.00")
    pay_by_card(page, DECLINED)
    expect(page.get_by_text("Your card was declined.").first).to_be_visible()
    pay_by_card(page, PAID)
    booking = expect_confirmed(page)
    assert booking.total_cents == 99500
    attempts = booking.payments.get().card_attempts.values_list("declined", flat=True)
    assert sorted(attempts) == [False, True]


def test_guest_sends_a_surfboard_by_phone(phone: Page) -> None:
    give_addresses(phone)
    choose_delivery_with_surfboard(phone)
    choose_day(phone)
    give_contact(phone)
    press_pay(phone, "$635.00")
    pay_by_card(phone, PAID)
    booking = expect_confirmed(phone)
    assert list(booking.lines.values_list("code", "amount_cents")) == [
        ("base", 28500),
        ("specialty", 35000),
    ]
    assert booking.room_pieces == 8


def test_guest_books_without_javascript(plain_page: Page) -> None:
    give_addresses(plain_page)
    choose_petite(plain_page)
    choose_day(plain_page)
    give_contact(plain_page)
    press_pay(plain_page, "$995.00")
    pay_by_card(plain_page, DECLINED)
    expect(plain_page.get_by_text("Your card was declined.").first).to_be_visible()
    pay_by_card(plain_page, PAID)
    assert expect_confirmed(plain_page).total_cents == 99500


def test_leaving_stripe_leads_back_and_again_to_the_same_booking(page: Page) -> None:
    give_addresses(page)
    choose_petite(page)
    choose_day(page)
    give_contact(page)
    press_pay(page, "$995.00")
    stripe = page.url
    page.get_by_role("link", name=re.compile("Back to ToteTaxi")).click()
    expect(page).to_have_title(re.compile("^Step 5 of 5: Review"))
    press_pay(page, "$995.00")
    assert (page.url, Booking.objects.count()) == (stripe, 1)
    pay_by_card(page, PAID)
    expect_confirmed(page)


def test_a_whole_discount_is_confirmed_without_stripe(page: Page) -> None:
    DiscountCode.objects.create(code="GIFT", percent=100)
    give_addresses(page)
    choose_petite(page)
    choose_day(page)
    give_contact(page)
    page.get_by_label("Discount code, if you have one").fill("gift")
    page.get_by_role("button", name="Apply").click()
    page.get_by_role("checkbox", name=re.compile("I agree")).check()
    page.get_by_role("button", name="Confirm booking").locator("visible=true").last.click()
    booking = expect_confirmed(page)
    assert (booking.total_cents, booking.payments.get().method) == (0, "free")


def test_a_draft_goes_on_at_another_device(page: Page, new_page: NewPage) -> None:
    give_addresses(page)
    choose_petite(page)
    go_on(page)
    expect(page).to_have_title(re.compile("^Step 3 of 5"))
    page.go_back()
    expect(page.get_by_role("spinbutton", name="How many items, about?")).to_have_value("10")
    page.reload()
    expect(page.locator("#choice-petite")).to_be_checked()
    page.go_forward()
    page.get_by_role("link", name=re.compile("finish later")).first.click()
    page.locator("[name=email]").fill("claire@example.com")
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_role("status").filter(visible=True).first).to_be_visible()
    queue.run_pending()
    link = re.findall(r"http://\S+/book/resume/\S+", OutboxMail.objects.get().text)[0]
    other = new_page()
    other.goto(link)
    expect(other).to_have_title(re.compile("^Step 3 of 5: When"))
    go_on(other)
    give_contact(other)
    expect(other.get_by_text("118 East 93rd Street, 6B").first).to_be_visible()
