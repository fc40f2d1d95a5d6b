"""Saved cards: added at Stripe, mirrored here, made default, removed; whatever comes when."""

import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from accounts.models import User
from payments import card_gateway, gateway
from payments.models import CardSetup, SavedCard, StripeCustomer, StripeEvent
from payments.services import cards
from payments.services.card_setup import finish_setup, start_setup
from payments.services.cards import CardGoneError, make_default, remove_card, sync_cards
from tests.factories import make_customer
from tests.payments.shop import Shop, alerts
from tests.payments.test_races import at_once, meeting
from tests.payments.wallet import MASTERCARD, VISA, add_card, at_stripe, kept
from totetaxi.lib import clock

SESSIONS = {"method": "POST", "path": "/v1/checkout/sessions"}


@pytest.fixture
def claire(shop: Shop) -> User:
    return make_customer("claire@example.com")


def start(user: User) -> CardSetup:
    return start_setup(user, now=clock.now()).setup


def finish(setup: CardSetup) -> str:
    return finish_setup(setup.pk, now=clock.now()).status


def default_at_stripe(shop: Shop, user: User) -> str:
    """Last four digits of the default card at Stripe."""
    stripe_id = StripeCustomer.objects.get(user=user).stripe_id
    (customer,) = shop.stripe.objects("customer", id=stripe_id)
    chosen = customer["invoice_settings"]["default_payment_method"]
    found = shop.stripe.objects("payment_method", id=chosen)
    return found[0]["card"]["last4"] if found else ""


# --------------------------------------------------------------------------------------- a visit


def test_visit_leads_to_stripe_in_setup_mode(shop: Shop, claire: User, settings):
    before = clock.now()
    visit = start_setup(claire, now=before)
    setup = visit.setup
    assert visit.url == f"{shop.stripe.base_url}/c/pay/{setup.session_id}"
    (call,) = shop.stripe.requests(match=SESSIONS)
    sent = call["params"]
    assert call["idempotency_key"] == setup.idempotency_key
    assert (sent["mode"], sent["currency"]) == ("setup", "usd")
    assert sent["customer"] == StripeCustomer.objects.get().stripe_id
    assert sent["metadata"] == sent["setup_intent_data"]["metadata"]
    assert sent["metadata"] == {"card_setup_id": str(setup.pk)}
    assert sent["success_url"] == (
        f"{settings.SITE_URL}/account/cards/added/{setup.pk}/?session_id={{CHECKOUT_SESSION_ID}}"
    )
    assert sent["cancel_url"] == f"{settings.SITE_URL}/account/cards/"
    assert timedelta(minutes=34) < setup.session_expires_at - before <= timedelta(minutes=35)


def test_saved_card_is_shown_without_its_number(shop: Shop, claire: User):
    assert add_card(shop, claire).status == "complete"
    card = SavedCard.objects.get()
    assert (card.user, card.brand, card.last4, card.exp_month, card.exp_year) == (
        claire,
        "visa",
        "4242",
        12,
        2034,
    )
    assert card.is_default
    assert default_at_stripe(shop, claire) == "4242"


def test_visit_without_an_answer_is_taken_up_again(shop: Shop, claire: User):
    shop.stripe.faults.add("drop_after", times=2, path="/v1/checkout/sessions")
    with pytest.raises(gateway.GatewayDownError):
        start(claire)
    setup = start(claire)
    (session,) = shop.stripe.objects("checkout.session")
    assert (CardSetup.objects.get(), setup.session_id) == (setup, session["id"])


def test_failure_that_stripe_repeats_ends_the_visit_alone(shop: Shop, claire: User):
    shop.stripe.faults.add("error_after", path="/v1/checkout/sessions")
    with pytest.raises(gateway.GatewayDownError):
        start(claire)
    again = start(claire)
    assert sorted(CardSetup.objects.values_list("status", flat=True)) == ["expired", "pending"]
    assert again.session_id is not None


def test_each_press_of_the_button_is_a_visit_of_its_own(shop: Shop, claire: User):
    assert start(claire).session_id != start(claire).session_id


def test_second_card_does_not_become_default(shop: Shop, claire: User):
    add_card(shop, claire)
    add_card(shop, claire, MASTERCARD)
    assert kept(claire) == [("4242", True), ("4444", False)]


def test_visit_that_was_left_changes_nothing(shop: Shop, claire: User):
    setup = start(claire)
    assert finish(setup) == "pending"
    assert kept(claire) == []


# ------------------------------------------------------------------------- in any order, and once


def look(shop: Shop, setup: CardSetup) -> list[Callable[[], Any]]:
    return [
        lambda: finish(setup),
        lambda: (shop.deliver(), shop.work()),
        shop.reconcile,
    ]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_page_webhooks_and_reconciling_save_one_card(shop: Shop, claire: User, order):
    setup = start(claire)
    assert setup.session_id is not None
    shop.stripe.webhooks(duplicates=1, shuffle_seed=sum(order[:2]))
    shop.stripe.pay(setup.session_id)
    moves = look(shop, setup)
    for number in order:
        moves[number]()
        setup.refresh_from_db()
        assert (setup.status, kept(claire)) in [
            ("complete", [("4242", True)]),
            ("pending", []),
        ]
    assert (setup.status, kept(claire)) == ("complete", [("4242", True)])
    assert alerts() == []


