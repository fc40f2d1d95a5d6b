"""Customers."""

from typing import Any

from totetaxi.sandbox.stripe.api.calls import Call, Route, filters, page
from totetaxi.sandbox.stripe.api.params import (
    EXPAND,
    PAGING,
    Created,
    Email,
    Metadata,
    Param,
    Shape,
    Text,
    merged_metadata,
)
from totetaxi.sandbox.stripe.errors import invalid
from totetaxi.sandbox.stripe.ids import new_id, random_text
from totetaxi.sandbox.stripe.store import Json
from totetaxi.sandbox.stripe.webhooks.events import emit
from totetaxi.sandbox.stripe.world import World

_PLAIN = ("email", "name", "phone", "description")


def make_customer(world: World, values: dict[str, Any]) -> Json:
    """Store and return a customer, with its event. `values` are what the API takes."""
    customer: Json = {
        "id": new_id("customer"),
        "object": "customer",
        "address": None,
        "balance": 0,
        "created": world.clock.now(),
        "currency": None,
        "default_source": None,
        "delinquent": False,
        "description": None,
        "discount": None,
        "email": None,
        "invoice_prefix": random_text(8).upper(),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": merged_metadata({}, values.get("metadata", {})),
        "name": None,
        "next_invoice_sequence": 1,
        "phone": None,
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
    }
    customer |= {name: values[name] for name in _PLAIN if name in values}
    world.store.add(customer)
    emit(world, "customer.created", customer)
    return customer


def create(call: Call) -> Json:
    """Answer POST /v1/customers."""
    return make_customer(call.world, call.params)


def retrieve(call: Call) -> Json:
    """Answer GET /v1/customers/{customer}."""
    return call.object("customer", "customer")


def update(call: Call) -> Json:
    """Answer POST /v1/customers/{customer}."""
    old = call.object("customer", "customer")
    new = old | {name: call.params[name] for name in _PLAIN if name in call.params}
    if "metadata" in call.params:
        new["metadata"] = merged_metadata(old["metadata"], call.params["metadata"])
    if "invoice_settings" in call.params:
        new["invoice_settings"] = old["invoice_settings"] | _invoice_settings(call, old)
    call.world.store.save(new)
    changed = {name: old[name] for name in old if old[name] != new[name]}
    if changed:
        emit(call.world, "customer.updated", new, changed)
    return new


def _invoice_settings(call: Call, customer: Json) -> Json:
    settings: Json = call.params["invoice_settings"]
    method_id = settings.get("default_payment_method")
    if method_id:
        method = call.world.store.get("payment_method", method_id)
        if method is None or method["customer"] != customer["id"]:
            raise invalid(
                "The customer does not have a payment method with the ID"
                f" {method_id}. The payment method must be attached to the customer.",
                param="invoice_settings[default_payment_method]",
                code="resource_missing",
                begun=True,
            )
    return settings


def forget_method(world: World, customer_id: str, method_id: str) -> None:
    """Take a payment method that goes away from being its customer's default, with the event."""
    customer = world.store.get("customer", customer_id) or {}
    settings: Json = customer["invoice_settings"]
    if settings["default_payment_method"] == method_id:
        changed = {"invoice_settings": settings | {"default_payment_method": None}}
        world.store.save(customer | changed)
        emit(world, "customer.updated", customer | changed, {"invoice_settings": settings})


def list_all(call: Call) -> Json:
    """Answer GET /v1/customers."""
    return page(call, "customer", where=filters(call, "email"))


_VALUES: dict[str, Param] = {
    "email": Email(max_length=512, may_unset=True),
    "name": Text(max_length=256, may_unset=True),
    "phone": Text(max_length=20, may_unset=True),
    "description": Text(may_unset=True),
    "metadata": Metadata(),
    **EXPAND,
}

ROUTES = [
    Route("POST", "/v1/customers", Shape(_VALUES), create),
    Route("GET", "/v1/customers/<customer>", Shape(EXPAND), retrieve),
    Route(
        "POST",
        "/v1/customers/<customer>",
        Shape(
            {
                **_VALUES,
                "invoice_settings": Shape({"default_payment_method": Text(may_unset=True)}),
            }
        ),
        update,
    ),
    Route(
        "GET",
        "/v1/customers",
        Shape({**PAGING, "created": Created(), "email": Text(max_length=512)}),
        list_all,
    ),
]
