"""Every dollar explained: what came, what is not ours, and money that nobody knows, at one desk."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from payments.models import Payment
from payments.services.start_checkout import start_checkout
from staff.permissions import Role
from tests.factories import make_catalogue, make_colleague, make_draft, make_order
from tests.sandbox.fixtures import JudgedSandbox
from tests.staff.conftest import SignedIn
from totetaxi.lib import clock, queue
from totetaxi.lib.actor import GUEST

pytestmark = pytest.mark.django_db(transaction=True)


def pay(stripe: JudgedSandbox) -> Payment:
    """Somebody books and pays; Stripe's messages about it are lost."""
    order = make_order(draft_id=make_draft().pk)
    payment = start_checkout(order, shown_total_cents=None, by=GUEST, now=clock.now()).payment
    assert payment is not None
    payment.refresh_from_db()
    stripe.pay(payment.session_id)
    return payment


def test_manager_compares_explains_and_reads_the_report(
    page: Page,
    paying_site: str,
    stripe_sandbox: JudgedSandbox,
    signed_in: SignedIn,
    check_accessibility: Callable[[Page], None],
) -> None:
    make_catalogue()
    stripe_sandbox.webhooks(drop=True)
    forgotten = pay(stripe_sandbox)
    Payment.objects.filter(pk=forgotten.pk).delete()
    paid = pay(stripe_sandbox)
    stripe_sandbox.charge_by_hand(40000, "Invoice 7")
    stripe_sandbox.settle()
    desk = signed_in(page, make_colleague(Role.MANAGER, "Tom Bellamy"))

    # Nothing is known yet of what moved; Tom has it compared, and a worker does that.
    desk.goto("/staff/money/")
    desk.get_by_role("button", name="Compare now").click()
    expect(desk.get_by_text("The last two days are being compared")).to_be_visible()
    queue.run_pending()
    desk.goto("/staff/money/")

    # The missed payment was healed, the invoice stands apart, one thing is open.
    paid.refresh_from_db()
    expect(desk.get_by_role("link", name=paid.booking.code)).to_have_count(1)
    expect(desk.get_by_text("Made outside")).to_be_visible()
    check_accessibility(desk)
    desk.keyboard.press("j")
    desk.keyboard.press("Enter")
    desk.get_by_label("What it is").fill("A test of the year before, refunded by hand")
    desk.get_by_role("button", name="Explain $995.00").click()
    expect(desk.get_by_text("Nothing is open: every dollar is explained.")).to_be_visible()

    # The report by day agrees to the cent.
    desk.get_by_role("link", name="Report by day").click()
    expect(desk.get_by_text("All of it agrees, to the cent.")).to_be_visible()