def test_card_comes_without_any_webhook(shop: Shop, claire: User):
    shop.stripe.webhooks(drop=True)
    setup = start(claire)
    assert setup.session_id is not None
    shop.stripe.pay(setup.session_id)
    shop.reconcile()
    assert kept(claire) == [("4242", True)]


def test_lost_visit_is_found_by_its_mark(shop: Shop, claire: User):
    shop.stripe.webhooks(drop=True)
    setup = start(claire)
    assert setup.session_id is not None
    shop.stripe.pay(setup.session_id)
    CardSetup.objects.update(session_id=None)
    shop.reconcile()
    setup.refresh_from_db()
    assert (setup.status, kept(claire)) == ("complete", [("4242", True)])


def test_visit_that_ran_out_is_marked(shop: Shop, claire: User):
    setup = start(claire)
    shop.stripe.webhooks(drop=True)
    with shop.later(minutes=36):
        shop.reconcile()
    setup.refresh_from_db()
    assert (setup.status, kept(claire)) == ("expired", [])


def test_visit_that_never_began_is_marked(shop: Shop, claire: User):
    shop.stripe.faults.add("error_before", times=2, path="/v1/checkout/sessions")
    with pytest.raises(gateway.GatewayDownError):
        start(claire)
    with shop.later(minutes=46):
        shop.reconcile()
    assert CardSetup.objects.get().status == "expired"


def test_one_visit_that_cannot_be_looked_at_keeps_no_other_from_its_turn(shop: Shop, claire: User):
    lost, good = start(claire), start(claire)
    shop.stripe.webhooks(drop=True)
    assert good.session_id is not None
    shop.stripe.pay(good.session_id)
    CardSetup.objects.filter(pk=lost.pk).update(
        session_id="cs_test_unknown", session_expires_at=clock.now() - timedelta(hours=2)
    )
    with pytest.raises(gateway.GatewayRefusedError):
        shop.reconcile()
    assert kept(claire) == [("4242", True)]


# ------------------------------------------------------------------------------- default, removal


@pytest.fixture
def two(shop: Shop, claire: User) -> list[SavedCard]:
    """A Visa, which is the default, and a Mastercard."""
    add_card(shop, claire)
    with time_machine.travel(clock.now() + timedelta(minutes=1)):
        shop.stripe.advance(0)
        add_card(shop, claire, MASTERCARD)
    return list(SavedCard.objects.filter(user=claire))


def test_another_card_becomes_default(shop: Shop, claire: User, two: list[SavedCard]):
    make_default(claire, two[1].pk, now=clock.now())
    assert kept(claire) == [("4444", True), ("4242", False)]
    assert default_at_stripe(shop, claire) == "4444"


def test_removed_card_is_gone_at_stripe_and_here(shop: Shop, claire: User, two: list[SavedCard]):
    remove_card(claire, two[1].pk, now=clock.now())
    assert (kept(claire), at_stripe(shop, claire)) == ([("4242", True)], ["4242"])


def test_removing_the_default_passes_it_on(shop: Shop, claire: User, two: list[SavedCard]):
    remove_card(claire, two[0].pk, now=clock.now())
    assert kept(claire) == [("4444", True)]
    assert default_at_stripe(shop, claire) == "4444"
    remove_card(claire, two[1].pk, now=clock.now())
    assert (kept(claire), default_at_stripe(shop, claire)) == ([], "")


@pytest.mark.parametrize(
    ("kind", "times"), [("error_before", 2), ("drop_before", 2), ("rate_limit", 1)]
)
def test_card_stays_while_stripe_has_not_agreed(shop: Shop, claire: User, two, kind, times):
    shop.stripe.faults.add(kind, times=times)
    with pytest.raises(gateway.GatewayDownError):
        remove_card(claire, two[0].pk, now=clock.now())
    assert kept(claire) == [("4242", True), ("4444", False)]
    remove_card(claire, two[0].pk, now=clock.now())
    assert kept(claire) == [("4444", True)]


def test_removal_whose_answer_was_lost_can_be_pressed_again(shop: Shop, claire: User, two):
    shop.stripe.faults.add("drop_after", times=2, path="*/detach")
    with pytest.raises(gateway.GatewayDownError):
        remove_card(claire, two[0].pk, now=clock.now())
    assert (len(kept(claire)), at_stripe(shop, claire)) == (2, ["4444"])
    remove_card(claire, two[0].pk, now=clock.now())
    assert kept(claire) == [("4444", True)]


def test_removal_is_known_even_if_stripe_is_silent_afterwards(shop: Shop, claire: User, two):
    shop.stripe.faults.add("error_before", times=2, method="GET")
    remove_card(claire, two[0].pk, now=clock.now())
    assert kept(claire) == [("4444", False)]
    shop.deliver()
    shop.work()
    assert kept(claire) == [("4444", True)]


