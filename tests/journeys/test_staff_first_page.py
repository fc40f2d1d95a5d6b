"""The first page of each role: what waits, what they may do about it, and the figures."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from booking.lifecycle import Status
from booking.models import AlertKind
from staff.permissions import Role
from tests.factories import make_alert, make_catalogue, make_colleague, make_sale
from totetaxi.lib import clock

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

# By role: the action at a pickup that is late, whether it can be taken, whether sums are shown.
FIRST_PAGES = {
    Role.VIEWER: ("Open booking", False, True),
    Role.SUPPORT: ("Open booking", True, False),
    Role.COORDINATOR: ("Start it", True, False),
    Role.MANAGER: ("Start it", True, True),
    Role.ADMIN: ("Start it", True, True),
}


def make_day() -> None:
    """A pickup that is late, and money that came too late."""
    now = clock.now()
    late_at = now - timedelta(hours=30)
    late = make_sale(
        now - timedelta(hours=1),
        cents=1_234_56,
        guest_name="Priya Natarajan",
        pickup_at=late_at,
        pickup_date=clock.today(late_at),
    )
    other = make_sale(now - timedelta(hours=2), cents=1_00, status=Status.COMPLETED)
    make_alert(AlertKind.SURPLUS, other, summary=f"{other.code} was paid twice.")
    assert late.number != other.number


def test_each_role_begins_with_what_waits(page: Page, signed_in, check_accessibility) -> None:
    make_catalogue()
    make_day()
    for role, (action, may_take, sees_money) in FIRST_PAGES.items():
        page.context.clear_cookies()
        signed_in(page, make_colleague(role, f"Alex {role.value.title()}"))
        page.goto("/staff/")
        expect(page.get_by_role("heading", name="Today", exact=True)).to_be_visible()
        expect(page.get_by_text("2 things wait for a person, 1 is pressing")).to_be_visible()
        row = page.get_by_role("row", name="Priya Natarajan")
        expect(row.get_by_role("link", name=action)).to_be_visible()
        takes = page.get_by_role("button", name="Take")
        expect(takes).to_have_count(1 if may_take else 0)
        # By keyboard: to the next thing, then to the figures.
        page.keyboard.press("j")
        expect(row.get_by_role("link", name=action)).to_be_focused()
        page.keyboard.press("g")
        page.keyboard.press("d")
        expect(page.get_by_role("heading", name="Dashboard", exact=True)).to_be_visible()
        expect(page.get_by_text("$1,235.56").first).to_be_visible(visible=sees_money)
        expect(page.get_by_role("term").filter(has_text="Revenue")).to_have_count(
            2 if sees_money else 0
        )
    check_accessibility(page)


def test_thing_is_taken_and_the_page_of_a_colleague_learns_of_it(
    page: Page, new_page, signed_in, check_accessibility
) -> None:
    make_catalogue()
    make_day()
    ada, tom = make_colleague(Role.ADMIN, "Ada Whitlock"), make_colleague(Role.MANAGER, "Tom Bell")
    toms = signed_in(new_page(javascript=False), tom)
    signed_in(page, ada).goto("/staff/today/")
    check_accessibility(page)
    page.get_by_role("link", name="Start it").focus()

    toms.goto("/staff/today/")
    toms.get_by_role("button", name="Take").click()
    expect(toms.get_by_text("It is with you.")).to_be_visible()
    expect(toms.get_by_role("link", name="Mine 1")).to_be_visible()

    # What would happen some seconds later: the page comes to the front again.
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_title("Tom Bell")).to_be_visible()
    expect(page.get_by_role("link", name="Start it")).to_be_focused()
