"""Webhooks to send: queued with their event, tried until taken, at least once.

A delivery is `pending`, `sending`, `delivered`, `dropped` (lost by command) or `failed` (given
up after three days, as Stripe does).
"""

import json
import logging
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from sqlite3 import Row

from totetaxi.sandbox.stripe.store import Json
from totetaxi.sandbox.stripe.world import World

from . import modes
from .signing import signature_header

Send = Callable[[bytes, Mapping[str, str]], int]
"""Takes body and headers to the receiver and returns the HTTP status; may raise OSError."""

_log = logging.getLogger("sandbox.stripe")
_GIVE_UP_AFTER_SECONDS = 3 * 24 * 3600
_LONGEST_PAUSE_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: which event, and the status, or the words for what kept it from arriving."""

    event: str
    type: str
    status: int | None
    error: str | None = None

    @property
    def taken(self) -> bool:
        """Only 2xx counts; a redirect is a failure."""
        return self.status is not None and 200 <= self.status < 300


def enqueue(world: World, event_id: str) -> None:
    """Queue the webhook of a new event, as often and as late as the mode says."""
    mode = modes.current(world)
    for copy_number in range(1 + mode.duplicates):
        due_at = world.clock.precise() + mode.delay_seconds
        if mode.shuffle_seed is not None:
            # Not a secret: the same seed must scatter the same way.
            number = world.store.execute("SELECT count(*) AS n FROM deliveries")[0]["n"]
            scatter = random.Random(f"{mode.shuffle_seed}/{number}/{copy_number}")  # noqa: S311
            due_at += scatter.random() * mode.shuffle_seconds
        _insert(world, event_id, "dropped" if mode.drop else "pending", due_at)
    world.wake.set()


def redeliver(world: World, event_id: str) -> None:
    """Queue an event once more, whatever became of it before."""
    _insert(world, event_id, "pending", world.clock.precise())
    world.wake.set()


def _insert(world: World, event_id: str, state: str, due_at: float) -> None:
    world.store.execute(
        "INSERT INTO deliveries (event, state, due_at) VALUES (?, ?, ?)",
        (event_id, state, due_at),
    )


def recover(world: World) -> None:
    """Queue again what was being sent when the process ended: better twice than never."""
    world.store.execute("UPDATE deliveries SET state = 'pending' WHERE state = 'sending'")


def take(world: World, *, everything: bool = False) -> list[Row]:
    """Take the deliveries that are due, or all that wait, out of the queue, in sending order."""
    with world.store.transaction():
        rows = world.store.execute(
            "SELECT * FROM deliveries WHERE state = 'pending' AND due_at <= ? ORDER BY due_at, id",
            (float("inf") if everything else world.clock.precise(),),
        )
        for row in rows:
            world.store.execute(
                "UPDATE deliveries SET state = 'sending' WHERE id = ?", (row["id"],)
            )
    seed = modes.current(world).shuffle_seed
    if everything and seed is not None:
        random.Random(seed).shuffle(rows)  # noqa: S311 - repeatable, not secret
    return rows


def attempt(world: World, delivery: Row, send: Send) -> Attempt:
    """Send one delivery and note what came of it."""
    event = world.store.get("event", delivery["event"])
    if event is None:  # forgotten by a reset meanwhile
        return Attempt(delivery["event"], "", None, "forgotten")
    body, headers = signed(world, event)
    try:
        result = Attempt(event["id"], event["type"], send(body, headers))
    except OSError as error:
        result = Attempt(event["id"], event["type"], None, f"{type(error).__name__}: {error}")
    _log.info("webhook %s %s", result.type, result.status or result.error)
    _note(world, delivery, event, result)
    return result


def signed(world: World, event: Json) -> tuple[bytes, dict[str, str]]:
    """Return body and headers as they are sent, signed as the mode says."""
    mode = modes.current(world)
    body = json.dumps(event, indent=2).encode()
    secret = world.config.webhook_secret
    # The receiver judges the age by its own clock, so this is not the sandbox's.
    header = signature_header(
        body,
        f"{secret}-not" if mode.wrong_signature else secret,
        int(time.time()) + mode.timestamp_offset,
    )
    return body, {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        "Stripe-Signature": header,
    }


def _note(world: World, delivery: Row, event: Json, result: Attempt) -> None:
    now = world.clock.precise()
    attempts = delivery["attempts"] + 1
    pause = min(world.config.retry_seconds * 2 ** min(attempts - 1, 20), _LONGEST_PAUSE_SECONDS)
    if result.taken:
        state = "delivered"
    elif now - event["created"] > _GIVE_UP_AFTER_SECONDS:
        state = "failed"
    else:
        state = "pending"
    with world.store.transaction():
        world.store.execute(
            "UPDATE deliveries SET state = ?, due_at = ?, attempts = ?, last_result = ?"
            " WHERE id = ?",
            (state, now + pause, attempts, json.dumps(asdict(result)), delivery["id"]),
        )
        if result.taken:
            world.store.save(event | {"pending_webhooks": 0})


def deliver(world: World, send: Send) -> list[Attempt]:
    """Send all that wait, one after the other, due or not; return what came of each."""
    return [attempt(world, row, send) for row in take(world, everything=True)]


def deliveries(world: World, event_id: str) -> list[Json]:
    """Return the state, attempts and last result of each delivery of an event."""
    rows = world.store.execute(
        "SELECT state, attempts, last_result FROM deliveries WHERE event = ? ORDER BY id",
        (event_id,),
    )
    return [
        {
            "state": row["state"],
            "attempts": row["attempts"],
            "last_result": json.loads(row["last_result"]) if row["last_result"] else None,
        }
        for row in rows
    ]
