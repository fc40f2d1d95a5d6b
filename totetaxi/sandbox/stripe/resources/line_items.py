"""Line items of a session, made from inline prices."""

from typing import Any

from totetaxi.sandbox.stripe.api.calls import Call, Route, page
from totetaxi.sandbox.stripe.api.params import (
    PAGING,
    Integer,
    Items,
    Metadata,
    Param,
    Shape,
    Text,
    missing,
)
from totetaxi.sandbox.stripe.errors import invalid, missing_object
from totetaxi.sandbox.stripe.ids import new_id
from totetaxi.sandbox.stripe.store import Json
from totetaxi.sandbox.stripe.world import World

_PRICE_DATA: dict[str, Param] = {
    "currency": Text(required=True, max_length=3),
    "unit_amount": Integer(minimum=0, maximum=99_999_999),
    "product_data": Shape(
        {
            "name": Text(required=True),
            "description": Text(max_length=40_000),
            "metadata": Metadata(),
        }
    ),
}
LINE_ITEMS = Items(
    Shape(
        {
            "price": Text(),
            "price_data": Shape(_PRICE_DATA),
            "quantity": Integer(minimum=1, maximum=999_999),
        }
    )
)


def check_line_items(items: list[Json]) -> str:
    """Check what the shape alone cannot, and return the currency that all items share.

    Raises:
        ApiError: 400 that names the parameter.
    """
    if not items:
        raise missing("line_items")
    for index, item in enumerate(items):
        name = f"line_items[{index}]"
        if "price" in item:  # prices made beforehand are a part of Stripe that is not here
            raise missing_object("price", item["price"], f"{name}[price]", status=400)
        if "price_data" not in item:
            raise missing(f"{name}[price_data]")
        for field in ("unit_amount", "product_data"):
            if field not in item["price_data"]:
                raise missing(f"{name}[price_data][{field}]")
        if "quantity" not in item:
            raise missing(f"{name}[quantity]")
    currencies = {item["price_data"]["currency"].lower() for item in items}
    if len(currencies) > 1:
        raise invalid("All prices on a Checkout Session must share one currency.")
    return str(currencies.pop())


def total(items: list[Json]) -> int:
    """Return the sum of the items, in the smallest unit of their currency."""
    return sum(item["price_data"]["unit_amount"] * item["quantity"] for item in items)


def store_line_items(world: World, session: Json, items: list[Json]) -> None:
    """Keep the items with their session, the last first: lists show the newest first."""
    for item in reversed(items):
        body = _line_item(session, item["price_data"], item["quantity"])
        world.store.add(body, created=session["created"], parent=session["id"])


def _line_item(session: Json, price_data: dict[str, Any], quantity: int) -> Json:
    amount = price_data["unit_amount"] * quantity
    price: Json = {
        "id": new_id("price"),
        "object": "price",
        "active": False,
        "billing_scheme": "per_unit",
        "created": session["created"],
        "currency": session["currency"],
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": None,
        "metadata": {},
        "nickname": None,
        "product": new_id("product"),
        "recurring": None,
        "tax_behavior": "unspecified",
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "one_time",
        "unit_amount": price_data["unit_amount"],
        "unit_amount_decimal": str(price_data["unit_amount"]),
    }
    return {
        "id": new_id("item"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": session["currency"],
        "description": price_data["product_data"]["name"],
        "metadata": {},
        "price": price,
        "quantity": quantity,
    }


def list_of_session(call: Call) -> Json:
    """Answer GET /v1/checkout/sessions/{session}/line_items."""
    session = call.object("checkout.session", "session")
    return page(call, "item", where={}, parent=session["id"])


ROUTES = [
    Route("GET", "/v1/checkout/sessions/<session>/line_items", Shape(PAGING), list_of_session),
]
