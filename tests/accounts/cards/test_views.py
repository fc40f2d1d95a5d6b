"""The pages of saved cards: what they show, what they do, and for whom."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.cards import views
from accounts.models import User
from payments import card_gateway
from payments.models import CardSetup, SavedCard
from tests.accounts.cards.conftest import signed_in
from tests.factories import make_customer, make_staff
from tests.payments.shop import Shop
from tests.payments.wallet import MASTERCARD, VISA, add_card, at_stripe, kept

CARDS = "/account/cards/"
NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)


@pytest.fixture
def browser(claire: User) -> Client:
    """Claire's browser, signed in."""
    return signed_in(claire)


def said(answer: HttpResponse) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def url(name: str, card: SavedCard) -> str:
    return reverse(f"accounts:{name}", args=[card.pk])


def make_card(user: User, number: int = 1, **fields: object) -> SavedCard:
    values = {
        "brand": "visa",
        "last4": f"{number:04}",
        "exp_month": 9,
        "exp_year": 2027,
        "saved_at": NOW - timedelta(days=number),
        **fields,
    }
    return SavedCard.objects.create(user=user, stripe_id=f"pm_{uuid4().hex}", **values)


# ------------------------------------------------------------------------------------- the list


def test_page_without_cards_offers_to_add_one(browser: Client):
    answer = browser.get(CARDS)
    assert answer.context["cards"] == []
    assert b"No cards yet" in answer.content
    assert b'action="/account/cards/add/"' in answer.content


def test_page_shows_the_default_first_then_the_newest(browser: Client, claire: User):
    make_card(claire, 1)
    make_card(claire, 2, is_default=True)
    make_card(claire, 3)
    shown = [words.card.last4 for words in browser.get(CARDS).context["cards"]]
    assert shown == ["0002", "0001", "0003"]


def test_page_asks_as_many_queries_for_one_card_as_for_many(browser: Client, claire: User):
    make_card(claire, 1)
    counts = []
    for _more in range(2):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            browser.get(CARDS)
        counts.append(len(captured))
        for number in range(2, 20):
            make_card(claire, number)
    assert counts[0] == counts[1]


def test_page_shows_nobody_elses_cards(browser: Client, claire: User):
    make_card(make_customer(), 7)
    assert browser.get(CARDS).context["cards"] == []


# --------------------------------------------------------------------------------------- adding


def test_add_leads_to_stripe(browser: Client, claire: User, shop: Shop):
    answer = browser.post(reverse("accounts:add_card"))
    setup = CardSetup.objects.get(user=claire)
    page = f"{shop.stripe.base_url}/c/pay/{setup.session_id}"
    assert (answer.status_code, answer["Location"]) == (303, page)


def test_card_added_shows_the_card_once_stripe_says_so(
    browser: Client, claire: User, shop: Shop, settings
):
    browser.post(reverse("accounts:add_card"))
    setup = CardSetup.objects.get()
    outcome = shop.stripe.pay(setup.session_id)
    answer = browser.get(outcome["redirect_url"].removeprefix(settings.SITE_URL))
    assert (answer.status_code, answer["Location"]) == (303, CARDS)
    assert said(answer) == ["Your card is saved."]
    assert kept(claire) == [("4242", True)]


def test_address_alone_adds_no_card(browser: Client, claire: User, shop: Shop):
    browser.post(reverse("accounts:add_card"))
    setup = CardSetup.objects.get()
    back = reverse("accounts:card_added", args=[setup.pk])
    answer = browser.get(back, {"session_id": setup.session_id})
    assert said(answer) == ["Stripe has not confirmed a card yet. It shows here once it is."]
    assert kept(claire) == []
    assert browser.get(back, {"session_id": "cs_test_of_another"}).status_code == 404


def test_card_added_waits_for_stripe(browser: Client, claire: User, shop: Shop):
    browser.post(reverse("accounts:add_card"))
    setup = CardSetup.objects.get()
    shop.stripe.pay(setup.session_id)
    shop.stripe.faults.add("error_before", times=2)
    back = reverse("accounts:card_added", args=[setup.pk])
    assert said(browser.get(back)) == [
        "Stripe has not confirmed a card yet. It shows here once it is."
    ]
    shop.deliver()
    shop.work()
    assert kept(claire) == [("4242", True)]


def test_visit_that_ran_out_says_so(browser: Client, claire: User, shop: Shop):
    browser.post(reverse("accounts:add_card"))
    setup = CardSetup.objects.get()
    with shop.later(minutes=36):
        answer = browser.get(reverse("accounts:card_added", args=[setup.pk]))
    assert said(answer) == ["The time to add a card has run out. No card was added."]


