"""A record of the API calls, for tests to look at and to validate. Never holds an API key."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from totetaxi.sandbox.stripe.store import Json
from totetaxi.sandbox.stripe.world import World

_KEPT = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One call: `params` as sent (texts, nested, arrays as lists), `response` as answered.

    `status` and `response` are what was decided, even where a fault kept it from the caller;
    `fault` names that trouble. A call cut off before its work has status 0 and no response.
    """

    request_id: str
    at: int
    method: str
    path: str
    params: Any
    idempotency_key: str | None
    version: str | None
    status: int
    response: Json | None
    replayed: bool = False
    fault: str | None = None


def record(world: World, entry: Entry) -> None:
    """Append one call."""
    with world.store.transaction():
        world.store.execute("INSERT INTO requests (entry) VALUES (?)", (json.dumps(asdict(entry)),))
        world.store.execute(
            "DELETE FROM requests WHERE seq <= (SELECT max(seq) FROM requests) - ?", (_KEPT,)
        )


def entries(world: World, *, since: int = 0, match: Mapping[str, Any] | None = None) -> list[Json]:
    """Return the calls after number `since`, oldest first, with `seq`, whose fields equal."""
    rows = world.store.execute("SELECT * FROM requests WHERE seq > ? ORDER BY seq", (since,))
    found = [{"seq": row["seq"], **json.loads(row["entry"])} for row in rows]
    wanted = (match or {}).items()
    return [entry for entry in found if all(entry[name] == value for name, value in wanted)]
