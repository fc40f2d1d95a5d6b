"""A guest makes an account from the booking's page, and finds the booking in it."""

import re

import pytest
from django.urls import reverse

from accounts.models import User
from booking.models import AccessToken, Booking, Message, OutboxMail
from booking.notifications.send import send_planned
from tests.factories import make_booking, make_catalogue
from totetaxi.lib import clock

EMAIL = "ann@example.com"


@pytest.fixture(autouse=True)
def _mail_is_kept(settings):
    settings.EMAIL_BACKEND = "booking.notifications.outbox.OutboxBackend"


@pytest.fixture
def booking(site) -> Booking:
    make_catalogue()
    return make_booking(contact_email=EMAIL, contact_name="Ann Lee")


def newest_link() -> str:
    """The first link of the newest mail."""
    planned = Message.objects.filter(state=Message.Progress.PLANNED)
    for message in planned.order_by("created_at"):
        send_planned(str(message.pk), now=clock.now())
    mail = OutboxMail.objects.filter(recipient=EMAIL).latest("id")
    return re.findall(r"https?://\S+", mail.text)[0]


def test_guest_makes_an_account_and_finds_the_booking_in_it(page, booking, check_accessibility):
    token = AccessToken.issue(booking=booking)
    page.goto(reverse("booking:open_link", args=[token]))
    offer = page.get_by_role("region", name="Keep this in an account")
    offer.get_by_label("A password").fill("a much better one")
    offer.get_by_role("button", name="Make my account").click()
    page.get_by_role("heading", name="Look in your mail.").wait_for()
    check_accessibility(page)
    page.goto(newest_link())
    check_accessibility(page)
    page.get_by_role("button", name="Yes, confirm it").click()
    page.wait_for_url(f"**{reverse('accounts:booking', args=[booking.pk])}")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Ann").click()
    page.wait_for_url("**/account/")
    assert page.get_by_text(booking.code).first.is_visible()
    assert Booking.objects.get().customer == User.objects.get(email=EMAIL)
