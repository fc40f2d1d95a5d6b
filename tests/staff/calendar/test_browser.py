"""The calendar in a browser: by keyboard, by dragging, at every width, and without JavaScript."""

import re
from datetime import date, time

import pytest
from playwright.sync_api import Page, expect

from booking.models import Booking, Day, VanDay
from staff.models import StaffProfile
from tests.booking.services.fleet import van
from tests.browser import CheckPages
from tests.factories import make_booking, next_weekday
from totetaxi.lib import clock

pytestmark = pytest.mark.django_db(transaction=True)

DESKTOP = {"width": 1440, "height": 960}


def day(ahead: int = 3) -> date:
    return next_weekday(clock.now(), ahead)


def booked(**changes: object) -> Booking:
    return make_booking(**({"pickup_date": day()} | changes))


@pytest.fixture
def page_of_staff(new_page, signed_in, colleague: StaffProfile):
    def open_page(**options) -> Page:
        return signed_in(new_page(**options), colleague)

    return open_page


def card(page: Page, booking: Booking):
    return page.locator(f".cal-card[data-code='{booking.code}']")


def test_days_and_bookings_are_reached_by_keys(page_of_staff) -> None:
    first, second = booked(), booked(pickup_time=time(10))
    page = page_of_staff(viewport=DESKTOP)
    page.goto(f"/staff/calendar/?from={day()}")
    page.keyboard.press("ArrowRight")
    expect(page.locator(f"a[data-day='{day()}']")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator(f"a[data-day='{day()}']")).not_to_be_focused()
    for key in ("j", "j", "v"):
        page.keyboard.press(key)
    expect(card(page, second).get_by_role("button", name="Move to van 2")).to_be_focused()
    page.keyboard.press("Escape")
    expect(card(page, second).locator("summary")).to_be_focused()
    expect(card(page, second).get_by_role("button", name="Move to van 2")).to_be_hidden()
    page.keyboard.press("k")
    page.keyboard.press("d")
    page.wait_for_url(f"**/staff/bookings/{first.number}/move/")


def test_month_is_one_grid_with_one_stop(page_of_staff) -> None:
    page = page_of_staff(viewport=DESKTOP)
    page.goto("/staff/calendar/?month=2027-02")
    first = page.locator("a[data-day='2027-02-01']")
    expect(first).to_have_attribute("tabindex", "0")
    expect(page.locator("a[data-day][tabindex='0']")).to_have_count(1)
    first.focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown"):
        page.keyboard.press(key)
    expect(page.locator("a[data-day='2027-02-08']")).to_be_focused()
    page.keyboard.press("PageDown")
    page.wait_for_url(re.compile(r"\?month=2027-03$"))


def test_dragging_to_another_van_assigns_it(page_of_staff) -> None:
    booking = booked()
    page = page_of_staff(viewport=DESKTOP)
    page.goto(f"/staff/calendar/{day()}/")
    card(page, booking).drag_to(page.locator("[data-van='2']"))
    expect(page.get_by_text(f"{booking.code} is in van 2 now.")).to_be_visible()
    expect(page.locator(f"[data-van='2'] [data-code='{booking.code}']")).to_be_visible()


def test_dragging_to_another_day_shows_what_it_does_first(page_of_staff) -> None:
    booking = booked()
    page = page_of_staff(viewport=DESKTOP)
    page.goto(f"/staff/calendar/?from={day()}")
    target = page.locator(".cal-day").nth(1)
    other = target.get_attribute("data-date")
    card(page, booking).drag_to(target.locator("[data-van='1']"))
    page.wait_for_url(f"**/staff/bookings/{booking.number}/move/?pickup_date={other}*")
    booking.refresh_from_db()
    assert booking.pickup_date == day()


def test_pages_are_readable_at_every_width(page_of_staff, check_pages: CheckPages) -> None:
    booking = booked(contact_name="Bartholomew Vandersloot-Whitfield")
    booked(package="full", contact_name="Jon Kwan")
    VanDay.objects.create(van=van(1), date=day(), pieces=5, has_rack=False)
    Day.objects.update_or_create(date=day(4), defaults={"is_closed": True})
    check_pages(
        page_of_staff(),
        f"/staff/calendar/?from={day()}",
        f"/staff/calendar/?month={day():%Y-%m}",
        f"/staff/calendar/{day()}/",
        f"/staff/calendar/{day()}/rules/",
        f"/staff/calendar/{day()}/vans/1/",
        f"/staff/bookings/{booking.number}/move/?pickup_date={day(8)}&pickup_time=09:00",
    )


def test_vans_and_days_are_set_without_javascript(
    plain_page: Page, signed_in, colleague: StaffProfile
) -> None:
    booking = booked()
    page = signed_in(plain_page, colleague)
    page.goto(f"/staff/calendar/{day()}/")
    card(page, booking).locator("summary").click()
    card(page, booking).get_by_role("button", name="Move to van 2").click()
    expect(page.get_by_text(f"{booking.code} is in van 2 now.")).to_be_visible()
    page.get_by_role("link", name="Close or cap").click()
    page.get_by_label("Closed: nobody can book this day").check()
    page.get_by_role("button", name="Save the day").click()
    expect(page.get_by_text("Not saved yet: 1 booking would not fit any more")).to_be_visible()
    page.get_by_role("button", name="Save, 1 booking is still to be moved").click()
    expect(page.get_by_role("heading", name="1 booking does not fit")).to_be_visible()
