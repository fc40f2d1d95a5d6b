"""A call as a resource sees it, the table of its routes, and pages of lists."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from totetaxi.sandbox.stripe.errors import invalid, missing_object
from totetaxi.sandbox.stripe.store import Json, Query
from totetaxi.sandbox.stripe.world import World

from .params import Shape


@dataclass(frozen=True, slots=True)
class Call:
    """One call: the world, the ids in its path, and its parameters, read and checked."""

    world: World
    path: str
    ids: Mapping[str, str]
    params: dict[str, Any]

    def object(self, kind: str, name: str) -> Json:
        """Return the object that the path names, or raise the 404 that names the parameter."""
        found = self.world.store.get(kind, self.ids[name])
        if found is None:
            raise missing_object(kind, self.ids[name], name)
        return found

    def referred(self, kind: str, name: str) -> Json:
        """Return the object that a parameter names, or raise the 400."""
        found = self.world.store.get(kind, self.params[name])
        if found is None:
            raise missing_object(kind, self.params[name], name, status=400)
        return found


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint: `rule` as Flask writes paths, what may be sent, and who answers."""

    method: str
    rule: str
    params: Shape
    answer: Callable[[Call], Json]


def page(
    call: Call,
    kind: str,
    *,
    where: Mapping[str, Any],
    parent: str | None = None,
    types: list[str] | None = None,
) -> Json:
    """Return one page of objects, newest first, as the call's paging parameters ask.

    Raises:
        ApiError: 400 for both cursors at once, or a cursor that does not exist.
    """
    after, before = call.params.get("starting_after"), call.params.get("ending_before")
    if after and before:
        message = "You cannot parameterize both `ending_before` and `starting_after`."
        raise invalid(message, param="ending_before")
    for name in ("starting_after", "ending_before"):
        if name in call.params:
            call.referred(kind, name)
    query = Query(
        kind=kind,
        where=where,
        parent=parent,
        created=call.params.get("created"),
        types=types or (),
    )
    found, more = call.world.store.newest(
        query, limit=call.params.get("limit", 10), after=after, before=before
    )
    return {"object": "list", "url": call.path, "has_more": more, "data": found}


def filters(call: Call, *names: str) -> dict[str, Any]:
    """Return those of the call's parameters that select by an equal field."""
    return {name: call.params[name] for name in names if name in call.params}
