"""The list in a browser: with keys, with a mouse, on a phone, and without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

from staff.models import StaffProfile
from tests.browser import CheckPages
from tests.factories.many import add_ends, add_many_bookings

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "/staff/bookings/"


@pytest.fixture
def page_of_staff(new_page, signed_in, colleague: StaffProfile):
    def open_page(**options) -> Page:
        return signed_in(new_page(**options), colleague)

    return open_page


def test_list_swaps_itself_and_the_address_follows(page_of_staff) -> None:
    add_many_bookings(120)
    page = page_of_staff(viewport={"width": 1280, "height": 900})
    page.goto(LIST)
    page.evaluate("window.same = true")
    page.get_by_role("link", name="Next 50").click()
    expect(page.get_by_text("51–100 of 120 bookings").first).to_be_visible()
    assert "after=" in page.url
    page.get_by_role("link", name="Total").click()
    expect(page.locator("th[aria-sort=descending]")).to_have_text("Total")
    expect(page).to_have_url(re.compile(r"\?sort=-total$"))
    page.get_by_role("searchbox", name="Search the bookings").fill("guest77")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1–1 of 1 booking").first).to_be_visible()
    assert page.url.endswith("?sort=-total&q=guest77")
    page.get_by_role("link", name="Without Search guest77").click()
    expect(page.get_by_text("1–50 of 120 bookings").first).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?sort=-total$"))
    assert page.evaluate("window.same") is True
    page.go_back()
    expect(page.get_by_text("1–1 of 1 booking").first).to_be_visible()
    expect(page.get_by_role("heading", name="Bookings")).to_be_visible()


def test_rows_open_by_key_and_anywhere_in_the_row(page_of_staff) -> None:
    rows = add_many_bookings(3)
    add_ends(rows)
    page = page_of_staff(viewport={"width": 1280, "height": 900})
    page.goto(f"{LIST}?sort=number")
    for key in ("j", "j", "o"):
        page.keyboard.press(key)
    page.wait_for_url(f"**{LIST}{rows[1].number}/")
    page.go_back()
    box = page.get_by_role("cell", name=rows[2].guest_name, exact=True).bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 10, box["y"] + 10)
    page.wait_for_url(f"**{LIST}{rows[2].number}/")


def test_pages_are_readable_at_every_width(page_of_staff, check_pages: CheckPages) -> None:
    add_ends(add_many_bookings(60))
    check_pages(
        page_of_staff(),
        f"{LIST}?status=pending&status=paid",
        "/staff/bookings/filter/",
        "/staff/bookings/views/",
        "/staff/bookings/5/",
        "/staff/customers/?q=guest",
    )


def test_filters_and_views_work_without_javascript(
    plain_page: Page, signed_in, colleague: StaffProfile
) -> None:
    add_many_bookings(60)
    page = signed_in(plain_page, colleague)
    page.goto(LIST)
    page.get_by_role("link", name="Filter and columns").click()
    page.get_by_label("Cancelled").check()
    page.get_by_role("checkbox", name="Phone").check()
    page.get_by_role("button", name="Show the bookings").click()
    expect(page.get_by_text("1–10 of 10 bookings").first).to_be_visible()
    expect(page.get_by_role("columnheader", name="Phone")).to_be_visible()
    page.get_by_role("link", name="Save view").click()
    page.get_by_label("Name of the view").fill("Fallen through")
    page.get_by_role("button", name="Save the view").click()
    expect(page.get_by_role("link", name="Fallen through")).to_have_attribute(
        "aria-current", "page"
    )
