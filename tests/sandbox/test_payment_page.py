"""The payment page as a buyer meets it, without JavaScript throughout."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser import PHONE
from tests.sandbox.conftest import CreateSession
from tests.sandbox.fixtures import JudgedSandbox
from totetaxi.sandbox.stripe.checkout.card_form import check, read_form
from totetaxi.sandbox.stripe.resources.payment_methods import CardEntry

NARROW = {**PHONE, "width": 360}


WIDE = {"width": 1280, "height": 900}


@pytest.fixture
def buyer(browser: Browser) -> Iterator[Page]:
    """A browser without JavaScript; the merchant's pages are stood in for."""
    context = browser.new_context(java_script_enabled=False, viewport=WIDE)
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.route(
        "https://totetaxi.test/**",
        lambda route: route.fulfill(body="<title>ToteTaxi</title>", content_type="text/html"),
    )
    yield page
    context.close()


@pytest.fixture
def pay_url(create_session: CreateSession) -> str:
    return str(create_session().url)


def fill(page: Page, number: str = "4242 4242 4242 4242") -> None:
    page.get_by_label("Card number").fill(number)
    page.get_by_label("Expiry").fill("12/34")
    page.get_by_label("Security code").fill("123")
    page.get_by_label("Name on card").fill("Ada Guest")


def press_pay(page: Page) -> None:
    page.get_by_role("button", name="Pay $335.00").click()


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["desktop", "phone"])
def test_page_shows_what_is_paid_and_fits(buyer: Page, pay_url, size):
    buyer.set_viewport_size(size)
    buyer.goto(pay_url)
    expect(buyer).to_have_title("Pay $335.00 · ToteTaxi")
    expect(buyer.get_by_text("Sandbox: no real money.").first).to_be_visible()
    lines = buyer.get_by_role("list").first.get_by_role("listitem")
    expect(lines).to_have_text(
        [re.compile(r"Petite move\s+\$295.00"), re.compile(r"Stairs\s+2 × \$20.00\s+\$40.00")]
    )
    expect(buyer.get_by_label("Email")).to_have_value("guest@example.com")
    expect(buyer.get_by_role("link", name="4000 0000 0000 9995")).to_be_visible()
    expect(buyer.get_by_role("link", name="Back to ToteTaxi")).to_have_attribute(
        "href", "https://totetaxi.test/back/"
    )
    assert [box for box in boxes(buyer) if box["x"] + box["width"] > size["width"]] == []


def boxes(page: Page) -> list[dict[str, float]]:
    """Return where everything is that a buyer reads or uses."""
    found = page.locator("h1, h2, p, li, a, input, button, label").all()
    return [box for box in (element.bounding_box() for element in found) if box]


def test_card_pays_and_leads_back(buyer: Page, stripe_sandbox: JudgedSandbox, pay_url):
    buyer.goto(pay_url)
    fill(buyer)
    press_pay(buyer)
    session_id = pay_url.rsplit("/", 1)[1]
    expect(buyer).to_have_url(f"https://totetaxi.test/done/?session_id={session_id}")
    completed = stripe_sandbox.events("checkout.session.completed")[0]["data"]["object"]
    assert completed["customer_details"]["name"] == "Ada Guest"
    buyer.goto(pay_url)
    expect(buyer.get_by_role("heading")).to_have_text("You have already paid")


def test_declined_card_can_be_tried_again(buyer: Page, stripe_sandbox: JudgedSandbox, pay_url):
    buyer.goto(pay_url)
    fill(buyer, "4000 0000 0000 9995")
    press_pay(buyer)
    expect(buyer.get_by_role("alert")).to_have_text("Your card has insufficient funds.")
    number = buyer.get_by_label("Card number")
    expect(number).to_have_value("4000 0000 0000 9995")
    expect(number).to_have_accessible_description("Your card has insufficient funds.")
    expect(number).to_be_focused()
    expect(buyer.get_by_label("Security code")).to_have_value("")
    fill(buyer)
    press_pay(buyer)
    expect(buyer).to_have_title("ToteTaxi")
    assert len(stripe_sandbox.events("checkout.session.completed")) == 1


GOOD = {
    "email": "guest@example.com",
    "card_number": "4242 4242-4242 4242",
    "expiry": "12 / 34",
    "cvc": "123",
    "name": "Ada Guest",
}
NOVEMBER_2026 = 1_795_000_000


