"""`Idempotency-Key`: the first answer is given again for a day, other parameters are refused."""

import hashlib
import json
from dataclasses import dataclass

from totetaxi.sandbox.stripe.errors import ApiError
from totetaxi.sandbox.stripe.world import World

from .forms import Raw

_LIFE_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as sent: the status and the text of its body."""

    status: int
    text: str


def claim(world: World, key: str, method: str, path: str, raw: Raw) -> Reply | None:
    """Take the key for this request, or return the answer that is already stored under it.

    Raises:
        ApiError: 400 when the key was used with other parameters, 409 while the first runs.
    """
    if len(key) > 255:
        raise ApiError(400, "Idempotency keys can be at most 255 characters.", begun=False)
    told = json.dumps([method, path, raw], sort_keys=True)
    fingerprint = hashlib.sha256(told.encode()).hexdigest()
    now = world.clock.now()
    with world.store.transaction():
        world.store.execute("DELETE FROM idempotency WHERE created < ?", (now - _LIFE_SECONDS,))
        rows = world.store.execute("SELECT * FROM idempotency WHERE key = ?", (key,))
        if not rows:
            world.store.execute(
                "INSERT INTO idempotency (key, created, fingerprint) VALUES (?, ?, ?)",
                (key, now, fingerprint),
            )
            return None
    stored = rows[0]
    if stored["fingerprint"] != fingerprint:
        raise _used_otherwise(key)
    if stored["status"] is None:
        raise _still_running(key)
    return Reply(stored["status"], stored["body"])


def _used_otherwise(key: str) -> ApiError:
    return ApiError(
        400,
        "Keys for idempotent requests can only be used with the same parameters they were"
        f" first used with. Try using a key other than '{key}' if you meant to execute a"
        " different request.",
        error_type="idempotency_error",
        begun=False,
    )


def _still_running(key: str) -> ApiError:
    return ApiError(
        409,
        "There is currently another in-progress request using this Idempotent Key (that"
        " probably means you submitted twice, and the other request is still going"
        f" through): {key}. Please try again later.",
        code="idempotency_key_in_use",
        error_type="idempotency_error",
        begun=False,
    )


def keep(world: World, key: str, reply: Reply) -> None:
    """Store the answer under the key that was claimed."""
    world.store.execute(
        "UPDATE idempotency SET status = ?, body = ? WHERE key = ?",
        (reply.status, reply.text, key),
    )


def release(world: World, key: str) -> None:
    """Give the key back: the work never began."""
    world.store.execute("DELETE FROM idempotency WHERE key = ? AND status IS NULL", (key,))
