"""Orders in the back office: two coordinators at one booking, and a caller's booking."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from booking.models import Booking, Leg
from payments.models import PaymentLink
from staff.permissions import Role
from tests.factories import (
    make_booking,
    make_catalogue,
    make_colleague,
    make_customer,
    next_weekday,
)
from tests.staff.conftest import SignedIn
from totetaxi.lib.clock import now as clock_now

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.allow_console_errors  # 409 is what it is about
def test_two_coordinators_at_one_booking_lose_nothing(
    page: Page,
    new_page: Callable[..., Page],
    signed_in: SignedIn,
    check_accessibility: Callable[[Page], None],
) -> None:
    make_catalogue()
    booking = make_booking()
    address = f"/staff/bookings/{booking.number}/edit/trip/"
    maya = signed_in(new_page(), make_colleague(Role.COORDINATOR, "Maya Park"))
    tom = signed_in(page, make_colleague(Role.COORDINATOR, "Tom Bellamy"))

    # Both open the same booking; Maya is quicker.
    for desk in (maya, tom):
        desk.goto(address)
    maya.get_by_label("Pickup street and number").fill("9 Broome Street")
    maya.get_by_label("Pickup unit").fill("2A")
    maya.get_by_role("button", name="Save the change").click()
    maya.wait_for_url(f"**/staff/bookings/{booking.number}/")

    # Tom types something else, and is told as soon as he leaves the field.
    tom.get_by_label("Delivery street and number").fill("4 Dune Road")
    tom.get_by_label("Delivery unit").focus()
    expect(tom.get_by_text("Maya Park changed this booking meanwhile.")).to_be_visible()
    tom.get_by_role("button", name="See both side by side").click()

    # Both versions stand side by side, each with its own field chosen.
    expect(tom.get_by_role("heading", name="Maya Park changed this booking")).to_be_visible()
    expect(tom.get_by_label("9 Broome Street")).to_be_checked()
    expect(tom.get_by_label("4 Dune Road")).to_be_checked()
    expect(tom.get_by_text("You changed different fields, so both fit together")).to_be_visible()
    check_accessibility(tom)
    assert Booking.objects.get().addresses.get(leg=Leg.DELIVERY).street == "27 Pondview Lane"

    # He goes on with both, sees what they change together, and saves.
    tom.get_by_role("button", name="Go on with these").click()
    expect(tom.get_by_label("Pickup street and number")).to_have_value("9 Broome Street")
    expect(tom.get_by_label("Delivery street and number")).to_have_value("4 Dune Road")
    check_accessibility(tom)
    tom.get_by_role("button", name="Save the change").click()
    expect(tom.get_by_text(f"{booking.code} is saved: $995.00 in all.")).to_be_visible()
    ends = {row.leg: (row.street, row.unit) for row in Booking.objects.get().addresses.all()}
    assert ends == {"pickup": ("9 Broome Street", "2A"), "delivery": ("4 Dune Road", "")}


def test_a_callers_booking_from_the_search_to_the_sent_link(
    page: Page, signed_in: SignedIn, check_accessibility: Callable[[Page], None]
) -> None:
    make_catalogue()
    customer = make_customer("julian@ashworth.example")
    signed_in(page, make_colleague(Role.MANAGER, "Ruth Okafor"))
    page.goto("/staff/bookings/new/")
    check_accessibility(page)

    # Found by the e-mail while it is typed, and chosen.
    page.get_by_label("Find a customer").press_sequentially("ashworth")
    page.get_by_role("button", name="julian@ashworth.example").click()
    expect(page.get_by_role("button", name="Somebody else")).to_be_visible()

    # Where, what and when; the price and the day's room follow.
    for label, text in (
        ("Pickup street and number", "340 West 57th Street"),
        ("Pickup city", "New York"),
        ("Pickup ZIP", "10019"),
        ("Delivery street and number", "18 Egypt Lane"),
        ("Delivery city", "East Hampton"),
        ("Delivery ZIP", "11937"),
        ("Items", "10"),
        ("Pickup date", next_weekday(clock_now()).isoformat()),
    ):
        page.get_by_label(label, exact=label == "Items").fill(text)
    page.get_by_label("Service").select_option(label="Mini Move Petite, $995, up to 15 items")
    page.get_by_label("Pickup time").select_option("9:00 AM")
    expect(page.get_by_text("has room for")).to_be_visible()
    expect(page.get_by_role("button", name="Book and send a link for $995.00")).to_be_visible()

    # Pressed too early: what is missing is said, and nothing is lost.
    page.get_by_role("button", name="Book and send a link for $995.00").click()
    missing = page.get_by_role("link", name="Tell the caller the terms, and tick that you did")
    expect(missing).to_be_visible()
    expect(page.get_by_label("Pickup street and number")).to_have_value("340 West 57th Street")
    page.get_by_label("The caller was told the terms").check()
    check_accessibility(page)
    page.get_by_role("button", name="Book and send a link for $995.00").click()

    expect(page.get_by_text("A payment link for $995.00 is with julian@")).to_be_visible()
    booking, link = Booking.objects.get(), PaymentLink.objects.get()
    assert (booking.customer_id, booking.source) == (customer.pk, "staff")
    assert (link.booking_id, link.amount_cents, link.state) == (booking.pk, 99_500, "open")


def test_choosing_a_caller_outlasts_the_price_of_the_field_left(
    page: Page, signed_in: SignedIn
) -> None:
    make_catalogue()
    make_customer("julian@ashworth.example")
    signed_in(page, make_colleague(Role.MANAGER, "Ruth Okafor"))
    page.goto("/staff/bookings/new/")

    def answer_slowly(route: Route) -> None:
        if "choose=" in (route.request.post_data or ""):
            time.sleep(0.6)  # a slow network: the price is asked for meanwhile
        route.continue_()

    page.route("**/staff/bookings/new/", answer_slowly)
    page.get_by_label("Find a customer").press_sequentially("ashworth")
    page.get_by_role("button", name="julian@ashworth.example").click()
    expect(page.get_by_role("button", name="Somebody else")).to_be_visible()
