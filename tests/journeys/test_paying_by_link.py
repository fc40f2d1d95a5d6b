"""Staff ask for money by e-mail; the customer pays it on a phone."""

import re

import pytest
from django.conf import LazySettings
from playwright.sync_api import Page, expect

from booking.models import Booking, OutboxMail
from payments.models import PaymentLink
from staff.permissions import Role
from tests.browser import CheckPages
from tests.factories import make_booking, make_catalogue, make_colleague, make_payment_link
from tests.payments.links.linking import mail_path
from tests.staff.conftest import SignedIn
from totetaxi.lib import queue

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def booking(paying_site: str, settings: LazySettings) -> Booking:
    """$995, unpaid, of a caller."""
    settings.EMAIL_BACKEND = "booking.notifications.outbox.OutboxBackend"
    make_catalogue()
    return make_booking(contact_email="claire@example.com")


def pay_by_card(page: Page) -> None:
    page.get_by_label("Card number").fill("4242 4242 4242 4242")
    page.get_by_label("Expiry").fill("12 / 34")
    page.get_by_label("Security code").fill("123")
    page.get_by_label("Name on card").fill("Claire Ellery")
    page.get_by_role("button", name=re.compile("^Pay ")).click()


def link_in_mail() -> str:
    """The address of the payment in the newest mail."""
    queue.run_pending()
    found = re.search(r"https?://\S+(/pay/\S+)", OutboxMail.objects.latest("id").text)
    assert found is not None
    return found[1]


def test_customer_pays_a_link_on_a_phone(
    page: Page, phone: Page, signed_in: SignedIn, booking: Booking
) -> None:
    office = signed_in(page, make_colleague(Role.COORDINATOR, "Cora Lindqvist"))
    office.goto(f"/staff/bookings/{booking.number}/links/")
    expect(office.get_by_label("Amount in dollars")).to_have_value("995.00")
    office.get_by_label("Open for").select_option("1 day")
    office.get_by_role("button", name="Send to the customer").click()
    expect(office.get_by_text("A link for $995.00 goes to claire@example.com.")).to_be_visible()

    phone.goto(link_in_mail())
    expect(phone.get_by_role("heading", level=1)).to_have_text("Pay $995.00")
    phone.get_by_role("button", name="Pay $995.00").click()
    pay_by_card(phone)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Thank you, $995.00 is paid")

    office.goto(f"/staff/bookings/{booking.number}/links/")
    expect(office.get_by_text(re.compile("^Paid "))).to_be_visible()
    expect(office.get_by_role("button", name="Send to the customer")).to_have_count(0)
    booking.refresh_from_db()
    assert (booking.status, PaymentLink.objects.get().state) == ("paid", "paid")


def test_link_is_paid_without_scripts(plain_page: Page, booking: Booking) -> None:
    plain_page.goto(mail_path(make_payment_link(booking, 40000)))
    expect(plain_page.get_by_text("A part of $995.00.")).to_be_visible()
    plain_page.get_by_role("button", name="Pay $400.00").click()
    pay_by_card(plain_page)
    expect(plain_page.get_by_role("heading", level=1)).to_have_text("Thank you, $400.00 is paid")


def test_withdrawn_link_says_so_and_is_dead(
    page: Page, phone: Page, signed_in: SignedIn, booking: Booking
) -> None:
    link = make_payment_link(booking)
    phone.goto(mail_path(link))
    office = signed_in(page, make_colleague(Role.COORDINATOR, "Cora Lindqvist"))
    office.goto(f"/staff/bookings/{booking.number}/links/")
    office.get_by_role("button", name="Withdraw $995.00").click()
    expect(office.get_by_text("The link for $995.00 is withdrawn")).to_be_visible()
    phone.get_by_role("button", name="Pay $995.00").click()
    title = "This link is not needed any more"
    expect(phone.get_by_role("heading", level=1)).to_have_text(title)


def test_pages_of_links_are_accessible_and_fit(
    page: Page, signed_in: SignedIn, check_pages: CheckPages, booking: Booking
) -> None:
    link = make_payment_link(booking, 40000)
    cora = make_colleague(Role.COORDINATOR, "Cora Lindqvist")
    signed_in(page, cora)
    check_pages(page, mail_path(link), f"/staff/bookings/{booking.number}/links/")
