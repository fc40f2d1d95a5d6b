"""Giving hints: in a transaction, from the sweeper, and in tests."""

import logging
import pydoc
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django_q.models import OrmQ
from django_q.signing import BadSignature, SignedPackage
from django_q.tasks import async_task

from totetaxi.lib.queue import rows
from totetaxi.lib.queue.broker import BEAT_PREFIX, HINT_PREFIX, HintBroker
from totetaxi.lib.queue.kinds import all_kinds, get_kind

logger = logging.getLogger("totetaxi.queue")

DRAIN = "totetaxi.lib.queue.draining.drain"
_BEAT = "totetaxi.lib.queue.heartbeat.beat"


def hint(name: str) -> None:
    """Say that rows of this kind are, or are about to be, due. In the rows' own transaction.

    Nothing is added while a hint of the kind waits (DECISIONS.md, 32). That is safe because the
    waiting hint is locked until our transaction ends: a worker takes it only afterwards, and so
    sees our rows. A hint that another transaction holds, or that is just being taken, is passed
    over (SKIP LOCKED) and a new one made; nobody ever waits for another here. On SQLite a
    transaction that writes has the database for itself.

    Raises LookupError for a kind that nobody registered.
    """
    key = HINT_PREFIX + get_kind(name).name
    with transaction.atomic(savepoint=False):
        if not _relies_on_waiting(key):
            enqueue(key, DRAIN, name)


def _relies_on_waiting(key: str) -> bool:
    lock = "FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM django_q_ormq WHERE key = %s LIMIT 1 {lock}", [key])  # noqa: S608
        return cursor.fetchone() is not None


def enqueue(key: str, function: str, *args: str, broker: Any = None) -> None:
    """Send a task to the workers; with a `broker`, to that one."""
    # Neither result nor failure is kept: the rows say what became of the work.
    async_task(function, *args, cluster=key, save=False, ack_failure=True, broker=broker)


def sweep(now: datetime) -> list[str]:
    """Hint each kind that has a due row; answers their names.

    Heals every lost hint (a killed worker, a rotated SECRET_KEY, a bug), and is what wakes rows
    whose pause after a failure has passed. The supervisor calls it at every beat.
    """
    found = [kind.name for kind in all_kinds() if rows.due(kind.table, now=now).exists()]
    for name in found:
        hint(name)
    return found


def beat(worker: str) -> None:
    """Send a heartbeat through the cluster of one supervisor, in place of one not yet taken."""
    key = BEAT_PREFIX + worker
    with transaction.atomic():
        forget_beats(worker)
        enqueue(key, _BEAT)


def forget_beats(worker: str) -> None:
    """Remove a supervisor's heartbeats that nobody took."""
    OrmQ.objects.filter(key=BEAT_PREFIX + worker).delete()


def run_pending() -> int:
    """Do at once, in this process, what a worker would do; answers how many tasks ran.

    For tests: reads the hints that the broker really holds and executes them, with those that
    they cause, until none is left. Rows that wait (after a failure) are not due and stay. Call
    `sweep(now)` before to play the supervisor too.
    """
    ran = 0
    broker = HintBroker()
    while taken := broker.take():
        for _acknowledgement, payload in taken:
            task = _unpack(payload)
            if task is None:
                continue
            ran += 1
            pydoc.locate(task["func"])(*task["args"], **task["kwargs"])  # type: ignore[operator]
    return ran


def _unpack(payload: str) -> dict[str, Any] | None:
    """As django-q2's pusher does it: a hint signed with another SECRET_KEY is dropped."""
    try:
        task: dict[str, Any] = SignedPackage.loads(payload)
    except (TypeError, BadSignature):
        logger.warning("hint_dropped: signed with another SECRET_KEY")
        return None
    return task
