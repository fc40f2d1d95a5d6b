"""The pages of saved cards in a browser."""

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from accounts.models import User
from payments.models import SavedCard
from payments.services.card_setup import finish_setup, start_setup
from tests.accounts.cards.conftest import signed_in
from tests.accounts.cards.test_views import make_card
from tests.factories import make_customer
from tests.sandbox.fixtures import JudgedSandbox
from totetaxi.lib import clock, queue

pytestmark = pytest.mark.django_db(transaction=True)

CARDS = "/account/cards/"


@pytest.fixture
def keeper(paying_site: str) -> User:
    return make_customer("claire@example.com")


def sign_in(page: Page, user: User, site: str) -> None:
    session = signed_in(user).session.session_key
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": str(session), "url": site}]
    )


def fill_wallet(user: User) -> None:
    today = clock.today(clock.now())
    make_card(user, 4242, is_default=True)
    make_card(user, 4444, brand="mastercard", exp_month=today.month, exp_year=today.year)
    make_card(user, 5, brand="amex", exp_month=1, exp_year=2024)


@pytest.mark.parametrize("size", ["page", "phone"])
def test_pages_are_accessible(
    request: pytest.FixtureRequest, paying_site: str, keeper: User, check_accessibility, size: str
):
    page: Page = request.getfixturevalue(size)
    sign_in(page, keeper, paying_site)
    page.goto(CARDS)
    check_accessibility(page)
    fill_wallet(keeper)
    page.goto(CARDS)
    check_accessibility(page)
    page.get_by_role("link", name="Remove Visa ending in 4242").click()
    check_accessibility(page)


@pytest.mark.parametrize("kind", ["page", "plain_page"])
def test_card_is_added_made_default_and_removed(
    request: pytest.FixtureRequest,
    paying_site: str,
    keeper: User,
    stripe_sandbox: JudgedSandbox,
    kind: str,
):
    page: Page = request.getfixturevalue(kind)
    make_old_card(stripe_sandbox, keeper)
    sign_in(page, keeper, paying_site)
    page.goto(CARDS)
    page.get_by_role("button", name="Add a card").click()
    page.get_by_role("link", name="5555 5555 5555 4444").click()
    page.get_by_role("button", name="Save card").click()
    expect(page.get_by_text("Your card is saved.")).to_be_visible()
    page.get_by_role("button", name="Mastercard ending in 4444").click()
    expect(page.get_by_text("is your default card now")).to_be_visible()
    page.get_by_role("link", name="Remove Visa ending in 4242").click()
    page.get_by_role("button", name="Remove this card").click()
    expect(page.get_by_text("Visa ending in 4242 is removed.")).to_be_visible()
    queue.run_pending()
    assert [card.last4 for card in SavedCard.objects.filter(user=keeper)] == ["4444"]


def make_old_card(stripe_sandbox: JudgedSandbox, user: User) -> None:
    setup = start_setup(user, now=clock.now()).setup
    stripe_sandbox.pay(str(setup.session_id))
    finish_setup(setup.pk, now=clock.now())


def test_leaving_stripes_page_changes_nothing(page: Page, paying_site: str, keeper: User):
    sign_in(page, keeper, paying_site)
    page.goto(CARDS)
    page.get_by_role("button", name="Add a card").click()
    page.get_by_role("link", name="Back to ToteTaxi").click()
    expect(page.get_by_role("heading", name="No cards yet")).to_be_visible()
    page.go_back()
    page.go_back()
    expect(page.get_by_role("button", name="Add a card")).to_be_enabled()
