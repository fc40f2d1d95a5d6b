"""What falls due: for each object one thing at most, at a moment of the sandbox's clock."""

from dataclasses import dataclass

from .store import Json
from .world import World


@dataclass(frozen=True, slots=True)
class Due:
    """An object whose moment has come: of what kind it is, and what is to happen to it."""

    object_id: str
    kind: str
    then: str


def plan(world: World, object_id: str, then: str, *, seconds: float) -> None:
    """Let this happen to the object in so many seconds, in place of what was planned before."""
    private = world.store.private(object_id)
    private["due"] = {"at": world.clock.precise() + seconds, "then": then}
    world.store.save_private(object_id, private)


def call_off(world: World, object_id: str) -> None:
    """Let nothing happen to the object by itself."""
    private: Json = world.store.private(object_id)
    private.pop("due", None)
    world.store.save_private(object_id, private)


def take(world: World, then: str | None = None) -> list[Due]:
    """Return what is due, the earliest first, and plan it no more.

    `then` asks for all that waits for that, due or not.
    """
    rows = world.store.execute(
        "SELECT id, kind, json_extract(private, '$.due.then') AS event FROM objects"
        " WHERE json_extract(private, '$.due.at') IS NOT NULL"
        " AND json_extract(private, '$.due.at') <= ?1"
        " AND (?2 IS NULL OR json_extract(private, '$.due.then') = ?2)"
        " ORDER BY json_extract(private, '$.due.at'), seq",
        (world.clock.precise() if then is None else float("inf"), then),
    )
    found = [Due(row["id"], row["kind"], row["event"]) for row in rows]
    for due in found:
        call_off(world, due.object_id)
    return found
