"""The page Money in a browser: by keyboard, on a phone, without JavaScript."""

from playwright.sync_api import Page, expect

from staff.permissions import Role
from tests.browser import CheckPages
from tests.factories import make_colleague
from tests.staff.conftest import SignedIn
from tests.staff.money.scene import busy_house, unknown


def test_pages_are_readable_and_accessible_at_every_width(
    page: Page, signed_in: SignedIn, check_pages: CheckPages
):
    busy_house()
    movement = unknown(777)
    signed_in(page, make_colleague(Role.MANAGER))
    here = "/staff/money/"
    check_pages(page, here, f"{here}report/", f"{here}movements/{movement.pk}/")


def test_keys_lead_to_the_safe_action(page: Page, signed_in: SignedIn):
    movement = unknown(28500)
    signed_in(page, make_colleague(Role.MANAGER))
    page.goto("/staff/money/")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Explain –")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/movements/{movement.pk}/")
    page.get_by_label("What it is").fill("An invoice of 2025")
    page.get_by_role("button", name="Explain $285.00").click()
    expect(page.get_by_text("Nothing is open: every dollar is explained.")).to_be_visible()


def test_tabs_swap_the_rows_and_stand_in_the_address(page: Page, signed_in: SignedIn):
    busy_house()
    signed_in(page, make_colleague(Role.MANAGER))
    page.goto("/staff/money/")
    page.get_by_role("link", name="Matched 4").click()
    page.wait_for_url("**/staff/money/?show=matched")
    expect(page.locator("tbody")).to_have_count(1)


def test_page_works_without_javascript(plain_page: Page, signed_in: SignedIn):
    busy_house()
    page = signed_in(plain_page, make_colleague(Role.MANAGER))
    page.goto("/staff/money/")
    page.get_by_role("link", name="Open 3").click()
    expect(page.locator("tbody tr")).to_have_count(4)
    page.get_by_role("button", name="Compare now").click()
    expect(page.get_by_text("The last two days are being compared")).to_be_visible()
