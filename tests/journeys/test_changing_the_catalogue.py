"""A manager makes a rule active: seen first, then saved, and the next price knows it."""

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from booking.catalogue.snapshot import get_price_book
from booking.models import SurchargeRule
from staff.permissions import Role
from tests.browser import NewPage
from tests.factories import add_sold_bookings, make_catalogue, make_colleague, sign_in_staff
from tests.journeys.wizard_walk import go_on
from totetaxi.lib import clock

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.breaks_money("bookings of the past are made as bare rows"),
]


def ask_for_noon(visitor: Page) -> None:
    """A Petite on the day that is suggested, at noon; without JavaScript, as far as its price."""
    visitor.goto(reverse("booking:where"))
    visitor.get_by_label("Pickup street and number").fill("118 East 93rd Street")
    visitor.get_by_label("Pickup city").fill("New York")
    visitor.get_by_label("Pickup ZIP").fill("10128")
    visitor.get_by_label("Delivery street and number").fill("27 Pondview Lane")
    visitor.get_by_label("Delivery city").fill("East Hampton")
    visitor.get_by_label("Delivery ZIP").fill("11937")
    go_on(visitor)
    visitor.get_by_role("spinbutton", name="How many items, about?").fill("10")
    visitor.locator("#choice-petite").check(force=True)
    go_on(visitor)
    visitor.locator("[id='time-12:00']").check(force=True)
    go_on(visitor)
    expect(visitor.get_by_role("heading", name="You and the building")).to_be_visible()


def expect_total(visitor: Page, total: str) -> None:
    expect(visitor.locator(".price-total").first).to_contain_text(total)


def test_a_rule_is_seen_before_it_is_saved_and_priced_by_at_once(
    page: Page, new_page: NewPage, signed_in, check_accessibility
) -> None:
    make_catalogue()
    today = clock.today(clock.now())
    add_sold_bookings(40, get_price_book(), today)
    late = SurchargeRule.objects.get(name="Late pickup")
    visitor = new_page(javascript=False)
    ask_for_noon(visitor)
    expect_total(visitor, "$995.00")

    # Tom opens the rule and looks at what it would have meant.
    signed_in(page, make_colleague(Role.MANAGER, "Tom Bellamy"))
    page.goto(reverse("staff:catalogue"))
    page.get_by_role("link", name="Surcharge rules").click()
    page.get_by_role("link", name="Late pickup").click()
    page.get_by_label("Active").check()
    page.get_by_label("Or a flat sum").fill("60")
    page.get_by_role("button", name="See what it changes").click()
    heading = page.get_by_role("heading", name="If it had been so for the last 90 days")
    expect(heading).to_be_focused()
    expect(page.get_by_role("term").filter(has_text="Bookings it touches")).to_be_visible()
    expect(page.get_by_text("of 40").first).to_be_visible()
    visitor.reload()
    expect_total(visitor, "$995.00")  # nothing is saved yet

    # He saves it: the visitor's next page has the new price, and the history says who it was.
    page.get_by_role("button", name="Save it").click()
    expect(page.get_by_text("Late pickup is saved.")).to_be_visible()
    visitor.reload()
    expect_total(visitor, "$1,055.00")
    page.get_by_role("link", name="Late pickup").click()
    page.get_by_role("link", name="History").click()
    history = page.get_by_role("region", name="History")
    expect(history).to_contain_text("Tom Bellamy")
    expect(history).to_contain_text("$50.00")
    expect(history).to_contain_text("$60.00")
    check_accessibility(page)

    # Support may look, and not change it.
    client = Client()
    sign_in_staff(client, make_colleague(Role.SUPPORT))
    keys = ["surcharge-rules", late.pk]
    assert client.get(reverse("staff:catalogue_row", args=keys)).status_code == 200
    assert client.get(reverse("staff:catalogue_change", args=keys)).status_code == 403
    assert client.post(reverse("staff:catalogue_change", args=keys)).status_code == 403
