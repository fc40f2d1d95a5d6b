"""The page in a browser: it refreshes itself and takes nothing away; readable at every width."""

import pytest
from playwright.sync_api import Page, expect

from booking.models import Alert, Booking
from booking.services.complete import complete_booking
from booking.services.status import record_event
from staff.models import StaffProfile
from staff.permissions import Role
from tests.browser import CheckPages
from tests.factories import make_colleague, make_paid_booking
from tests.payments.changing import ask, saturday, to, weekday
from tests.staff.bookings.page.story import add_past
from totetaxi.lib import clock
from totetaxi.lib.actor import actor_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def booking() -> Booking:
    return make_paid_booking(pickup_date=weekday(7), contact_name="Rosa Nye")


def look_again(page: Page) -> None:
    """What the page does by itself every 20 seconds."""
    with page.expect_response(lambda answer: "kind=all" in answer.url):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_page_follows_what_others_do_and_keeps_words_and_focus(
    page: Page, signed_in, colleague: StaffProfile, booking: Booking
) -> None:
    signed_in(page, colleague)
    page.goto(f"/staff/bookings/{booking.number}/")
    page.get_by_label("Add a note for the team").fill("Half a sente")
    page.locator("#edit-people").focus()
    maya = make_colleague(Role.COORDINATOR, "Maya Park")
    Booking.objects.filter(pk=booking.pk).update(status="in_progress")
    complete_booking(booking.pk, by=actor_of(maya.user), now=clock.now())
    look_again(page)
    expect(page.locator("#booking-head .chip").first).to_have_text("Completed")
    stream = page.get_by_role("region", name="Everything that happened")
    expect(stream.get_by_text("Maya Park").first).to_be_visible()
    expect(page.get_by_label("Add a note for the team")).to_have_value("Half a sente")
    assert page.locator("#edit-people").count() == 0


def test_focus_stays_where_it_is_when_the_page_refreshes_itself(
    page: Page, signed_in, colleague: StaffProfile, booking: Booking
) -> None:
    signed_in(page, colleague)
    page.goto(f"/staff/bookings/{booking.number}/")
    page.locator("#edit-people").focus()
    fresh = Booking.objects.get(pk=booking.pk)
    record_event(
        fresh, kind="change", reason="reordered", by=actor_of(colleague.user), now=clock.now()
    )
    look_again(page)
    expect(page.get_by_text("The order was changed")).to_be_visible()
    expect(page.locator("#edit-people")).to_be_focused()


def test_pages_are_readable_at_every_width(
    page: Page, signed_in, check_pages: CheckPages, booking: Booking
) -> None:
    ada = make_colleague(Role.ADMIN, "Ada Whitlock")
    add_past(booking, ada, 2)
    asked = ask(booking, to(saturday(), booking), note="The lift is broken")
    here = f"/staff/bookings/{booking.number}/"
    check_pages(
        signed_in(page, ada),
        here,
        f"{here}status/",
        f"{here}cancellation/",
        f"{here}notes/",
        f"/staff/change-requests/{asked.pk}/",
        f"/staff/alerts/{Alert.objects.get().pk}/",
    )
