"""A refund from the wish to the card: one asks, another approves, Stripe makes it, it is told."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from booking.models import Booking, Message
from payments.models import Payment, Refund
from staff.permissions import Role
from tests.factories import make_catalogue, make_colleague
from tests.payments.shop import Shop
from tests.sandbox.fixtures import JudgedSandbox
from tests.staff.codes import code_for, give_app
from tests.staff.conftest import SignedIn
from tests.staff.refunds.test_page import forget_confirmation

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def paid_booking(shop: Shop) -> Booking:
    """Booked and paid on Stripe's page."""
    checkout = shop.press_pay(shop.order(contact_name="Martin Esposito"))
    assert checkout.payment is not None
    shop.pay(checkout.payment)
    shop.reconcile()
    assert Payment.objects.get().status == Payment.Status.SUCCEEDED
    return checkout.booking


def test_a_refund_from_the_wish_to_the_card(
    new_page: Callable[..., Page],
    paying_site: str,
    stripe_sandbox: JudgedSandbox,
    signed_in: SignedIn,
    check_accessibility: Callable[[Page], None],
) -> None:
    make_catalogue()
    shop = Shop(stripe_sandbox)
    booking = paid_booking(shop)

    # Ruth asks from the booking's page.
    ruth = signed_in(new_page(), make_colleague(Role.SUPPORT, "Ruth Okafor"))
    ruth.goto(f"/staff/bookings/{booking.number}/")
    ruth.get_by_role("link", name="Refund…").click()
    ruth.get_by_label("Amount in dollars").fill("109.25")
    ruth.get_by_label("Our own fault").check()
    ruth.get_by_label("What happened").fill("One of 10 items was not carried")
    check_accessibility(ruth)
    ruth.get_by_role("button", name="Ask for the refund").click()
    expect(ruth.get_by_text("Somebody else approves it.").first).to_be_visible()
    expect(ruth.get_by_role("button", name="Refund $109.25")).to_have_count(0)
    ruth.context.close()

    # Tom finds it in the queue, reads the sums, shows who he is, and approves.
    manager = make_colleague(Role.MANAGER, "Tom Bellamy")
    secret = give_app(manager)
    tom = signed_in(new_page(), manager)
    forget_confirmation()
    tom.goto("/staff/refunds/")
    check_accessibility(tom)
    tom.get_by_role("link", name=booking.code).click()
    expect(tom.get_by_role("heading", name="Approve a refund of $109.25?")).to_be_visible()
    expect(tom.get_by_text("You did not ask for it, and it is within your $500.00")).to_be_visible()
    tom.get_by_label("Code from your authenticator, to approve money").fill(code_for(secret))
    check_accessibility(tom)
    tom.get_by_role("button", name="Refund $109.25").click()
    expect(
        tom.get_by_text(f"Approved: $109.25 for {booking.code} is on its way back.")
    ).to_be_visible()

    # Stripe makes it, and the customer is told once.
    shop.work()
    assert Refund.objects.get().status == "succeeded"
    assert Message.objects.filter(kind="refund_made").count() == 1
    tom.reload()
    expect(tom.get_by_text("Money went back")).to_be_visible()
