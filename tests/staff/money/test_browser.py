"""The page Money in a browser: by keyboard, on a phone, without JavaScript."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from staff.permissions import Role
from tests.browser import NewPage
from tests.factories import make_colleague
from tests.staff.conftest import SignedIn
from tests.staff.money.scene import busy_house, unknown

SIZES = {"desk": (1440, 900), "tablet": (820, 1180), "phone": (390, 844)}


@pytest.mark.parametrize("size", sorted(SIZES))
def test_pages_are_readable_and_accessible_at_every_width(
    new_page: NewPage, signed_in: SignedIn, check_accessibility: Callable[[Page], None], size: str
):
    busy_house()
    movement = unknown(777)
    width, height = SIZES[size]
    page = signed_in(
        new_page(viewport={"width": width, "height": height}), make_colleague(Role.MANAGER)
    )
    for path in ("", "report/", f"movements/{movement.pk}/"):
        page.goto(f"/staff/money/{path}")
        check_accessibility(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


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
