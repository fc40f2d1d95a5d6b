"""The steps of the wizard as a visitor takes them, with or without JavaScript."""

from __future__ import annotations

from datetime import date

from playwright.sync_api import Page, expect

CARD = "4242 4242 4242 4242"
PAUSE_MS = 400
DECLINED = "4000 0000 0000 0002"


def go_on(page: Page) -> None:
    """Press the Continue that this screen shows."""
    page.get_by_role("button", name="Continue").locator("visible=true").first.click()


def settle(page: Page) -> None:
    """Wait until the last change was sent, after its pause, and answered."""
    page.wait_for_timeout(PAUSE_MS)
    page.locator("form.htmx-request").wait_for(state="detached")


def answer_where(page: Page, *, delivery_zip: str = "11937") -> None:
    fields = {
        "Pickup street and number": "118 East 93rd Street",
        "Pickup city": "New York",
        "Pickup ZIP": "10128",
        "Delivery street and number": "27 Pondview Lane",
        "Delivery city": "East Hampton",
        "Delivery ZIP": delivery_zip,
    }
    for label, text in fields.items():
        page.get_by_label(label).fill(text)
    settle(page)
    go_on(page)
    expect(page.get_by_role("heading", name="What are we carrying?")).to_be_visible()


def answer_when(page: Page, day: date, wall: str = "10:00") -> None:
    page.locator(f"#day-{day.isoformat()}").check(force=True)
    settle(page)
    page.locator(f"[id='time-{wall}']").check(force=True)
    settle(page)
    go_on(page)
    expect(page.get_by_role("heading", name="You and the building")).to_be_visible()


def answer_who(page: Page, *, email: str = "claire@example.com") -> None:
    page.get_by_label("Your name").fill("Claire Ellery")
    page.get_by_label("Your e-mail").fill(email)
    page.get_by_label("Your phone").fill("(212) 555-0171")
    settle(page)
    go_on(page)
    expect(page.get_by_role("heading", name="Is everything right?")).to_be_visible()


def pay_by_card(page: Page, number: str = CARD) -> None:
    """On Stripe's page."""
    page.get_by_label("Card number").fill(number)
    page.get_by_label("Expiry").fill("12/34")
    page.get_by_label("Security code").fill("123")
    page.get_by_label("Name on card").fill("Claire Ellery")
    page.get_by_role("button", name="Pay $").click()
