"""A coordinator at the calendar: a day is closed, and its bookings find other days."""

from datetime import date

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from booking.models import Alert, Booking
from booking.services.confirm import confirm_booking
from booking.services.status import lock_booking
from staff.permissions import Role
from tests.factories import (
    make_booking,
    make_catalogue,
    make_colleague,
    make_payment,
    next_weekday,
)
from totetaxi.lib import clock
from totetaxi.lib.actor import SYSTEM

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def paid(day: date, name: str) -> Booking:
    booking = make_booking(pickup_date=day, contact_name=name)
    make_payment(booking)
    with transaction.atomic():
        confirm_booking(lock_booking(booking.pk), by=SYSTEM, now=clock.now())
    return booking


def test_coordinator_closes_a_day_and_moves_what_does_not_fit_by_keyboard(
    page: Page, signed_in, site: str
) -> None:
    make_catalogue()
    day = next_weekday(clock.now(), 4)
    thackeray, duarte = paid(day, "Iris Thackeray"), paid(day, "Ana Duarte")
    signed_in(page, make_colleague(Role.COORDINATOR, "Cora Lindqvist"))

    # The week; one booking goes into the other van.
    page.goto(f"/staff/calendar/?from={day}")
    for key in ("j", "v", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_text(f"{thackeray.code} is in van 2 now.")).to_be_visible()
    van_2 = page.locator(f".cal-day[data-date='{day}'] [data-van='2']")
    expect(van_2.get_by_role("link", name="Iris Thackeray")).to_be_visible()

    # The day is closed, once it was seen what would no longer fit.
    page.locator(f"a[data-day='{day}']").press("Enter")
    page.get_by_role("link", name="Close or cap").press("Enter")
    page.get_by_label("Closed: nobody can book this day").press("Space")
    page.get_by_label("Why").fill("van inspection")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Not saved yet: 2 bookings would not fit any more")).to_be_visible()
    expect(page.get_by_role("link", name=duarte.code)).to_be_visible()
    page.get_by_role("button", name="Save, 2 bookings are still to be moved").press("Enter")
    expect(page.get_by_role("heading", name="2 bookings do not fit")).to_be_visible()
    assert Alert.objects.get().closed_at is None

    # Each finds another day; nothing moves before its whole effect was seen.
    for booking, left in ((thackeray, 1), (duarte, 0)):
        page.get_by_role("link", name=f"Another day… for {booking.code}").press("Enter")
        page.get_by_text("Nearest days with room").wait_for()
        other = next_weekday(clock.now(), 8)
        page.goto(f"{page.url}?pickup_date={other}&pickup_time=09:00")
        expect(page.get_by_text("Nothing is saved or sent until you confirm.")).to_be_visible()
        page.get_by_role("button", name=f"Move {booking.code} to").press("Enter")
        expect(page.get_by_text(f"{booking.code} is moved to")).to_be_visible()
        booking.refresh_from_db()
        assert booking.pickup_date == other
        page.goto(f"/staff/calendar/{day}/")
        expect(page.locator(".cal-conflicts li")).to_have_count(left)
    assert Alert.objects.get().closed_at is not None
