"""A guest changes a booking by its private link: asks, withdraws, cancels, books again."""

import re
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import transaction
from playwright.sync_api import Page, expect

from booking.models import AccessToken, Booking, ChangeRequest
from booking.services.confirm import confirm_booking
from booking.services.status import lock_booking
from tests.factories import make_booking, make_catalogue, make_payment, next_weekday
from totetaxi.lib import clock
from totetaxi.lib.actor import SYSTEM

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def pending(db) -> Booking:
    """A booking on a weekday that waits for its payment."""
    cache.clear()
    make_catalogue()
    return make_booking(contact_email="claire@example.com", driver_notes="Side door.")


@pytest.fixture
def paid(pending: Booking) -> Booking:
    with transaction.atomic():
        locked = lock_booking(pending.pk)
        confirm_booking(locked, by=SYSTEM, now=clock.now())
    make_payment(locked)
    return locked


def open_booking(page: Page, booking: Booking) -> None:
    page.goto(f"/b/{AccessToken.issue(booking=booking)}/")


def other_day(booking: Booking) -> date:
    """A weekday some days later."""
    return next_weekday(clock.now(), 3 + (booking.pickup_date - clock.today(clock.now())).days)


def test_another_day_is_asked_for_and_withdrawn(page, paid):
    day = other_day(paid)
    open_booking(page, paid)
    page.get_by_role("link", name="Ask for another day").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Which day would suit you?")
    page.locator(f"#day-{day.isoformat()}").check(force=True)
    choice = page.locator("#difference")
    expect(choice).to_contain_text(f"{day:%A, %B} {day.day}, from 9:00 AM")
    expect(choice).to_contain_text("The price stays the same")
    page.locator("[id='time-10:00']").check(force=True)
    expect(choice).to_contain_text("from 10:00 AM")
    choice.get_by_role("button", name="See what changes").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Shall we ask for this day?")
    expect(page.get_by_text("nothing changes, and no money moves")).to_be_visible()
    page.get_by_label("A word to us").fill("My sister comes then.")
    page.get_by_role("button", name="Ask for this day").click()

    expect(page.get_by_role("status").first).to_contain_text("Nothing has moved yet")
    expect(page.get_by_role("heading", name="You asked for")).to_be_visible()
    expect(page.get_by_role("link", name="Ask for another day")).to_have_count(0)
    asked = ChangeRequest.objects.get()
    assert (asked.wanted_date, asked.note) == (day, "My sister comes then.")

    page.get_by_role("button", name="Withdraw this request").click()
    expect(page.get_by_text("Your request is withdrawn.")).to_be_visible()
    expect(page.get_by_role("link", name="Ask for another day")).to_be_visible()


def test_pending_booking_moves_without_scripts(plain_page, pending):
    day = other_day(pending)
    open_booking(plain_page, pending)
    plain_page.get_by_role("link", name="Choose another day").click()
    plain_page.locator(f"#day-{day.isoformat()}").check(force=True)
    plain_page.get_by_role("button", name="See what changes").click()
    expect(plain_page.get_by_text("Nothing is saved until you confirm.")).to_be_visible()
    plain_page.get_by_role("button", name="Move it").click()
    expect(plain_page.get_by_text("Your booking has moved to")).to_be_visible()
    pending.refresh_from_db()
    assert pending.pickup_date == day


def test_typed_day_that_will_not_do_is_told_and_stays(page, pending):
    open_booking(page, pending)
    page.get_by_role("link", name="Choose another day").click()
    page.get_by_text("Enter a date").click()
    far = clock.today(clock.now()) + timedelta(days=300)
    page.get_by_label("Pickup date").fill(far.isoformat())
    page.get_by_role("button", name="See what changes").click()
    expect(page.locator("#errors")).to_be_focused()
    expect(page.get_by_label("Pickup date")).to_have_value(far.isoformat())


def test_pending_booking_is_cancelled(page, pending):
    open_booking(page, pending)
    page.get_by_role("link", name="Cancel this booking").click()
    expect(page.get_by_text("Nothing was paid, so nothing is returned.")).to_be_visible()
    page.get_by_role("button", name=f"Cancel {pending.code}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This booking is cancelled.")
    pending.refresh_from_db()
    assert (pending.status, pending.cancel_reason) == ("cancelled", "customer")


def test_booking_is_made_again_with_another_day(page, paid):
    open_booking(page, paid)
    page.get_by_role("button", name="Book again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("When shall we collect?")
    expect(page.get_by_text(f"Filled in from {paid.code}.")).to_be_visible()
    page.get_by_role("button", name="Continue").locator("visible=true").first.click()
    expect(page.get_by_label("Notes for the driver")).to_have_value("Side door.")
    page.get_by_role("button", name="Continue").locator("visible=true").first.click()
    expect(page.get_by_role("heading", name="Is everything right?")).to_be_visible()
    expect(page.get_by_text("27 Pondview Lane")).to_be_visible()


def test_order_is_changed_in_the_wizard(page, pending):
    open_booking(page, pending)
    page.get_by_role("button", name="Change the order").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Is everything right?")
    expect(page.get_by_text("You have not paid yet.")).to_be_visible()


def test_receipt_is_read_and_kept(page, paid):
    open_booking(page, paid)
    page.get_by_role("link", name="Receipt", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Receipt")
    expect(page.get_by_text("Paid by Visa ending 4242")).to_be_visible()
    form = page.locator("form", has=page.get_by_role("button", name="Save as PDF"))
    token = form.locator("[name=csrfmiddlewaretoken]").input_value()
    answer = page.request.post(
        str(form.get_attribute("action")), form={"csrfmiddlewaretoken": token}
    )
    assert (answer.headers["content-type"], answer.body()[:5]) == ("application/pdf", b"%PDF-")


def test_payment_appears_on_the_open_page(page, pending):
    page.clock.install()
    open_booking(page, pending)
    expect(page.get_by_role("button", name="Pay $")).to_be_visible()
    with transaction.atomic():
        confirm_booking(lock_booking(pending.pk), by=SYSTEM, now=clock.now())
    make_payment(pending)
    page.clock.fast_forward(15_000)
    expect(page.get_by_role("heading", level=1)).to_contain_text("We collect on")
    expect(page.get_by_role("button", name="Pay $")).to_have_count(0)
    expect(page.get_by_text(re.compile("paid .995"))).to_be_visible()


@pytest.mark.breaks_money("a payment too much makes the page look anew")
def test_page_waits_while_somebody_reads_a_new_link(page, paid):
    page.clock.install()
    open_booking(page, paid)
    page.get_by_role("button", name="Share by a private link").click()
    field = page.get_by_label("Your private link")
    value = field.input_value()
    make_payment(paid, cents=100)
    page.clock.fast_forward(15_000)
    page.wait_for_timeout(300)
    assert field.input_value() == value
    field.blur()
    page.clock.fast_forward(15_000)
    expect(field).to_have_count(0)


@pytest.mark.parametrize("state", ["pending", "paid", "asked"])
def test_pages_are_accessible_and_fit(page, request, check_pages, state):
    booking: Booking = request.getfixturevalue("pending" if state == "pending" else "paid")
    if state == "asked":
        booking.change_requests.create(kind="cancel", asked_by_kind="guest", note="Rain.")
    day = other_day(booking).isoformat()
    paths = ["", "reschedule/", f"reschedule/?pickup_date={day}&see=1", "cancellation/"]
    paths += ["receipt/"] if state != "pending" else []
    open_booking(page, booking)
    check_pages(page, *(f"/bookings/{booking.pk}/{path}" for path in paths))
