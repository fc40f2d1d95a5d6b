"""A kind of work for tests. Rows are JobRuns; a row's name says what happens to it."""

import os
import signal
import threading
import time
from datetime import UTC, datetime

from django.db import connection

from totetaxi.lib import queue
from totetaxi.lib.work import WorkState
from totetaxi.models import JobRun

CHORE = "tests.chore"
SLOT = datetime(2026, 11, 22, tzinfo=UTC)

ran: list[str] = []
parked: list[tuple[str, str]] = []
_lock = threading.Lock()


def add(*names: str, **values: object) -> None:
    """Make rows without a hint."""
    JobRun.objects.bulk_create(JobRun(name=name, slot=SLOT, **values) for name in names)


def get(name: str) -> JobRun:
    return JobRun.objects.get(name=name)


def run(pk: int) -> WorkState | None:
    name = get_name(pk)
    with _lock:
        ran.append(name)
    match name.split(":")[0]:
        case "fail":
            raise ValueError("ann@example.com is not to be stored")
        case "never":
            raise queue.PermanentError("no such box")
        case "later":
            raise queue.TryLaterError(30)
        case "ignore":
            return WorkState.IGNORED
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "steal":  # as if the lease had ended and another worker had begun
            JobRun.objects.filter(pk=pk).update(attempts=7)
        case "check":
            ran.append(f"in transaction: {connection.in_atomic_block}")
        case "slow":
            time.sleep(0.2)
        case "exit":
            raise SystemExit
    return None


def run_nothing(pk: int) -> None:
    """A no-op, for measuring."""


def get_name(pk: int) -> str:
    return JobRun.objects.values_list("name", flat=True).get(pk=pk)


def note_parked(pk: int, error: str) -> None:
    parked.append((get_name(pk), error))


def note_parked_and_break(pk: int, error: str) -> None:
    JobRun.objects.filter(pk=pk).update(slot=datetime(2000, 1, 1, tzinfo=UTC))
    raise RuntimeError("the alarm is broken")


def job(now: datetime) -> None:
    ran.append(f"job {now:%H:%M}")


def failing_job(now: datetime) -> None:
    raise ValueError


def note_job_parked(name: str, error: str) -> None:
    parked.append((name, error))


def note_job_done(name: str) -> None:
    ran.append(f"done {name}")
