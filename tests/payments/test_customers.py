"""An account's customer at Stripe: made once, kept up to date, paid as, forgotten."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction

from accounts.models import User
from booking.models import Alert
from payments import gateway, tasks
from payments.models import CardSetup, SavedCard, StripeCustomer
from payments.services.card_setup import start_setup
from payments.services.customers import forget_customer, get_stripe_customer
from payments.services.open_payment import resume_checkout
from payments.services.start_checkout import SessionNotOpenedError
from tests.factories import make_customer
from tests.payments.shop import Shop, alerts
from tests.payments.test_races import at_once
from tests.payments.wallet import add_card, kept
from totetaxi.lib import clock
from totetaxi.lib.actor import GUEST
from totetaxi.lib.work import WorkState

MAKE = {"method": "POST", "path": "/v1/customers"}
OPEN = {"method": "POST", "path": "/v1/checkout/sessions"}


@pytest.fixture
def claire(shop: Shop) -> User:
    return make_customer("claire@example.com")


def get(user: User) -> str:
    return get_stripe_customer(user, now=clock.now())


def made(shop: Shop) -> list[dict[str, Any]]:
    return shop.stripe.objects("customer")


def order_of(shop: Shop, user: User) -> Any:
    return shop.order(customer_id=user.pk)


def opened(shop: Shop) -> dict[str, Any]:
    """What was sent to open the last page."""
    params: dict[str, Any] = shop.stripe.requests(match=OPEN)[-1]["params"]
    return params


# ----------------------------------------------------------------------------------- made once


def test_customer_is_made_when_first_needed_and_once(shop: Shop, claire: User):
    assert made(shop) == []
    first = get(claire)
    assert get(claire) == first
    (customer,) = made(shop)
    assert (customer["id"], customer["email"], customer["name"]) == (
        first,
        "claire@example.com",
        "Claire Ellery",
    )
    assert customer["metadata"] == {"account_id": str(claire.pk)}
    assert len(shop.stripe.requests(match=MAKE)) == 1


@pytest.mark.parametrize(("kind", "times"), [("drop_after", 2), ("malformed", 1)])
def test_lost_answer_is_got_again(shop: Shop, claire: User, kind: str, times: int):
    shop.stripe.faults.add(kind, times=times, path="/v1/customers")
    with pytest.raises(gateway.GatewayDownError):
        get(claire)
    row = StripeCustomer.objects.get()
    assert (row.stripe_id, len(made(shop))) == (None, 1)
    assert get(claire) == made(shop)[0]["id"]
    assert len(made(shop)) == 1
    assert {call["idempotency_key"] for call in shop.stripe.requests(match=MAKE)} == {
        row.idempotency_key
    }


def test_failure_that_stripe_repeats_does_not_last(shop: Shop, claire: User):
    shop.stripe.faults.add("error_after", path="/v1/customers")
    assert get(claire) == made(shop)[0]["id"]
    assert len(made(shop)) == 1


def test_lost_answer_is_found_when_the_key_is_too_old(shop: Shop, claire: User):
    shop.stripe.faults.add("drop_after", times=2, path="/v1/customers")
    with pytest.raises(gateway.GatewayDownError):
        get(claire)
    (customer,) = made(shop)
    with time_machine.travel(clock.now() + timedelta(hours=30)):
        assert get(claire) == customer["id"]
    assert len(made(shop)) == 1


def test_lost_answer_is_got_again_after_the_name_changed(shop: Shop, claire: User):
    shop.stripe.faults.add("drop_after", times=2, path="/v1/customers")
    with pytest.raises(gateway.GatewayDownError):
        get(claire)
    claire.name = "Claire Hart"
    claire.save()
    get(claire)
    assert [customer["name"] for customer in made(shop)] == ["Claire Hart"]


def test_stripe_down_makes_nothing_and_the_next_try_does(shop: Shop, claire: User):
    shop.stripe.faults.add("error_before", times=2)
    with pytest.raises(gateway.GatewayDownError):
        get(claire)
    assert made(shop) == []
    get(claire)
    assert len(made(shop)) == 1


def test_new_email_and_name_go_to_stripe_with_the_next_use(shop: Shop, claire: User):
    get(claire)
    claire.email, claire.name = "hart@example.com", "Claire Hart"
    claire.save()
    get(claire)
    (customer,) = made(shop)
    assert (customer["email"], customer["name"]) == ("hart@example.com", "Claire Hart")
    calls = len(shop.stripe.requests())
    get(claire)
    assert len(shop.stripe.requests()) == calls


@pytest.mark.postgresql
@pytest.mark.race
def test_eight_tabs_that_need_the_customer_make_one(shop: Shop, claire: User):
    found = at_once(*[lambda: get(claire)] * 8)
    (customer,) = made(shop)
    assert StripeCustomer.objects.get().stripe_id == customer["id"]
    # Stripe answers 409 to who asks while the first is asked for: they try again.
    answered = {one for one in found if not isinstance(one, gateway.GatewayDownError)}
    assert answered == {customer["id"]}


# -------------------------------------------------------------------------------------- paid as


def test_page_of_an_account_is_opened_for_its_customer(shop: Shop, claire: User):
    shop.press_pay(order_of(shop, claire))
    sent = opened(shop)
    assert sent["customer"] == made(shop)[0]["id"]
    assert sent["saved_payment_method_options"] == {"payment_method_save": "enabled"}
    assert "customer_email" not in sent


def test_saved_cards_are_offered_to_their_owner_alone(shop: Shop, claire: User):
    order = order_of(shop, claire)
    own = shop.press_pay(order)
    by_link = resume_checkout(own.booking.pk, by=GUEST, now=clock.now())
    assert {"customer", "saved_payment_method_options"} & opened(shop).keys() == set()
    states = [(one["id"], one["status"]) for one in shop.stripe.objects("checkout.session")]
    assert own.payment is not None
    assert states == [(own.payment.session_id, "expired"), (by_link.session_id, "open")]
    assert resume_checkout(own.booking.pk, by=GUEST, now=clock.now()) == by_link
    assert shop.press_pay(order).url == by_link.session_url


def test_page_of_a_guest_knows_no_customer(shop: Shop):
    shop.press_pay()
    assert {"customer", "saved_payment_method_options"} & opened(shop).keys() == set()
    assert made(shop) == []


def test_account_whose_customer_cannot_be_made_is_told_that_stripe_is_down(
    shop: Shop, claire: User
):
    shop.stripe.faults.add("error_before", times=2, path="/v1/customers")
    order = order_of(shop, claire)
    with pytest.raises(SessionNotOpenedError):
        shop.press_pay(order)
    assert shop.press_pay(order).url != ""
    assert len(made(shop)) == 1


def test_lost_page_of_an_account_is_got_again(shop: Shop, claire: User):
    shop.stripe.faults.add("drop_after", times=2, path="/v1/checkout/sessions")
    order = order_of(shop, claire)
    with pytest.raises(SessionNotOpenedError):
        shop.press_pay(order)
    payment = shop.press_pay(order).payment
    assert payment is not None
    sessions = shop.stripe.objects("checkout.session")
    assert [session["id"] for session in sessions] == [payment.session_id]


def test_account_pays_by_its_saved_card(shop: Shop, claire: User):
    add_card(shop, claire)
    card = SavedCard.objects.get()
    payment = shop.press_pay(order_of(shop, claire)).payment
    assert payment is not None
    assert payment.session_id is not None
    shop.stripe.pay(payment.session_id, saved=card.stripe_id)
    shop.deliver()
    shop.work()
    payment.refresh_from_db()
    assert (payment.status, payment.card_last4) == ("succeeded", "4242")


def test_card_ticked_while_paying_is_kept(shop: Shop, claire: User):
    payment = shop.press_pay(order_of(shop, claire)).payment
    assert payment is not None
    assert payment.session_id is not None
    shop.stripe.pay(payment.session_id, save=True)
    shop.deliver()
    shop.work()
    assert kept(claire) == [("4242", True)]


def test_customer_deleted_at_stripe_is_made_anew(shop: Shop, claire: User):
    add_card(shop, claire)
    StripeCustomer.objects.update(stripe_id="cus_deleted_by_hand")
    shop.press_pay(order_of(shop, claire))
    customer = StripeCustomer.objects.get()
    assert (opened(shop)["customer"], kept(claire)) == (customer.stripe_id, [])
    assert alerts() == []


def test_customer_deleted_at_stripe_is_made_anew_after_the_name_changed(shop: Shop, claire: User):
    get(claire)
    StripeCustomer.objects.update(stripe_id="cus_deleted_by_hand")
    claire.name = "Claire Hart"
    claire.save()
    shop.press_pay(order_of(shop, claire))
    assert opened(shop)["customer"] == StripeCustomer.objects.get().stripe_id
    assert made(shop)[-1]["name"] == "Claire Hart"


# ------------------------------------------------------------------------------------ forgotten


def forget(user: User) -> None:
    with transaction.atomic():
        forget_customer(user.pk, now=clock.now())


def test_deleted_account_is_forgotten_at_stripe(shop: Shop, claire: User):
    add_card(shop, claire)
    add_card(shop, claire, "5555555555554444")
    forget(claire)
    assert (SavedCard.objects.count(), CardSetup.objects.count()) == (0, 0)
    claire.delete()
    shop.work()
    row = StripeCustomer.objects.get()
    assert (row.user_id, row.email, row.name, row.work_state) == (None, "", "", WorkState.DONE)
    (customer,) = made(shop)
    assert (customer["email"], customer["name"]) == (None, None)
    assert shop.stripe.objects("payment_method", customer=customer["id"]) == []


def test_forgetting_waits_until_stripe_answers(shop: Shop, claire: User):
    add_card(shop, claire)
    forget(claire)
    shop.stripe.faults.add("error_before", times=2)
    shop.work()
    assert made(shop)[0]["email"] == "claire@example.com"
    with shop.later(minutes=2):
        shop.work()
    assert made(shop)[0]["email"] is None
    assert StripeCustomer.objects.get().attempts == 1


def test_customer_whose_answer_was_lost_is_forgotten_too(shop: Shop, claire: User):
    shop.stripe.faults.add("drop_after", times=2, path="/v1/customers")
    with pytest.raises(gateway.GatewayDownError):
        get(claire)
    forget(claire)
    claire.delete()
    shop.work()
    assert [customer["email"] for customer in made(shop)] == [None]


def test_account_without_a_customer_is_forgotten_at_once(shop: Shop, claire: User):
    forget(claire)
    shop.work()
    assert shop.stripe.requests() == []


def test_customer_deleted_at_stripe_is_forgotten_already(shop: Shop, claire: User):
    get(claire)
    StripeCustomer.objects.update(stripe_id="cus_deleted_by_hand")
    forget(claire)
    shop.work()
    assert StripeCustomer.objects.get().work_state == WorkState.DONE


def test_card_saved_on_a_page_still_open_is_forgotten_as_well(shop: Shop, claire: User):
    visit = start_setup(claire, now=clock.now())
    forget(claire)
    shop.work()
    assert visit.setup.session_id is not None
    shop.stripe.pay(visit.setup.session_id)
    shop.deliver()
    shop.work()
    shop.work()
    (customer,) = made(shop)
    assert shop.stripe.objects("payment_method", customer=customer["id"]) == []


def test_what_cannot_be_forgotten_is_told_to_staff(shop: Shop, claire: User):
    get(claire)
    tasks.forgetting_parked(StripeCustomer.objects.get().pk, "GatewayRefusedError")
    assert alerts() == ["work_parked"]
    assert made(shop)[0]["id"] in Alert.objects.get().summary