def test_add_says_when_stripe_is_down(browser: Client, claire: User, shop: Shop):
    make_card(claire, 1)
    shop.stripe.faults.add("error_before", times=2)
    answer = browser.post(reverse("accounts:add_card"))
    assert answer.status_code == 503
    assert b"Stripe does not answer right now" in answer.content
    assert [words.card.last4 for words in answer.context["cards"]] == ["0001"]


# ----------------------------------------------------------------------------- default, removal


@pytest.fixture
def two(shop: Shop, claire: User) -> list[SavedCard]:
    """A Visa, which is the default, and a Mastercard."""
    add_card(shop, claire, VISA)
    add_card(shop, claire, MASTERCARD)
    return list(SavedCard.objects.filter(user=claire))


def test_default_moves(browser: Client, claire: User, two: list[SavedCard]):
    answer = browser.post(url("default_card", two[1]))
    assert (answer.status_code, answer["Location"]) == (303, CARDS)
    assert said(answer) == ["Mastercard ending in 4444 is your default card now."]
    assert kept(claire) == [("4444", True), ("4242", False)]


def test_removal_asks_first(browser: Client, claire: User, two: list[SavedCard]):
    answer = browser.get(url("remove_card", two[0]))
    assert b"Visa ending in 4242" in answer.content
    assert len(kept(claire)) == 2


def test_removed_card_is_gone_for_good(browser: Client, claire: User, shop: Shop, two):
    answer = browser.post(url("remove_card", two[0]))
    assert (answer.status_code, said(answer)) == (303, ["Visa ending in 4242 is removed."])
    assert (kept(claire), at_stripe(shop, claire)) == ([("4444", True)], ["4444"])
    assert browser.post(url("remove_card", two[0])).status_code == 404


@pytest.mark.parametrize("name", ["default_card", "remove_card"])
def test_nothing_is_lost_while_stripe_is_down(browser: Client, claire: User, shop, two, name):
    shop.stripe.faults.add("error_before", times=2)
    answer = browser.post(url(name, two[1]))
    assert answer.status_code == 503
    assert b"this is not done yet" in answer.content
    assert kept(claire) == [("4242", True), ("4444", False)]


def test_default_that_stripe_forgot_is_said(browser: Client, claire: User, shop: Shop, two):
    card_gateway.detach_card(two[1].stripe_id)
    answer = browser.post(url("default_card", two[1]))
    assert said(answer) == ["This card is not saved any more."]
    assert kept(claire) == [("4242", True)]


# --------------------------------------------------------------------------------- for whom, how


@pytest.mark.parametrize("name", ["default_card", "remove_card"])
def test_card_of_somebody_else_is_not_found(browser: Client, shop: Shop, name: str):
    card = make_card(make_customer(), 1)
    assert browser.post(url(name, card)).status_code == 404
    assert SavedCard.objects.filter(pk=card.pk).exists()
    assert browser.get(url("remove_card", card)).status_code == 404


def test_visit_of_somebody_else_is_not_found(browser: Client, shop: Shop):
    other = signed_in(make_customer())
    other.post(reverse("accounts:add_card"))
    back = reverse("accounts:card_added", args=[CardSetup.objects.get().pk])
    assert browser.get(back).status_code == 404


def test_strangers_sign_in_and_staff_find_nothing(shop: Shop):
    answer = Client().get(CARDS)
    assert (answer.status_code, answer["Location"].split("?")[1]) == (
        303,
        "next=%2Faccount%2Fcards%2F",
    )
    staff = signed_in(make_staff())
    assert staff.get(CARDS).status_code == 404
    assert staff.post(reverse("accounts:add_card")).status_code == 404


@pytest.mark.parametrize("name", ["add_card", "default_card"])
def test_looking_changes_nothing(browser: Client, claire: User, name: str):
    args = [] if name == "add_card" else [make_card(claire).pk]
    assert browser.get(reverse(f"accounts:{name}", args=args)).status_code == 405


def test_calls_to_stripe_are_limited_for_each_account(
    browser: Client, claire: User, shop, monkeypatch
):
    monkeypatch.setattr(views, "CARD_CALLS", views.Limit("cards", times=1, seconds=600))
    assert browser.post(reverse("accounts:add_card")).status_code == 303
    calls = len(shop.stripe.requests())
    answer = browser.post(reverse("accounts:add_card"))
    assert answer.status_code == 429
    assert b"wait a few minutes" in answer.content
    assert len(shop.stripe.requests()) == calls
    assert signed_in(make_customer()).post(reverse("accounts:add_card")).status_code == 303
