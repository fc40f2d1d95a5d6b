"""`expand[]`: an id is replaced by its object."""

from collections.abc import Callable
from typing import Any

from totetaxi.sandbox.stripe.errors import invalid
from totetaxi.sandbox.stripe.store import Json, Query
from totetaxi.sandbox.stripe.world import World

_BY_ID = {
    "checkout.session": {"payment_intent", "customer", "setup_intent"},
    "payment_intent": {"latest_charge", "customer", "payment_method"},
    "charge": {"balance_transaction", "payment_intent", "customer"},
    "refund": {"charge", "payment_intent", "balance_transaction", "customer", "payment_method"},
    "balance_transaction": {"source"},
    "dispute": {"charge", "payment_intent"},
    "payout": {"balance_transaction"},
    "payment_method": {"customer"},
    "setup_intent": {"customer", "payment_method"},
    "customer": set(),
    "item": set(),
    "event": set(),
}
_MAXIMUM_DEPTH = 4


def session_items(world: World, session: Json) -> Json:
    """Return the line items that a session holds when they are asked for."""
    query = Query(kind="item", where={}, parent=session["id"])
    items, more = world.store.newest(query, limit=10)
    return {
        "object": "list",
        "data": items,
        "has_more": more,
        "url": f"/v1/checkout/sessions/{session['id']}/line_items",
    }


def charge_refunds(world: World, charge: Json) -> Json:
    """Return the newest refunds that a charge holds when they are asked for."""
    query = Query(kind="refund", where={"charge": charge["id"]})
    refunds, more = world.store.newest(query, limit=10)
    return {
        "object": "list",
        "data": refunds,
        "has_more": more,
        "url": f"/v1/charges/{charge['id']}/refunds",
    }


_INCLUDED: dict[tuple[str, str], Callable[[World, Json], Json]] = {
    ("checkout.session", "line_items"): session_items,
    ("charge", "refunds"): charge_refunds,
}


def expand(world: World, body: Json, paths: list[str]) -> Json:
    """Return the body with every path followed (`payment_intent.latest_charge`, `data.customer`).

    Raises:
        ApiError: 400 for a path that cannot be expanded or is deeper than four levels.
    """
    for path in paths:
        names = path.split(".")
        if len(names) > _MAXIMUM_DEPTH:
            message = f"You cannot expand more than {_MAXIMUM_DEPTH} levels of a property"
            raise invalid(f"{message} ({path}).", param="expand")
        _follow(world, body, names, path)
    return body


def _follow(world: World, body: Json, names: list[str], path: str) -> None:
    if body["object"] == "list":
        if names[0] != "data":
            raise _refused(path)
        for element in body["data"]:
            _follow(world, element, names[1:], path)
        return
    if not names:
        return
    value = _expanded(world, body, names[0], path)
    if isinstance(value, dict) and len(names) > 1:
        _follow(world, value, names[1:], path)


def _expanded(world: World, body: Json, name: str, path: str) -> Any:
    include = _INCLUDED.get((body["object"], name))
    if include:
        if not isinstance(body.get(name), dict):
            body[name] = include(world, body)
    elif name in _BY_ID[body["object"]]:
        if isinstance(body[name], str):
            body[name] = world.store.find(body[name])
    else:
        raise _refused(path)
    return body[name]


def _refused(path: str) -> Exception:
    return invalid(f"This property cannot be expanded ({path}).", param="expand")
