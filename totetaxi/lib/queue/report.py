"""How the background work is doing, in a few small queries."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Min

from totetaxi.lib import clock
from totetaxi.lib.queue import heartbeat, rows
from totetaxi.lib.queue.kinds import all_kinds
from totetaxi.lib.work import WorkState

HEARTBEAT_LIMIT = timedelta(minutes=2)
DUE_LIMIT = timedelta(minutes=5)


@dataclass(frozen=True)
class Health:
    """Last sign of life of any worker; age of the oldest due row and parked rows, by kind.

    Kinds without such rows are left out. A row's age counts from when it became due.
    """

    at: datetime
    last_heartbeat: datetime | None
    oldest_due: dict[str, timedelta]
    parked: dict[str, int]

    @property
    def stale(self) -> list[str]:
        """Kinds with a row that nobody took for five minutes (DECISIONS.md, 34)."""
        return [name for name, age in self.oldest_due.items() if age > DUE_LIMIT]

    @property
    def ok(self) -> bool:
        """A worker lives, and every kind of work moves. Parked rows are people's to see to."""
        beating = (
            self.last_heartbeat is not None and self.at - self.last_heartbeat < HEARTBEAT_LIMIT
        )
        return beating and not self.stale


def oldest_due(now: datetime) -> dict[str, timedelta]:
    """For each kind with due rows, how long its oldest one has been due."""
    ages: dict[str, timedelta] = {}
    for kind in all_kinds():
        since = rows.due(kind.table, now=now).aggregate(since=Min("next_try_at"))["since"]
        if since is not None:
            ages[kind.name] = now - since
    return ages


def health(now: datetime | None = None) -> Health:
    """The state of the queue: two small queries for each kind, and one."""
    now = now or clock.now()
    parked = {
        kind.name: kind.table._default_manager.filter(work_state=WorkState.PARKED).count()
        for kind in all_kinds()
    }
    return Health(
        at=now,
        last_heartbeat=heartbeat.latest(),
        oldest_due=oldest_due(now),
        parked={name: count for name, count in parked.items() if count},
    )
