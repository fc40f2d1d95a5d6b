"""A bank disputes a payment: staff are told, gather evidence, start the trip all the same; and the
customer takes the receipt along.
"""

import pytest
from playwright.sync_api import Page, expect

from booking.models import AccessToken, Document
from payments.models import Dispute
from staff.permissions import Role
from tests.browser import NewPage
from tests.factories import make_catalogue, make_colleague
from tests.payments.shop import Shop
from tests.sandbox.fixtures import JudgedSandbox
from tests.staff.conftest import SignedIn

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def opened_file(page: Page, name: str) -> bytes:
    """What a link to a document gives, as this browser gets it."""
    link = page.get_by_role("link", name=name).get_attribute("href")
    answer = page.request.get(str(link))
    assert answer.headers["content-type"] == "application/pdf"
    return answer.body()


def test_dispute_is_told_and_decided_about(
    paying_site: str, stripe_sandbox: JudgedSandbox, new_page: NewPage, signed_in: SignedIn
) -> None:
    make_catalogue()
    stripe_sandbox.webhook_url = None  # what it sends arrives when it is handed over
    shop = Shop(stripe_sandbox)
    payment = shop.paid(contact_name="Claire Ellery")
    stripe_sandbox.settle()
    (charge,) = stripe_sandbox.objects("charge", payment_intent=payment.intent_id)
    made = stripe_sandbox.dispute(charge["id"], reason="product_not_received", due_days=7)
    shop.deliver()
    shop.work()

    page = signed_in(new_page(), make_colleague(Role.ADMIN, "Ada Whitlock"))
    page.goto("/staff/today/?queue=money")
    page.get_by_role("link", name="Open the dispute").first.click()
    expect(page.get_by_role("heading", name="Dispute of $995.00")).to_be_visible()
    expect(page.get_by_text("Says nothing was carried")).to_be_visible()
    expect(page.get_by_text("Terms accepted")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name=payment.booking.code).click()

    expect(page.get_by_text("$995.00 disputed").first).to_be_visible()
    page.get_by_role("button", name="Issue a receipt").click()
    expect(page.get_by_text("Receipt R-000001 is as the money stands now.")).to_be_visible()
    ours = opened_file(page, "Receipt R-000001")

    page.locator("#booking-status").click()
    page.get_by_role("button", name="Start the trip").click()
    expect(
        page.get_by_text("Write why it starts although its money is disputed").first
    ).to_be_visible()
    page.get_by_label("Why it starts although its money is disputed").fill("She called us")
    page.get_by_role("button", name="Start the trip").click()
    expect(page.get_by_text("She called us")).to_be_visible()

    stripe_sandbox.lose_dispute(made["id"])
    shop.deliver()
    shop.work()
    page.goto(f"/staff/disputes/{Dispute.objects.get().pk}/")
    expect(page.get_by_text("The sum is gone.")).to_be_visible()

    guest = new_page()
    guest.goto(f"/b/{AccessToken.issue(booking=payment.booking)}/")
    assert opened_file(guest, "Receipt R-000001") == ours
    assert Document.objects.count() == 1
