"""The pages of refunds in a browser: readable at every width, by everybody."""

import pytest
from playwright.sync_api import Page, expect

from payments.models import Payment
from payments.services.refund import request_refund
from staff.models import StaffProfile
from tests.browser import CheckPages
from tests.factories import make_refund
from tests.staff.conftest import SignedIn
from tests.staff.refunds.test_page import forget_confirmation
from totetaxi.lib import clock
from totetaxi.lib.actor import actor_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_pages_are_readable_at_every_width(
    page: Page,
    signed_in: SignedIn,
    check_pages: CheckPages,
    payment: Payment,
    ruth: StaffProfile,
    tom: StaffProfile,
) -> None:
    asked = request_refund(
        payment.pk,
        amount_cents=10925,
        reason="our_fault",
        note="One of 10 items was not carried: $95.00 and its 15 % weekend surcharge, $14.25",
        by=actor_of(ruth.user),
        now=clock.now(),
    )
    failed = make_refund(payment, 100, status="failed", succeeded_at=None, failure_reason="unknown")
    here = f"/staff/bookings/{payment.booking.number}/"
    signed_in(page, tom)
    forget_confirmation()
    check_pages(
        page,
        "/staff/refunds/",
        f"/staff/refunds/{asked.pk}/",
        f"/staff/refunds/{failed.pk}/",
        f"{here}refund/",
        f"{here}cancellation/",
    )


def test_what_a_cancellation_returns_follows_the_choice(
    page: Page, signed_in: SignedIn, payment: Payment, tom: StaffProfile
) -> None:
    signed_in(page, tom)
    code = payment.booking.code
    page.goto(f"/staff/bookings/{payment.booking.number}/cancellation/")
    expect(page.get_by_role("button", name=f"Cancel {code}, $995.00 back")).to_be_visible()
    page.get_by_label("Another sum").check()
    page.get_by_label("The other sum, in dollars").fill("300")
    page.get_by_label("Why not what the rules give").fill("They agreed to it")
    page.get_by_label("Why, for the team").focus()
    page.get_by_role("button", name=f"Cancel {code}, $300.00 back").click()
    expect(page.get_by_text(f"{code} is cancelled.")).to_be_visible()


def test_everything_works_without_javascript(
    plain_page: Page, signed_in: SignedIn, payment: Payment, ruth: StaffProfile
) -> None:
    page = signed_in(plain_page, ruth)
    page.goto(f"/staff/bookings/{payment.booking.number}/refund/")
    page.get_by_role("link", name="All of it: $995.00").click()
    expect(page.get_by_label("Amount in dollars")).to_have_value("995.00")
    page.get_by_label("Goodwill").check()
    page.get_by_label("What happened").fill("A long wait")
    page.get_by_role("button", name="Ask for the refund").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Refund of $995.00")
