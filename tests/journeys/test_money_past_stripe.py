"""A manager writes down cash at a booking, a little too much, and finds it among the payments."""

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from booking.models import Booking
from payments.models import Payment
from staff.permissions import Role
from tests.browser import PHONE
from tests.factories import make_booking, make_catalogue, make_colleague
from tests.staff.conftest import SignedIn

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def booking(db) -> Booking:
    cache.clear()
    make_catalogue()
    return make_booking(contact_name="Claire Ellery", contact_email="claire@example.com")


def test_cash_is_written_down_and_found_again(
    page: Page, booking: Booking, signed_in: SignedIn, check_accessibility
):
    signed_in(page, make_colleague(Role.MANAGER, "Mara Lindqvist"))
    page.goto(f"/staff/bookings/{booking.number}/")
    page.get_by_role("link", name="Record a payment").click()
    expect(page.get_by_label("Amount in dollars")).to_have_value("995.00")
    page.get_by_label("Amount in dollars").fill("1000.00")
    page.get_by_label("Cash").check()
    page.get_by_label("Proof").fill("Receipt 12")
    page.get_by_role("button", name="Write it down").click()

    tick = page.get_by_label("Yes, $5.00 too much was handed over. Its refund will be proposed.")
    expect(tick).to_be_visible()
    check_accessibility(page)
    tick.check()
    page.get_by_role("button", name="Write it down").click()

    expect(page.get_by_text("$1,000.00 is written down, Cash.")).to_be_visible()
    expect(page.get_by_role("heading", name="More was paid than is due")).to_be_visible()
    page.get_by_role("link", name="Its payments").click()
    row = page.get_by_role("row", name=booking.code)
    expect(row).to_contain_text("Paid")
    page.get_by_role("link", name="Offline").click()
    expect(page.get_by_text("1 payment", exact=True).first).to_be_visible()
    page.get_by_role("row", name=booking.code).get_by_role("link").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Payment of $1,000.00")
    expect(page.get_by_text("Offline payment written down")).to_be_visible()
    assert Payment.objects.get().proof == "Receipt 12"
    for width in (820, PHONE["width"]):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_works_without_scripts(plain_page: Page, booking: Booking, signed_in: SignedIn):
    page = plain_page
    signed_in(page, make_colleague(Role.MANAGER, "Mara Lindqvist"))
    page.goto(f"/staff/bookings/{booking.number}/payments/new/")
    page.get_by_label("Bank transfer").check()
    page.get_by_label("Proof").fill("Transfer 4411")
    page.get_by_role("button", name="Write it down").click()
    expect(page.get_by_text("$995.00 is written down, Bank transfer.")).to_be_visible()
    page.goto("/staff/payments/")
    page.get_by_label("Method").select_option("stripe")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", name="No payment fits")).to_be_visible()
