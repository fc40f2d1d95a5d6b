"""The one door to Stripe: errors by name, bounded in time, nothing it should not send."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.conf import settings as site_settings

from booking.models import Alert
from payments import gateway, results
from payments.services.order_session import order_session
from payments.services.start_checkout import SessionNotOpenedError
from tests.payments.shop import Shop, alerts
from totetaxi.lib import clock


def test_key_is_never_used_for_another_order(shop: Shop):
    payment = shop.press_pay().payment
    order = replace(order_session(payment), email="other@example.com")
    with pytest.raises(gateway.KeyReusedError):
        gateway.create_session(order, key=payment.idempotency_key)
    made = {"method": "POST", "path": "/v1/checkout/sessions", "status": 200}
    assert len(shop.stripe.requests(match=made)) == 1


def test_same_order_and_key_is_the_same_session(shop: Shop):
    payment = shop.press_pay().payment
    again = gateway.create_session(order_session(payment), key=payment.idempotency_key)
    assert (again.id, again.status, again.is_paid) == (payment.session_id, "open", False)


@pytest.mark.parametrize("kind", ["rate_limit", "error_before", "drop_before", "malformed"])
def test_every_trouble_is_one_error(shop: Shop, kind: str):
    shop.stripe.faults.add(kind, times=2)
    with pytest.raises(gateway.GatewayDownError):
        gateway.list_sessions(clock.now())


def test_unknown_session_is_refused(shop: Shop):
    shop.stripe.judges_requests = False
    with pytest.raises(gateway.GatewayRefusedError) as refused:
        gateway.get_session("cs_test_none")
    assert refused.value.code == "resource_missing"


def test_key_that_stripe_does_not_know_is_told_to_staff(shop: Shop, settings: LazySettings):
    known, settings.STRIPE_SECRET_KEY = settings.STRIPE_SECRET_KEY, "nonsense"
    order = shop.order()
    for _press in range(2):
        with pytest.raises(SessionNotOpenedError):
            shop.press_pay(order)
    assert alerts() == ["provider_down"]
    alert = Alert.objects.get()
    assert (alert.times, alert.summary.endswith("key")) == (2, True)
    settings.STRIPE_SECRET_KEY = known
    shop.press_pay(order)
    assert alerts() == []


def test_expiring_a_paid_session_answers_that_it_is_paid(shop: Shop):
    payment = shop.press_pay().payment
    shop.pay(payment)
    found = gateway.expire_session(payment.session_id)
    assert (found.is_paid, found.intent.received_cents) == (True, payment.amount_cents)


def test_two_tries_share_the_time_of_a_page(shop: Shop, settings: LazySettings):
    settings.STRIPE_TIMEOUT_SECONDS = 0.6
    shop.stripe.faults.add("delay", seconds=1.5, times=2)
    began = clock.now()
    with pytest.raises(gateway.GatewayDownError):
        gateway.list_sessions(began)
    assert clock.now() - began < timedelta(seconds=2.5)  # with the pause between both tries


def test_a_page_waits_ten_seconds_at_most():
    assert site_settings.STRIPE_TIMEOUT_SECONDS <= 10


def test_no_telemetry_is_sent_or_written(shop: Shop, monkeypatch, tmp_path: Path):
    monkeypatch.setenv("HOME", str(tmp_path))
    shop.press_pay()
    shop.press_pay()
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (
            {"failure_code": "card_declined", "outcome": {"reason": "generic_decline"}},
            "generic_decline",
        ),
        ({"failure_code": "card_declined", "outcome": None}, "card_declined"),
        ({"failure_code": "expired_card"}, "expired_card"),
        ({}, ""),
    ],
)
def test_decline_is_named_as_closely_as_stripe_does(raw: dict[str, object], code: str):
    charge = {"id": "ch_1", "paid": False, "status": "failed", "created": 0, **raw}
    assert results.read_charge(charge).code == code


def test_mark_of_another_kind_is_no_mark():
    raw = {"id": "cs_1", "payment_status": "paid", "metadata": None}
    assert results.read_session(raw).payment_id == ""
