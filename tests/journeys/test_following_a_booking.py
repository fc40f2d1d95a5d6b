"""A guest follows a booking by its private link, in a real browser."""

import re

import pytest
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import expect

from booking.lifecycle import Status
from booking.models import AccessToken, Booking, OutboxMail
from booking.services.cancel import cancel_booking
from booking.services.confirm import confirm_booking
from booking.services.status import change_status, lock_booking
from tests.factories import make_booking, make_catalogue
from totetaxi.lib import clock, queue
from totetaxi.lib.actor import SYSTEM

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.breaks_money("the booking is put into its states by hand"),
]


@pytest.fixture
def booking(settings) -> Booking:
    """A booking that was just paid."""
    settings.EMAIL_BACKEND = "booking.notifications.outbox.OutboxBackend"
    cache.clear()
    make_catalogue()
    made = make_booking(coi=True, driver_notes="Side door.", contact_email="claire@example.com")
    with transaction.atomic():
        locked = lock_booking(made.pk)
        confirm_booking(locked, by=SYSTEM, now=clock.now())
    return locked


@pytest.fixture
def link(booking: Booking) -> str:
    return f"/b/{AccessToken.issue(booking=booking)}/"


def move(booking: Booking, status: Status) -> None:
    with transaction.atomic():
        change_status(lock_booking(booking.pk), status, by=SYSTEM, now=clock.now())


def test_open_page_follows_the_booking_and_rests_at_its_end(page, booking, link):
    page.clock.install()
    page.goto(link)
    expect(page).to_have_url(f"{page.url.split('/bookings/')[0]}/bookings/{booking.pk}/")
    asked = []
    page.on(
        "response",
        lambda answer: asked.append(answer.status) if "/bookings/" in answer.url else None,
    )

    page.clock.fast_forward(15_000)
    expect(page.get_by_role("heading", level=1)).to_contain_text("We collect on")
    page.wait_for_timeout(300)
    assert asked == [304]

    move(booking, Status.IN_PROGRESS)
    page.clock.fast_forward(15_000)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your things are on the road.")
    page.clock.fast_forward(1_000)
    expect(page.locator("#announcer")).to_have_text("Your things are on the road.")

    move(booking, Status.COMPLETED)
    page.clock.fast_forward(15_000)
    expect(page.get_by_role("heading", level=1)).to_have_text("Everything is in East Hampton.")
    asked.clear()
    page.clock.fast_forward(60_000)
    page.wait_for_timeout(300)
    assert asked == []


@pytest.mark.allow_console_errors  # the browser logs the answer that nothing is there
def test_open_page_stops_asking_once_it_may_not_see_the_booking(page, booking, link):
    page.clock.install()
    page.goto(link)
    Booking.objects.filter(pk=booking.pk).update(deleted_at=clock.now())
    with page.expect_response(lambda answer: answer.status == 404):
        page.clock.fast_forward(15_000)
    expect(page.locator("#booking")).not_to_have_attribute("data-poll", re.compile(".*"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("We collect on")


def test_private_link_is_made_in_place_and_opens_elsewhere(page, new_page, booking, link):
    page.goto(link)
    page.get_by_role("button", name="Share by a private link").click()
    field = page.get_by_label("Your private link")
    expect(field).to_be_focused()
    value = field.input_value()
    other = new_page()
    other.goto(value)
    expect(other.get_by_role("heading", level=1)).to_contain_text("We collect on")
    assert other.url == page.url


def test_plain_browser_follows_the_link_and_makes_another(plain_page, link):
    plain_page.goto(link)
    expect(plain_page.get_by_role("heading", level=1)).to_contain_text("We collect on")
    expect(plain_page.get_by_text("Reload this page for the latest.")).to_be_visible()
    expect(plain_page.get_by_text("This page updates itself while it is open.")).to_be_hidden()
    expect(plain_page.get_by_role("button", name="Print this page")).to_be_hidden()
    plain_page.get_by_role("button", name="Share by a private link").click()
    assert "/b/" in plain_page.get_by_label("Your private link").input_value()


def test_lost_mail_is_found_again_by_address_and_number(page, booking):
    queue.run_pending()
    page.goto(reverse("booking:find"))
    page.get_by_label("Your e-mail").fill("claire@example.com")
    page.get_by_label("Booking number").fill(booking.code)
    page.get_by_role("button", name="Send me the link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look in your mail.")
    queue.run_pending()
    mail = OutboxMail.objects.first()
    page.goto(re.findall(r"http://\S+/b/\S+", mail.text)[0])
    expect(page.get_by_text(f"Booking {booking.code}")).to_be_visible()


def test_outbox_shows_a_mail_and_its_link_leads_to_the_booking(page, booking):
    queue.run_pending()
    page.goto(reverse("outbox"))
    page.get_by_role("link", name="It is booked").click()
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="It is booked, Claire.")).to_be_visible()
    with page.context.expect_page() as opened:
        frame.get_by_role("link", name="See your booking").click()
    expect(opened.value.get_by_role("heading", level=1)).to_contain_text("We collect on")


def test_pages_are_accessible(page, phone, booking, link, check_accessibility):
    queue.run_pending()
    mail = OutboxMail.objects.get()
    for visitor in (page, phone):
        visitor.goto(link)
        expect(visitor.get_by_role("button", name="Print this page")).to_be_visible()
        check_accessibility(visitor)
        visitor.goto(reverse("booking:find"))
        check_accessibility(visitor)
    page.goto(reverse("outbox"))
    check_accessibility(page)
    page.goto(reverse("outbox_mail", args=[mail.pk]))
    check_accessibility(page)
    page.route("**/favicon.ico", lambda route: route.fulfill(status=204))  # the mail has no icon
    page.goto(reverse("outbox_html", args=[mail.pk]))
    check_accessibility(page)


@pytest.mark.parametrize("state", ["pending", "expired", "request"])
def test_pages_of_other_states_are_accessible(page, booking, check_accessibility, state):
    changes = {"package": "full", "packing": True, "unpacking": True, "items": 80}
    other = make_booking(
        contact_email="rosa@example.com", **(changes if state == "request" else {})
    )
    if state == "expired":
        with transaction.atomic():
            cancel_booking(lock_booking(other.pk), reason="expired", by=SYSTEM, now=clock.now())
    page.goto(f"/b/{AccessToken.issue(booking=other)}/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    check_accessibility(page)


def test_page_fits_a_phone(phone, link):
    phone.goto(link)
    width = phone.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
