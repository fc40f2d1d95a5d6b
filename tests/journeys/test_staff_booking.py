"""A coordinator's hour at one booking, by keyboard and mouse; what support may not do."""

import re

import pytest
from playwright.sync_api import Page, expect

from booking.models import Booking, ChangeRequest
from staff.permissions import Role
from tests.factories import make_catalogue, make_colleague, make_paid_booking
from tests.payments.changing import ask, to, weekday
from tests.staff.conftest import SignedIn

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def booking() -> Booking:
    make_catalogue()
    return make_paid_booking(pickup_date=weekday(7), contact_name="Rosa Nye")


def test_from_the_list_to_the_end_of_the_trip(
    page: Page, signed_in: SignedIn, booking: Booking
) -> None:
    signed_in(page, make_colleague(Role.COORDINATOR, "Cora Lindqvist"))
    asked = ask(booking, to(weekday(9), booking), note="The lift is broken")

    # By keyboard from the list to the booking, and into the field for a note.
    page.goto("/staff/bookings/")
    page.keyboard.press("j")
    page.keyboard.press("o")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Rosa Nye"))
    page.keyboard.press("n")
    expect(page.get_by_label("Add a note for the team")).to_be_focused()
    page.keyboard.type("Called: any time from 9 suits")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The note is added.")).to_be_visible()
    stream = page.get_by_role("region", name="Everything that happened")
    expect(stream.get_by_text("Called: any time from 9 suits")).to_be_visible()

    # A tab of the stream swaps it, and the focus stays on the tab.
    stream.get_by_role("link", name="Notes 1").press("Enter")
    expect(stream.locator("li")).to_have_count(1)
    expect(stream.get_by_role("link", name="Notes 1")).to_be_focused()

    # What the customer asks for, with its effect, is approved.
    expect(page.get_by_text("The lift is broken").first).to_be_visible()
    page.get_by_role("link", name="Decide").click()
    expect(page.get_by_text("The price stays $995.00")).to_be_visible()
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Approved. The customer is told by mail.")).to_be_visible()
    assert ChangeRequest.objects.get(pk=asked.pk).state == "approved"

    # The trip begins and ends.
    page.keyboard.press("s")
    expect(page.get_by_text("Its pickup is only on")).to_be_visible()
    page.get_by_role("button", name=f"Start the trip: {booking.code}").click()
    expect(page.get_by_text(f"{booking.code} is under way.")).to_be_visible()
    page.get_by_role("link", name="Complete the trip").click()
    page.get_by_role("button", name=f"Complete the trip: {booking.code}").click()
    expect(page.get_by_text(f"{booking.code} is completed.")).to_be_visible()
    booking.refresh_from_db()
    assert (booking.status, booking.pickup_date) == ("completed", weekday(9))


def test_support_cancels_and_does_not_start(
    plain_page: Page, signed_in: SignedIn, booking: Booking
) -> None:
    page = signed_in(plain_page, make_colleague(Role.SUPPORT, "Sue Park"))
    page.goto(f"/staff/bookings/{booking.number}/")
    expect(page.get_by_role("link", name="Start the trip")).to_have_count(0)
    answer = page.request.get(f"/staff/bookings/{booking.number}/status/")
    assert answer.status == 403
    page.get_by_role("link", name="Cancel booking").click()
    expect(page.get_by_role("listitem").filter(has_text="Refund")).to_contain_text("$995.00")
    page.get_by_label("Why, for the team").fill("Moved by a friend")
    page.get_by_role("button", name=f"Cancel {booking.code}, $995.00 back").click()
    expect(page.get_by_text(f"{booking.code} is cancelled.")).to_be_visible()
    booking.refresh_from_db()
    assert booking.status == "cancelled"
