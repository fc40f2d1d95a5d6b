"""Events, to be read again: what webhooks may have failed to bring."""

from totetaxi.sandbox.stripe.api.calls import Call, Route, page
from totetaxi.sandbox.stripe.api.params import EXPAND, PAGING, Boolean, Created, Items, Shape, Text
from totetaxi.sandbox.stripe.errors import invalid
from totetaxi.sandbox.stripe.store import Json


def retrieve(call: Call) -> Json:
    """Answer GET /v1/events/{id}."""
    return call.object("event", "id")


def list_all(call: Call) -> Json:
    """Answer GET /v1/events; `delivery_success` asks whether every webhook has arrived."""
    params = call.params
    if "type" in params and "types" in params:
        raise invalid("You may only specify one of these parameters: type, types.", param="types")
    where = {}
    if "delivery_success" in params:
        where["pending_webhooks"] = 0 if params["delivery_success"] else 1
    types = [params["type"]] if "type" in params else params.get("types")
    return page(call, "event", where=where, types=types)


ROUTES = [
    Route("GET", "/v1/events/<id>", Shape(EXPAND), retrieve),
    Route(
        "GET",
        "/v1/events",
        Shape(
            {
                **PAGING,
                "created": Created(),
                "delivery_success": Boolean(),
                "type": Text(),
                "types": Items(Text()),
            }
        ),
        list_all,
    ),
]
