"""What Stripe refuses, in its words. Nonsense is sent on purpose, so requests are not judged."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
import stripe

from tests.sandbox.conftest import SESSION, CreateSession
from tests.sandbox.fixtures import JudgedSandbox
from tests.stripe_spec import Json, load
from totetaxi.sandbox.stripe.api.params import Shape
from totetaxi.sandbox.stripe.app import ROUTES

PRICE = SESSION["line_items"][0]["price_data"]


@pytest.fixture(autouse=True)
def nonsense(stripe_sandbox: JudgedSandbox) -> None:
    stripe_sandbox.judges_requests = False


def item(**changes: Any) -> list[Json]:
    return [{"quantity": 1, "price_data": PRICE, **changes}]


@pytest.mark.parametrize(
    ("changes", "param", "code"),
    [
        ({"payment_method_types": ["card"]}, "payment_method_types", "parameter_unknown"),
        ({"line_items": item(colour="red")}, "line_items[0][colour]", "parameter_unknown"),
        ({"success_url": None}, "success_url", "parameter_missing"),
        ({"line_items": None}, "line_items", "parameter_missing"),
        ({"line_items": [{"quantity": 1}]}, "line_items[0][price_data]", "parameter_missing"),
        (
            {"line_items": [{"price_data": PRICE}]},
            "line_items[0][quantity]",
            "parameter_missing",
        ),
        (
            {"line_items": item(price_data={**PRICE, "unit_amount": "1.5"})},
            "line_items[0][price_data][unit_amount]",
            "parameter_invalid_integer",
        ),
        (
            {"line_items": item(price_data={**PRICE, "unit_amount": -1})},
            "line_items[0][price_data][unit_amount]",
            "parameter_invalid_integer",
        ),
        ({"line_items": item(price="price_1")}, "line_items[0][price]", "resource_missing"),
        ({"line_items": item(price_data={**PRICE, "unit_amount": 49})}, None, "amount_too_small"),
        ({"ui_mode": "hosted"}, "ui_mode", None),
        ({"customer_email": "guest"}, "customer_email", "email_invalid"),
        ({"customer_email": None, "customer": "cus_0"}, "customer", "resource_missing"),
        ({"customer": "cus_0"}, "customer_email", None),
        ({"success_url": "/done/"}, "success_url", "url_invalid"),
        ({"client_reference_id": ""}, "client_reference_id", "parameter_invalid_empty"),
        ({"client_reference_id": "x" * 201}, "client_reference_id", None),
        ({"metadata": {"k" * 41: "v"}}, f"metadata[{'k' * 41}]", None),
        ({"metadata": {"k": "v" * 501}}, "metadata[k]", None),
        ({"metadata": {f"k{n}": "v" for n in range(51)}}, "metadata", None),
    ],
)
def test_session_parameter_is_refused(create_session: CreateSession, changes, param, code):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        create_session(**changes)
    assert (refused.value.http_status, refused.value.param, refused.value.code) == (
        400,
        param,
        code,
    )


def test_unknown_parameter_is_told_in_stripes_words(create_session: CreateSession):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        create_session(payment_method_types=["card"])
    assert refused.value.user_message == "Received unknown parameter: payment_method_types"


@pytest.mark.parametrize(
    ("seconds", "words"), [(29 * 60, "at least 30 minutes"), (25 * 3600, "less than 24 hours")]
)
def test_expiry_outside_its_bounds_is_refused(create_session: CreateSession, seconds, words):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        create_session(expires_at=int(time.time()) + seconds)
    assert refused.value.user_message == (
        f"The `expires_at` timestamp must be {words} from Checkout Session creation."
    )


@pytest.mark.parametrize(
    "ask",
    [
        lambda v1: v1.checkout.sessions.retrieve("cs_test_0"),
        lambda v1: v1.checkout.sessions.expire("cs_test_0"),
        lambda v1: v1.payment_intents.retrieve("pi_0"),
        lambda v1: v1.charges.retrieve("ch_0"),
        lambda v1: v1.refunds.retrieve("re_0"),
        lambda v1: v1.customers.retrieve("cus_0"),
        lambda v1: v1.payment_methods.retrieve("pm_0"),
        lambda v1: v1.events.retrieve("evt_0"),
        lambda v1: v1.balance_transactions.retrieve("txn_0"),
    ],
)
def test_missing_object_is_404(client: stripe.StripeClient, ask):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        ask(client.v1)
    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")


def test_unknown_url_is_404(client: stripe.StripeClient):
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL") as refused:
        client.v1.coupons.list()
    assert refused.value.http_status == 404


def test_unexpandable_property_is_refused(client: stripe.StripeClient, paid):
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        client.v1.checkout.sessions.retrieve(paid.id, params={"expand": ["invoice"]})
    with pytest.raises(stripe.InvalidRequestError, match="more than 4 levels"):
        client.v1.charges.list(params={"expand": ["data.a.b.c.d"]})


@pytest.mark.parametrize("key", ["sk_live_abcdefgh1234", "rk_live_abcdefgh1234", "pk_test_1", "x"])
def test_key_other_than_secret_test_key_is_refused(
    stripe_sandbox: JudgedSandbox, client_of: Callable[..., stripe.StripeClient], key
):
    with pytest.raises(stripe.AuthenticationError) as refused:
        client_of(stripe_sandbox.base_url, key).v1.events.list()
    assert refused.value.http_status == 401
    assert refused.value.user_message.startswith("Invalid API Key provided: ")
    assert "abcdefgh" not in refused.value.user_message


def test_other_version_is_refused(
    stripe_sandbox: JudgedSandbox, client_of: Callable[..., stripe.StripeClient]
):
    old = client_of(stripe_sandbox.base_url, stripe_version="2025-03-31.basil")
    with pytest.raises(stripe.InvalidRequestError, match="Invalid Stripe API version"):
        old.v1.events.list()


def test_every_accepted_parameter_is_one_of_stripes():
    """What the sandbox takes must exist in the published description, at every depth."""
    endpoints = {re.sub(r"\{\w+\}", "<>", name): told for name, told in load()["endpoints"].items()}
    strangers = []
    for route in ROUTES:
        rule = re.sub(r"<\w+>", "<>", route.rule)
        told = endpoints[f"{route.method} {rule}"]
        strangers += list(unlisted(route.params, told["request"], route.rule))
    assert strangers == []


def unlisted(shape: Any, schema: Json, path: str) -> list[str]:
    """Return the names that the sandbox takes and the description does not list."""
    if hasattr(shape, "item"):
        return unlisted(shape.item, schema["items"], path)
    if not isinstance(shape, Shape):
        return []
    branches = [schema, *schema.get("anyOf", [])]
    known = {name: part for one in branches for name, part in one.get("properties", {}).items()}
    found = [f"{path} {name}" for name in shape.fields if name not in known]
    for name, part in shape.fields.items():
        if name in known:
            found += unlisted(part, known[name], f"{path} {name}")
    return found
