"""The wizard live: the price follows, errors come and go, days by keyboard, nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from booking.models import ServiceInterest
from tests.browser import NewPage
from tests.factories import make_catalogue, next_weekday
from tests.journeys.wizard_walk import answer_when, answer_where, answer_who, go_on, settle
from totetaxi.lib import clock

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def day(site: str) -> date:
    make_catalogue()
    return next_weekday(clock.now())


def answer_what(page: Page, items: str = "10") -> None:
    page.get_by_role("spinbutton", name="How many items, about?").fill(items)
    settle(page)
    go_on(page)
    expect(page.get_by_role("heading", name="When shall we collect?")).to_be_visible()


def test_price_follows_what_is_carried(page: Page, day: date) -> None:
    page.goto("/book/")
    answer_where(page)
    panel = page.locator("#price-panel")
    count = page.get_by_role("spinbutton", name="How many items, about?")
    count.fill("24")
    expect(panel).to_contain_text("$1,725.00")
    expect(page.locator("#choice-standard")).to_be_checked()
    expect(page.locator("#cards .chip")).to_have_text("Fits 24")
    count.fill("6")
    expect(panel).to_contain_text("$570.00")
    expect(page.get_by_role("radio", name="Standard Delivery")).to_be_checked()

    page.get_by_role("button", name="More: Surfboard").click()
    expect(panel.locator(".is-changed")).to_contain_text("Surfboard")
    expect(panel).to_contain_text("$920.00")
    expect(page.locator("#announcer")).to_have_text("Surfboard $350.00. From $920.00.")


def test_error_comes_when_a_field_is_left_and_goes_when_it_is_right(page: Page, day: date) -> None:
    page.goto("/book/")
    field = page.get_by_label("Pickup ZIP")
    field.fill("101")
    expect(field).not_to_have_attribute("aria-invalid", "true")
    field.blur()
    expect(page.locator("#id_pickup_zip_error")).to_have_text(
        "Enter a ZIP of five digits, such as 11937"
    )
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill("10128")
    expect(page.locator("#id_pickup_zip_error")).to_have_text("")
    expect(field).not_to_have_attribute("aria-invalid", "true")
    expect(page.locator("#id_pickup_zip_note")).to_have_text("Manhattan")
    expect(field).to_have_value("10128")


@pytest.mark.parametrize("javascript", [True, False], ids=["live", "plain"])
def test_unserved_zip_takes_an_address_for_the_day_it_opens(
    new_page: NewPage, day: date, javascript: bool
) -> None:
    page = new_page(javascript=javascript)
    page.goto("/book/")
    page.get_by_label("Delivery city").fill("Riverhead")
    page.get_by_label("Delivery ZIP").fill("11901")
    if not javascript:
        go_on(page)
    page.get_by_label("E-mail for this one message").fill("claire@example.com")
    page.get_by_role("button", name="Tell me when").click()
    expect(page.get_by_text("We write to claire@example.com once")).to_be_visible()
    expect(page.get_by_label("Delivery city")).to_have_value("Riverhead")
    assert ServiceInterest.objects.get().zip == "11901"


def test_errors_of_a_sent_form_stand_on_top_and_lead_to_their_fields(page: Page, day: date) -> None:
    page.goto("/book/")
    go_on(page)
    summary = page.locator("#errors")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name="Enter the ZIP we collect from").click()
    expect(page.get_by_label("Pickup ZIP")).to_be_focused()


def test_calendar_is_walked_by_keyboard(page: Page, day: date) -> None:
    page.goto("/book/")
    answer_where(page)
    answer_what(page)
    start = page.locator("input[name=pickup_date]:checked")
    start.focus()
    first = date.fromisoformat(start.get_attribute("value") or "")
    page.keyboard.press("ArrowDown")
    expect(page.locator(f"#day-{first + timedelta(days=7)}")).to_be_focused()
    expect(start).to_be_checked()

    page.keyboard.press("End")
    saturday = first + timedelta(days=7 + (5 - first.weekday()) % 7)
    expect(page.locator(f"#day-{saturday}")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(f"#day-{saturday}")).to_be_checked()
    expect(page.locator("#price-panel")).to_contain_text("Weekend")

    page.keyboard.press("Tab")
    expect(page.locator("input[name=pickup_time]:checked")).to_be_focused()


def test_cheaper_day_is_chosen_by_its_link(page: Page, day: date) -> None:
    page.goto("/book/")
    answer_where(page)
    answer_what(page)
    saturday = day + timedelta(days=(5 - day.weekday()) % 7)
    page.locator(f"#day-{saturday}").check(force=True)
    page.get_by_role("link", name="Choose Friday").click()
    expect(page.locator(f"#day-{saturday - timedelta(days=1)}")).to_be_checked()
    expect(page.locator("#price-panel")).not_to_contain_text("Weekend")


def test_typed_day_is_as_good_as_a_chosen_one(page: Page, day: date) -> None:
    page.goto("/book/")
    answer_where(page)
    answer_what(page)
    page.get_by_text("Enter a date").click()
    page.get_by_label("Pickup date").fill(day.isoformat())
    expect(page.locator(f"#day-{day}")).to_be_checked()
    page.get_by_label("Pickup date").fill((day + timedelta(days=60)).isoformat())
    expect(page.locator("#id_other_date_error")).to_contain_text("We book at most 30 days ahead")


def test_back_forward_and_reload_keep_everything(page: Page, day: date) -> None:
    page.goto("/book/")
    answer_where(page)
    answer_what(page)
    page.locator("[id='time-10:30']").check(force=True)
    settle(page)
    page.go_back()
    expect(page.get_by_role("spinbutton", name="How many items, about?")).to_have_value("10")
    page.go_back()
    expect(page.get_by_label("Delivery ZIP")).to_have_value("11937")
    page.go_forward()
    page.go_forward()
    page.reload()
    expect(page.locator("[id='time-10:30']")).to_be_checked()


def test_link_takes_the_booking_to_another_device(page: Page, new_page: NewPage, day: date) -> None:
    page.goto("/book/")
    answer_where(page)
    answer_what(page)
    answer_when(page, day)
    page.get_by_label("Your name").fill("Claire Ellery")
    settle(page)
    page.get_by_role("link", name="Leave and finish later").click()
    page.get_by_role("button", name="Or show it here").click()
    link = page.get_by_label("Your private link").input_value()

    phone = new_page(viewport={"width": 390, "height": 844})
    phone.goto(link)
    expect(phone.get_by_label("Your name")).to_have_value("Claire Ellery")
    answer_who(phone)
    page.goto("/book/review/")
    expect(page.get_by_role("button", name="Pay $995.00")).to_be_visible()


@pytest.mark.parametrize("width", [360, 1280])
def test_every_step_and_its_errors_are_accessible(
    new_page: NewPage, day: date, check_accessibility: Callable[[Page], None], width: int
) -> None:
    page = new_page(viewport={"width": width, "height": 844})
    page.goto("/book/")
    check_accessibility(page)
    go_on(page)
    check_accessibility(page)
    answer_where(page)
    check_accessibility(page)
    page.get_by_role("spinbutton", name="How many items, about?").fill("40")
    page.get_by_role("radio", name="Petite").check()
    settle(page)
    go_on(page)
    check_accessibility(page)
    answer_what(page)
    check_accessibility(page)
    answer_when(page, day)
    go_on(page)
    check_accessibility(page)
    answer_who(page)
    check_accessibility(page)
    page.goto("/book/later/")
    page.get_by_role("button", name="Or show it here").click()
    check_accessibility(page)


@pytest.mark.parametrize("path", ["where", "what", "when", "who", "review"])
def test_no_step_is_wider_than_a_small_phone(new_page: NewPage, day: date, path: str) -> None:
    page = new_page(viewport={"width": 320, "height": 640})
    page.goto("/book/")
    answer_where(page)
    answer_what(page)
    answer_when(page, day)
    answer_who(page)
    page.goto(f"/book/{path}/")
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_price_bar_never_covers_the_focus(phone: Page, day: date) -> None:
    phone.goto("/book/")
    bar = phone.locator("#price-bar")
    for _press in range(25):
        phone.keyboard.press("Tab")
        focused = phone.evaluate_handle("document.activeElement").as_element()
        inside = focused.evaluate("element => !!element.closest('#price-bar')")
        box, top = focused.bounding_box(), bar.bounding_box()
        if box and top and not inside:
            assert box["y"] < top["y"]


def test_price_is_asked_for_by_a_button_without_javascript(plain_page: Page, day: date) -> None:
    plain_page.goto("/book/")
    answer_where(plain_page)
    plain_page.get_by_role("spinbutton", name="How many items, about?").fill("5")
    plain_page.get_by_role("spinbutton", name="Surfboard").fill("1")
    plain_page.locator("button[name=update]").click()
    expect(plain_page.locator("#price-panel")).to_contain_text("$825.00")
    expect(plain_page.locator("#choice-standard_delivery")).to_be_checked()