def test_card_detached_in_the_dashboard_goes(shop: Shop, claire: User, two: list[SavedCard]):
    card_gateway.detach_card(two[0].stripe_id)
    shop.deliver()
    shop.work()
    assert kept(claire) == [("4444", True)]


def test_default_that_is_gone_at_stripe_is_told(shop: Shop, claire: User, two: list[SavedCard]):
    card_gateway.detach_card(two[1].stripe_id)
    with pytest.raises(CardGoneError):
        make_default(claire, two[1].pk, now=clock.now())
    assert kept(claire) == [("4242", True)]


@pytest.mark.parametrize("lost", ["the row", "its id"])
def test_default_of_an_account_without_a_customer_is_gone(shop: Shop, claire: User, two, lost):
    lose_customer(lost)
    with pytest.raises(CardGoneError):
        make_default(claire, two[1].pk, now=clock.now())
    assert kept(claire) == []


@pytest.mark.parametrize("lost", ["the row", "its id"])
def test_card_of_an_account_without_a_customer_is_removed(shop: Shop, claire: User, two, lost):
    lose_customer(lost)
    remove_card(claire, two[0].pk, now=clock.now())
    assert kept(claire) == [("4444", False)]
    assert shop.stripe.objects("payment_method", id=two[0].stripe_id)[0]["customer"] is None


def lose_customer(lost: str) -> None:
    """The account has cards by our rows, but no customer of Stripe's."""
    if lost == "the row":
        StripeCustomer.objects.all().delete()
    else:
        StripeCustomer.objects.update(stripe_id=None)


def test_card_of_somebody_else_is_not_found(shop: Shop, claire: User, two: list[SavedCard]):
    other = make_customer()
    for act in (make_default, remove_card):
        with pytest.raises(SavedCard.DoesNotExist):
            act(other, two[0].pk, now=clock.now())
    assert kept(claire) == [("4242", True), ("4444", False)]


# ----------------------------------------------------------------------------------------- events


def test_card_of_a_stranger_is_ignored(shop: Shop, claire: User):
    add_card(shop, claire)
    StripeEvent.objects.all().delete()
    StripeCustomer.objects.update(stripe_id="cus_other")
    for event in shop.stripe.events("payment_method.attached"):
        shop.stripe.redeliver(event["id"])
    shop.deliver()
    shop.work()
    (event,) = StripeEvent.objects.filter(type="payment_method.attached")
    assert (event.outcome, event.reason) == ("ignored", "a card of nobody whom we know")


def test_event_of_a_card_names_its_customer_alone(shop: Shop, claire: User):
    add_card(shop, claire)
    (event,) = StripeEvent.objects.filter(type="payment_method.attached")
    assert event.payload == {
        "object": "payment_method",
        "customer": StripeCustomer.objects.get().stripe_id,
    }


# ------------------------------------------------------------------------------------------ races


def test_list_that_is_older_than_another_writing_is_asked_for_again(
    shop: Shop, claire: User, two, monkeypatch
):
    real = cards.card_gateway.list_cards
    listed: list[Any] = []

    def slow(customer_id: str) -> Any:
        found = real(customer_id)
        listed.append(found)
        if len(listed) == 1:  # meanwhile, in another tab
            remove_card(claire, two[1].pk, now=clock.now())
        return found

    monkeypatch.setattr(cards.card_gateway, "list_cards", slow)
    sync_cards(StripeCustomer.objects.get().stripe_id or "", now=clock.now())
    assert kept(claire) == [("4242", True)]
    assert [len(found) for found in listed] == [2, 1, 1]


@pytest.mark.postgresql
@pytest.mark.race
def test_page_and_webhook_at_once_save_one_card(shop: Shop, claire: User, monkeypatch):
    setup = start(claire)
    assert setup.session_id is not None
    shop.stripe.pay(setup.session_id)
    stripe_id = StripeCustomer.objects.get().stripe_id or ""
    monkeypatch.setattr(cards, "_default_of", meeting(cards._default_of))
    found = at_once(
        lambda: finish_setup(setup.pk, now=clock.now()),
        lambda: sync_cards(stripe_id, now=clock.now()),
    )
    assert [one for one in found if isinstance(one, Exception)] == []
    assert kept(claire) == [("4242", True)]


@pytest.mark.postgresql
@pytest.mark.race
def test_two_tabs_add_two_cards_of_one_customer(shop: Shop, claire: User):
    def add(number: str) -> Callable[[], Any]:
        def move() -> None:
            setup = start(claire)
            assert setup.session_id is not None
            shop.stripe.pay(setup.session_id, card=number)
            finish(setup)

        return move

    StripeCustomer.objects.all().delete()
    at_once(add(VISA), add(MASTERCARD))
    assert len(shop.stripe.objects("customer")) == 1
    cards_of = sorted(last4 for last4, _default in kept(claire))
    assert cards_of == sorted(at_stripe(shop, claire))
    assert sum(is_default for _last4, is_default in kept(claire)) == 1
