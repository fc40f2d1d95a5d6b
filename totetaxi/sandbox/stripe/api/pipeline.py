"""The way of one API call: who calls, what goes wrong, the key, the work, the answer, the log."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from flask import Request, Response

from totetaxi.sandbox.stripe import API_VERSION
from totetaxi.sandbox.stripe.control.faults import Fault
from totetaxi.sandbox.stripe.errors import ApiError, broken, invalid, too_many_requests, unknown_url
from totetaxi.sandbox.stripe.ids import new_id
from totetaxi.sandbox.stripe.lifecycle import catch_up
from totetaxi.sandbox.stripe.store import Json
from totetaxi.sandbox.stripe.world import Cause, World

from . import idempotency, log
from .auth import authenticate
from .calls import Call, Route
from .connection import dropped
from .expand import expand
from .forms import Raw, decode, with_lists
from .idempotency import Reply


@dataclass(slots=True)
class Exchange:
    """What is known of one call while it is served."""

    world: World
    request: Request
    path: str
    request_id: str = field(default_factory=lambda: new_id("request"))
    key: str | None = None
    raw: dict[str, Raw] = field(default_factory=dict)
    fault: Fault | None = None
    replayed: bool = False

    def __post_init__(self) -> None:
        """Only a POST has a key; Stripe ignores it elsewhere."""
        if self.request.method == "POST":
            self.key = self.request.headers.get("Idempotency-Key") or None

    @property
    def trouble(self) -> str | None:
        """The kind of fault that was ordered for this call."""
        return self.fault.kind if self.fault else None


def answer(world: World, request: Request, route: Route, ids: Mapping[str, str]) -> Response:
    """Serve one call of a known endpoint."""
    exchange = Exchange(world, request, request.path)
    with world.serving.call():
        try:
            reply = _reply(exchange, route, ids)
        except ApiError as error:
            reply = Reply(error.status, _as_text(error.body))
        return _finish(exchange, reply)


def answer_unknown(world: World, request: Request) -> Response:
    """Serve a call of a path or method that the API does not have."""
    error = unknown_url(request.method, request.path)
    return _finish(
        Exchange(world, request, request.path), Reply(error.status, _as_text(error.body))
    )


def _reply(exchange: Exchange, route: Route, ids: Mapping[str, str]) -> Reply:
    request, world = exchange.request, exchange.world
    authenticate(request.headers.get("Authorization"))
    version = request.headers.get("Stripe-Version", API_VERSION)
    if version != API_VERSION:
        message = f"Invalid Stripe API version: {version}. The sandbox speaks {API_VERSION}."
        raise invalid(message)
    exchange.fault = world.faults.take(request.method, request.path)
    if exchange.trouble == "rate_limit":
        raise too_many_requests()
    encoded = request.query_string if request.method == "GET" else request.get_data()
    exchange.raw = decode(encoded.decode())
    if exchange.key is None:
        return _work(exchange, route, ids)[0]
    stored = idempotency.claim(world, exchange.key, request.method, request.path, exchange.raw)
    if stored:
        exchange.replayed = True
        return stored
    return _work_once(exchange, exchange.key, route, ids)


def _work_once(exchange: Exchange, key: str, route: Route, ids: Mapping[str, str]) -> Reply:
    begun = False
    try:
        reply, begun = _work(exchange, route, ids)
        if begun:
            idempotency.keep(exchange.world, key, reply)
        return reply
    finally:
        if not begun:
            idempotency.release(exchange.world, key)


def _work(exchange: Exchange, route: Route, ids: Mapping[str, str]) -> tuple[Reply, bool]:
    """Return the answer, and whether the endpoint began to run."""
    if exchange.fault:
        exchange.world.serving.pause(exchange.fault.seconds)
        if exchange.trouble in {"error_before", "drop_before"}:
            return Reply(500, _as_text(broken().body)), False
    world = exchange.world
    catch_up(world)
    world.cause = Cause(exchange.request_id, exchange.key)
    try:
        with world.store.transaction():
            body = _run(exchange, route, ids)
    except ApiError as error:
        return Reply(error.status, _as_text(error.body)), error.begun
    finally:
        world.cause = Cause()
    if exchange.trouble == "error_after":
        return Reply(500, _as_text(broken().body)), True
    return Reply(200, _as_text(body)), True


def _run(exchange: Exchange, route: Route, ids: Mapping[str, str]) -> Json:
    params = route.params.parse(exchange.raw, "")
    paths = params.pop("expand", [])
    body = route.answer(Call(exchange.world, exchange.path, ids, params))
    return expand(exchange.world, body, paths)


def _as_text(body: Json) -> str:
    return json.dumps(body, indent=2) + "\n"


def _finish(exchange: Exchange, reply: Reply) -> Response:
    request = exchange.request
    entry = log.Entry(
        request_id=exchange.request_id,
        at=exchange.world.clock.now(),
        method=request.method,
        path=request.path,
        params=with_lists(exchange.raw),
        idempotency_key=exchange.key,
        version=request.headers.get("Stripe-Version"),
        status=reply.status,
        response=json.loads(reply.text),
        replayed=exchange.replayed,
        fault=exchange.trouble,
    )
    if exchange.trouble == "drop_before":
        entry = replace(entry, status=0, response=None)
    log.record(exchange.world, entry)
    if exchange.trouble in {"drop_before", "drop_after"}:
        return dropped(request)
    text = reply.text[: len(reply.text) // 2] if exchange.trouble == "malformed" else reply.text
    response = Response(text, reply.status, mimetype="application/json")
    response.headers["Request-Id"] = exchange.request_id
    response.headers["Stripe-Version"] = API_VERSION
    if exchange.key:
        response.headers["Idempotency-Key"] = exchange.key
    if exchange.replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return response
