"""A manager finds a customer, sees the site as they do, and makes two records of them one."""

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from booking.models import Booking
from staff.models import AuditLog
from staff.permissions import Role
from tests.accounts.merging.moves import book, make_confirmed
from tests.factories import make_catalogue, make_colleague
from tests.staff.conftest import SignedIn
from tests.staff.customers.people import make_known

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.allow_console_errors  # what is not open is answered by 403
def test_a_manager_looks_after_a_customer(
    page: Page,
    signed_in: SignedIn,
    check_accessibility,
) -> None:
    make_catalogue()
    mona = make_colleague(Role.MANAGER, "Mona Reyes")
    claire = make_known(mona)
    other = make_confirmed("claire@work.example")
    book(other, hour=12)
    signed_in(page, mona)

    # Found by name, opened by keyboard.
    page.goto("/staff/customers/")
    page.get_by_role("searchbox", name="Search the customers").fill("claire@example")
    page.get_by_role("searchbox", name="Search the customers").press("Enter")
    expect(page.get_by_text("1–1 of 1 customer")).to_be_visible()
    page.get_by_role("link", name="Claire Ellery").click()
    expect(page.get_by_role("heading", name="Claire Ellery", level=1)).to_be_visible()
    check_accessibility(page)

    # The site as Claire sees it: to look, not to touch.
    page.get_by_role("button", name="See the site as they do").click()
    expect(page.get_by_text("You see the site as Claire Ellery.")).to_be_visible()
    check_accessibility(page)
    page.get_by_role("button", name=re.compile("Pay")).click()
    expect(page.get_by_role("heading", name="Nothing was changed.")).to_be_visible()
    check_accessibility(page)
    page.get_by_role("link", name="Back to their bookings").click()
    page.get_by_role("link", name="Cards").click()
    expect(page.get_by_role("heading", name="This page is not shown.")).to_be_visible()
    page.get_by_role("button", name="End").click()
    expect(page.get_by_role("heading", name="Claire Ellery", level=1)).to_be_visible()

    # Her other record is looked up, compared, and brought in.
    page.get_by_role("link", name="Merge").click()
    page.get_by_role("searchbox", name="Search the customers").fill("work.example")
    page.get_by_role("searchbox", name="Search the customers").press("Enter")
    page.get_by_role("link", name="Claire Ellery").click()
    expect(page.get_by_text("the first stays; the other opens the account too")).to_be_visible()
    check_accessibility(page)
    page.get_by_role("button", name="Merge into Claire Ellery").click()
    expect(page.get_by_text("The two records are one: Claire Ellery.")).to_be_visible()
    expect(page.get_by_role("heading", name="Bookings 3")).to_be_visible()
    assert set(Booking.objects.values_list("customer", flat=True)) == {claire.pk}
    assert User.objects.get(pk=other.pk).merged_into == claire
    assert list(AuditLog.objects.order_by("id").values_list("action", flat=True)) == [
        "opened",
        "ended_view_as",
        "merged_customers",
    ]


def test_a_customer_is_edited_without_scripts(plain_page: Page, signed_in: SignedIn) -> None:
    make_catalogue()
    tom = make_colleague(Role.SUPPORT, "Tom Bellamy")
    make_confirmed("claire@example.com")
    signed_in(plain_page, tom)
    plain_page.goto("/staff/customers/")
    plain_page.get_by_role("link", name="Claire Ellery").click()
    plain_page.get_by_role("link", name="Edit", exact=True).click()
    plain_page.get_by_role("textbox", name="Phone").fill("12")
    plain_page.get_by_role("button", name="Save").click()
    expect(plain_page.get_by_role("alert")).to_contain_text("One thing needs a change")
    plain_page.get_by_role("textbox", name="Phone").fill("(646) 555-0188")
    plain_page.get_by_role("button", name="Save").click()
    expect(plain_page.get_by_text("Saved.")).to_be_visible()
    plain_page.get_by_role("link", name="Deactivate").click()
    plain_page.get_by_role("button", name="Deactivate Claire Ellery").click()
    expect(
        plain_page.get_by_text("Claire Ellery is signed out and cannot sign in.")
    ).to_be_visible()
    plain_page.get_by_role("button", name="Reactivate").click()
    expect(plain_page.get_by_text("Claire Ellery can sign in again.")).to_be_visible()