@pytest.mark.parametrize(
    ("field", "text", "message"),
    [
        ("email", "guest", "Enter your email address."),
        ("card_number", "4242", "Enter the card number."),
        ("card_number", "4242 4242 4242 4241", "Your card number is invalid."),
        ("expiry", "13/34", "Enter month and year, like 12 / 34."),
        ("expiry", "10/26", "Your card's expiration date is in the past."),
        ("cvc", "1", "Enter the 3 or 4 digits of the security code."),
        ("name", " ", "Enter the name on the card."),
    ],
)
def test_form_refuses_mistake_at_its_field(field, text, message):
    form = read_form(GOOD | {field: text})
    assert check(form, NOVEMBER_2026) is None
    assert form.errors == {field: message}


@pytest.mark.parametrize("expiry", ["11/26", "11 / 2026", "1126", "11-26"])
def test_form_reads_the_card_as_people_type_it(expiry):
    entry = check(read_form(GOOD | {"expiry": expiry}), NOVEMBER_2026)
    assert entry == CardEntry(
        number="4242424242424242",
        exp_month=11,
        exp_year=2026,
        name="Ada Guest",
        email="guest@example.com",
    )


def test_mistakes_are_shown_at_their_fields(buyer: Page, stripe_sandbox: JudgedSandbox, pay_url):
    buyer.goto(pay_url)
    fill(buyer, "4242 4242 4242 4241")
    buyer.get_by_label("Security code").fill("")
    press_pay(buyer)
    expect(buyer).to_have_title("Error: Pay $335.00 · ToteTaxi")
    number = buyer.get_by_label("Card number")
    expect(number).to_have_accessible_description(re.compile("Your card number is invalid."))
    expect(number).to_have_attribute("aria-invalid", "true")
    expect(number).to_be_focused()
    expect(buyer.locator("[aria-invalid]")).to_have_count(2)
    expect(buyer.get_by_label("Name on card")).to_have_value("Ada Guest")
    assert stripe_sandbox.events() == []


@pytest.mark.parametrize(
    ("answer", "kind"), [("Complete", "succeeded"), ("Fail", "payment_failed")]
)
def test_challenge_decides(buyer: Page, stripe_sandbox: JudgedSandbox, pay_url, answer, kind):
    buyer.goto(pay_url)
    fill(buyer, "4000 0027 6000 3184")
    press_pay(buyer)
    expect(buyer.get_by_role("heading")).to_have_text("Confirm this payment")
    buyer.get_by_role("button", name=answer).click()
    if answer == "Complete":
        expect(buyer).to_have_title("ToteTaxi")
    else:
        expect(buyer.get_by_role("alert")).to_contain_text("unable to authenticate")
    assert len(stripe_sandbox.events(f"payment_intent.{kind}")) == 1


def test_second_tab_learns_that_it_is_paid(buyer: Page, stripe_sandbox: JudgedSandbox, pay_url):
    buyer.goto(pay_url)
    stripe_sandbox.pay(pay_url.rsplit("/", 1)[1])
    fill(buyer)
    press_pay(buyer)
    expect(buyer.get_by_role("heading")).to_have_text("You have already paid")
    assert len(stripe_sandbox.events("charge.succeeded")) == 1


def test_expired_page_says_so(buyer: Page, stripe_sandbox: JudgedSandbox, pay_url):
    stripe_sandbox.advance(25 * 3600)
    buyer.goto(pay_url)
    expect(buyer.get_by_role("heading")).to_have_text("This payment page has expired")
    expect(buyer.get_by_role("link", name="Return to ToteTaxi")).to_have_attribute(
        "href", "https://totetaxi.test/back/"
    )


def test_form_works_by_keyboard_alone(buyer: Page, stripe_sandbox: JudgedSandbox, pay_url):
    buyer.goto(f"{pay_url}?card=4242424242424242")
    buyer.keyboard.press("Tab")  # back to the shop
    for label in ("Email", "Card number", "Expiry", "Security code", "Name on card"):
        buyer.keyboard.press("Tab")
        expect(buyer.get_by_label(label)).to_be_focused()
    buyer.keyboard.press("Tab")
    buyer.keyboard.press("Enter")
    expect(buyer).to_have_title("ToteTaxi")


def test_pages_are_accessible(browser: Browser, stripe_sandbox: JudgedSandbox, create_session):
    session = create_session()
    context = browser.new_context(viewport=NARROW)
    page = context.new_page()
    page.goto(session.url)
    assert violations(page) == []
    press_pay(page)
    assert violations(page) == []
    fill(page, "4000 0000 0000 3220")
    press_pay(page)
    assert violations(page) == []
    stripe_sandbox.advance(25 * 3600)
    page.goto(session.url)
    assert violations(page) == []
    context.close()


def violations(page: Page) -> list[str]:
    page.wait_for_load_state()  # a page that came by a click may still lack its style
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    response = Axe().run(page, options={"runOnly": {"type": "tag", "values": tags}}).response
    return [
        f"{one['id']}: {node['target']}" for one in response["violations"] for node in one["nodes"]
    ]
