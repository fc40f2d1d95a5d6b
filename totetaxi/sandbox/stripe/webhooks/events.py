"""Events as they are made: the object as it is at that moment, stored and queued for sending."""

import copy

from totetaxi.sandbox.stripe import API_VERSION
from totetaxi.sandbox.stripe.ids import new_id
from totetaxi.sandbox.stripe.store import Json
from totetaxi.sandbox.stripe.world import World

from .outbox import enqueue


def emit(world: World, event_type: str, subject: Json, previous: Json | None = None) -> None:
    """Store an event about the object and queue its webhook.

    `previous` holds the former values of what changed, for `*.updated`.
    """
    if world.quiet:
        return
    data: Json = {"object": copy.deepcopy(subject)}
    if previous is not None:
        data["previous_attributes"] = previous
    event: Json = {
        "id": new_id("event"),
        "object": "event",
        "api_version": API_VERSION,
        "created": world.clock.now(),
        "data": data,
        "livemode": False,
        "pending_webhooks": 1,
        "request": {
            "id": world.cause.request_id,
            "idempotency_key": world.cause.idempotency_key,
        },
        "type": event_type,
    }
    world.store.add(event)
    enqueue(world, event["id"])
