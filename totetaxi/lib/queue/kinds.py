"""The kinds of work that the apps have registered. Everything is a name, resolved when needed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from django.apps import apps
from django.utils.module_loading import import_string

from totetaxi.lib.work import WorkRow


@dataclass(frozen=True, kw_only=True)
class Kind:
    """How one table of work is done. See `register` for the meaning of each."""

    name: str
    model: str
    run: str
    on_parked: str
    max_attempts: int
    batch: int
    first_retry_seconds: int
    longest_retry_seconds: int

    @property
    def table(self) -> type[WorkRow]:
        """The model whose due rows are of this kind."""
        return cast("type[WorkRow]", apps.get_model(self.model))


_kinds: dict[str, Kind] = {}


def register(
    *,
    name: str,
    model: str,
    run: str,
    on_parked: str = "",
    max_attempts: int = 8,
    batch: int = 1,
    first_retry_seconds: int = 10,
    longest_retry_seconds: int = 3600,
) -> Kind:
    """Tell the queue who does the due rows of a table. Called once, at start-up.

    Args:
        name: `app.thing`; what `hint` is called with. At most 80 characters.
        model: `app.Model`, a `WorkRow`; each table has one kind.
        run: dotted name of `def run(pk) -> WorkState | None`.
        on_parked: dotted name of `def on_parked(pk, error: str) -> None`, called in the
            transaction that parks the row, to tell a person. Database work only.
        max_attempts: starts before the row is parked; at least 2.
        batch: rows claimed, and marked done, in one transaction. With more than 1, up to `batch`
            finished rows run again when their worker is killed: only for cheap work that may.
        first_retry_seconds: pause after the first failure; it doubles with each further one.
        longest_retry_seconds: the longest such pause.
    """
    if max_attempts < 2:
        raise ValueError(f"{name}: a row that shared a dead worker's batch needs a second attempt")
    kind = Kind(
        name=name,
        model=model,
        run=run,
        on_parked=on_parked,
        max_attempts=max_attempts,
        batch=batch,
        first_retry_seconds=first_retry_seconds,
        longest_retry_seconds=longest_retry_seconds,
    )
    if _kinds.get(name, kind) != kind:
        raise ValueError(f"Two different kinds of work are named {name}")
    _kinds[name] = kind
    return kind


def unregister(name: str) -> None:
    """Forget a kind: for tests that register their own."""
    _kinds.pop(name, None)


def get_kind(name: str) -> Kind:
    """The kind of that name. Raises LookupError."""
    try:
        return _kinds[name]
    except KeyError:
        raise LookupError(f"No kind of work is named {name!r}") from None


def all_kinds() -> list[Kind]:
    """Every kind, by name."""
    return [_kinds[name] for name in sorted(_kinds)]


def resolve(dotted: str) -> Callable[..., Any]:
    """The function of that dotted name. Raises ImportError."""
    return cast("Callable[..., Any]", import_string(dotted))


def dotted_names() -> Iterator[str]:
    """Every function that is known by name alone: a test resolves each, a worker preloads them."""
    from totetaxi.lib.queue.jobs import all_schedules  # jobs are a kind of work themselves

    for kind in all_kinds():
        yield from filter(None, (kind.run, kind.on_parked))
    for planned in all_schedules():
        yield from filter(None, (planned.func, planned.on_parked, planned.on_done))
