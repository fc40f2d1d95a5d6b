"""System checks of the queue's settings and kinds."""

from math import ceil
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from totetaxi.lib.queue.kinds import Kind, all_kinds
from totetaxi.lib.work import WorkRow

BROKER = "totetaxi.lib.queue.broker.HintBroker"
_PROCESS_LOCAL = (
    "django.core.cache.backends.locmem.LocMemCache",
    "django.core.cache.backends.dummy.DummyCache",
)


@register
def check_queue(**_kwargs: Any) -> list[CheckMessage]:
    """Q_CLUSTER keeps what the queue rests on."""
    cluster: dict[str, Any] = {**settings.Q_CLUSTER}
    timeout, retry = cluster["timeout"], cluster["retry"]
    rounds = 1 + ceil((cluster["queue_limit"] + cluster["bulk"]) / cluster["workers"])
    longest_wait = timeout * rounds + 10  # from being prefetched to being done, at worst
    shared = settings.CACHES["default"]["BACKEND"] not in _PROCESS_LOCAL
    rules = {
        "E001 orm must be default: hints are committed with their rows": cluster["orm"]
        == "default",
        f"E002 broker_class must be {BROKER}": cluster.get("broker_class") == BROKER,
        "E003 timeout must be shorter than retry": timeout < retry,
        f"E004 retry must exceed {longest_wait} s, or tasks run twice": retry > longest_wait,
        "E005 the default cache must be shared by all processes": shared or settings.TESTING,
        "E006 sync would run work within its own transaction": not cluster.get("sync"),
    }
    return [
        Error(f"Q_CLUSTER: {text[5:]}.", id=f"queue.{text[:4]}")
        for text, good in rules.items()
        if not good
    ]


@register
def check_kinds(**_kwargs: Any) -> list[CheckMessage]:
    """Every registered kind has its own table of work rows, with its index."""
    found: list[CheckMessage] = []
    owners: dict[str, str] = {}
    for kind in all_kinds():
        fault = _fault_of(kind)
        if fault is None and kind.model.lower() in owners:
            fault = f"{kind.model} already belongs to {owners[kind.model.lower()]}"
        owners[kind.model.lower()] = kind.name
        if fault:
            found.append(Error(f"Work {kind.name}: {fault}.", id="queue.E007"))
    return found


def _fault_of(kind: Kind) -> str | None:
    try:
        model = apps.get_model(kind.model)
    except LookupError:
        return f"there is no model {kind.model}"
    if not issubclass(model, WorkRow):
        return f"{kind.model} is no WorkRow"
    due = f"{model.__name__.lower()}_due"
    if due not in {index.name for index in model._meta.indexes}:
        return f"{kind.model}.Meta.indexes lacks (*WorkRow.Meta.indexes, …)"
    known = f"{model.__name__.lower()}_work_state_known"
    if known not in {constraint.name for constraint in model._meta.constraints}:
        return f"{kind.model}.Meta.constraints lacks (*WorkRow.Meta.constraints, …)"
    return None
