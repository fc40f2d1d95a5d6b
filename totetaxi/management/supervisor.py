"""The parent of the queue's processes: keeps them alive, and gives them their hints.

django-q2 does not survive the death of its own children: a worker killed while it waits for work
leaves the whole cluster blocked for ever, its parent alive. So the supervisor sends a heartbeat
through the cluster every 15 seconds, and kills and replaces the whole process group when

- neither a heartbeat came back nor a row was begun for 60 seconds,
- heartbeats do not come back for 180 seconds, though workers work (their monitor is dead),
- some row is long due while no row is begun for 120 seconds, though heartbeats come back,
- or a pillar of the group has ended.

At each beat it also plans the jobs whose time has come and sweeps for due rows without a hint:
both are cheap, need no worker, and are safe with any number of supervisors.
"""

import contextlib
import logging
import os
import secrets
import socket
import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, InterfaceError, connection

from totetaxi.lib import clock, queue
from totetaxi.lib.queue import heartbeat, hints
from totetaxi.lib.queue.report import oldest_due
from totetaxi.management.processes import ClusterGroup

logger = logging.getLogger("totetaxi.worker")

_LOOK_SECONDS = 0.5
_LONGEST_REST_SECONDS = 30.0
# Until a new cluster gives its first sign of life: a slow machine must not restart it for ever.
_START_SECONDS = 60.0


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How often the supervisor acts, in seconds. DECISIONS.md, 33."""

    beat: float = 15.0
    limit: float = 60.0
    grace: float = 25.0  # for running tasks when told to end; below the usual 30 of a host


@dataclass
class Sign:
    """A sign of life as last read from the database, and when (monotonic) it last changed.

    Times of the database are compared for change alone, so a clock that jumps does no harm.
    """

    value: Any = None
    changed: float = field(default_factory=time.monotonic)
    heard: bool = False  # whether it changed since the cluster was started

    def read(self, value: Any) -> None:
        """Take note of what the database says now."""
        if value != self.value:
            self.value, self.changed, self.heard = value, time.monotonic(), True

    def age(self) -> float:
        """Seconds since the last change."""
        return time.monotonic() - self.changed


class Supervisor:
    """Runs one cluster until told to end. `end()` may be called from a signal handler."""

    def __init__(self, pace: Pace) -> None:
        self.pace = pace
        self.worker_id = secrets.token_hex(16)
        self._ending = threading.Event()
        self._asked_to_end = 0
        self._worked = Sign()
        self._answered = Sign()

    def end(self) -> None:
        """Finish what runs and stop; when called again, stop at once."""
        self._asked_to_end += 1
        self._ending.set()

    def run(self) -> None:
        """Keep a cluster running. Returns once it has ended on request."""
        rest = 1.0
        while not self._ending.is_set():
            started = time.monotonic()
            group = self._start()
            try:
                reason = self._watch(group)
                if reason is None:
                    self._end_gently(group)
            finally:
                group.kill()
            if reason is None:
                break
            # A cluster that dies at once is not started over and over without a pause.
            quick = time.monotonic() - started < self.pace.limit
            rest = min(rest * 2, _LONGEST_REST_SECONDS) if quick else 1.0
            logger.error("cluster_replaced reason=%s pause_seconds=%.0f", reason, rest)
            self._ending.wait(rest)
        self._forget()
        logger.info("worker_ended worker=%s", self.worker_id)

    def _start(self) -> ClusterGroup:
        self._reach_database(self._read_signs)  # the last words of the cluster before
        self._worked, self._answered = Sign(self._worked.value), Sign(self._answered.value)
        group = ClusterGroup({heartbeat.WORKER_ID_VARIABLE: self.worker_id})
        logger.info("cluster_started worker=%s group=%d", self.worker_id, group.guard.pid)
        return group

    def _watch(self, group: ClusterGroup) -> str | None:
        """Beat and look until something is wrong (answers what), or we are to end (None)."""
        next_beat = time.monotonic()
        while not self._ending.wait(_LOOK_SECONDS):
            if fault := group.fault():
                return fault
            beat = time.monotonic() >= next_beat
            if beat:
                next_beat = time.monotonic() + self.pace.beat
            elif self._answered.age() <= self.pace.beat:
                continue  # the last answer came in time: nothing to look at before the next beat
            if not self._reach_database(self._beat if beat else self._read_signs):
                continue
            if fault := self._silence():
                return fault
        return None

    def _reach_database(self, action: Any) -> bool:
        """Do it; False, and every timer anew, while the database cannot be reached."""
        try:
            connection.close_if_unusable_or_obsolete()
            action()
        except (DatabaseError, InterfaceError) as error:
            logger.warning("database_unreachable error=%s", type(error).__name__)
            with contextlib.suppress(DatabaseError, InterfaceError):
                connection.close()
            self._worked.changed = self._answered.changed = time.monotonic()
            return False
        return True

    def _beat(self) -> None:
        now = clock.now()
        heartbeat.table().get_or_create(
            worker_id=self.worker_id,
            defaults={"host": socket.gethostname(), "pid": os.getpid(), "started_at": now},
        )
        hints.beat(self.worker_id)
        queue.plan_jobs(now)
        queue.sweep(now)
        self._read_signs()

    def _read_signs(self) -> None:
        signs = heartbeat.table().filter(pk=self.worker_id).values("worked_at", "answered_at")
        for row in signs:
            self._worked.read(row["worked_at"])
            self._answered.read(row["answered_at"])

    def _silence(self) -> str | None:
        """What has been silent for too long, if anything."""
        limit = self.pace.limit
        if not (self._worked.heard or self._answered.heard):
            limit = max(limit, _START_SECONDS)
        worked, answered = self._worked.age(), self._answered.age()
        if min(worked, answered) > limit:
            return "silent"
        if answered > 3 * limit:
            return "monitor_silent"
        if worked > 2 * limit and self._rows_wait(timedelta(seconds=2 * limit)):
            return "rows_not_taken"
        return None

    def _rows_wait(self, limit: timedelta) -> bool:
        return any(age > limit for age in oldest_due(clock.now()).values())

    def _end_gently(self, group: ClusterGroup) -> None:
        logger.info("worker_ending worker=%s grace_seconds=%.0f", self.worker_id, self.pace.grace)
        group.ask_to_end()
        deadline = time.monotonic() + self.pace.grace
        while group.cluster.poll() is None and time.monotonic() < deadline:
            if self._asked_to_end > 1:
                return
            time.sleep(0.1)

    def _forget(self) -> None:
        """Leave no heartbeat behind that nobody will answer."""
        with contextlib.suppress(DatabaseError, InterfaceError):
            hints.forget_beats(self.worker_id)
            heartbeat.table().filter(pk=self.worker_id).delete()
