"""Jobs that come round by the clock, known from code alone.

A run of a job is a work row too (`totetaxi.JobRun`): attempts, parking and recovery are those of
all other work. That is why django-q2's schedules are not used: they have a resolution of half a
minute, no attempts that survive a dead worker, and one bad row of theirs stops all others.

The supervisor calls `plan_jobs` at every beat. Only the latest slot of a job is ever planned, so
whoever was down for an hour or for weeks runs each missed job once. Two constraints make two
supervisors harmless, and a slow job never piles up: one run for a (name, slot), and one due run
for a name.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, cast

from django.apps import apps
from django.db import transaction
from django.db.models import Q
from django_q.models import OrmQ, Task

from totetaxi.lib import clock
from totetaxi.lib.queue import heartbeat, hints
from totetaxi.lib.queue.kinds import register, resolve
from totetaxi.lib.work import WorkState

JOB_WORK = "totetaxi.job"
_KEPT = timedelta(days=7)
_MINUTES_IN_DAY = 24 * 60


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """When a job runs: every so many minutes, or once a night at a time of New York's."""

    name: str
    func: str
    every_minutes: int | None
    nightly_at: time | None
    on_parked: str
    on_done: str

    def latest_slot(self, now: datetime) -> datetime:
        """The last instant (UTC), not after `now`, at which the job was to run."""
        if self.every_minutes:
            midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
            passed = int((now - midnight).total_seconds() // 60)
            return midnight + timedelta(minutes=passed - passed % self.every_minutes)
        wall = cast("time", self.nightly_at)
        today = clock.today(now)
        slot = clock.at_new_york(today, wall)
        return slot if slot <= now else clock.at_new_york(today - timedelta(days=1), wall)


_schedules: dict[str, Schedule] = {}


def schedule(
    name: str,
    func: str,
    *,
    every_minutes: int | None = None,
    nightly_at: time | None = None,
    on_parked: str = "",
    on_done: str = "",
) -> Schedule:
    """Have a job run by the clock. Called once, at start-up.

    Args:
        name: `app.job`, unique.
        func: dotted name of `def job(now: datetime) -> None`. It must end within the cluster's
            timeout (60 s): a job that finds much to do makes work rows and hints them.
        every_minutes: a divisor of a day, counted from midnight UTC; 60 is each full hour.
        nightly_at: New York's wall-clock time.
        on_parked: dotted name of `def on_parked(name: str, error: str) -> None`, called when a
            run has failed for the last time, to tell a person.
        on_done: dotted name of `def on_done(name: str) -> None`, called after each run that ended
            well: whatever was told of a former one is over.
    """
    if (every_minutes is None) == (nightly_at is None):
        raise ValueError(f"{name}: give either every_minutes or nightly_at")
    if every_minutes is not None and (every_minutes < 1 or _MINUTES_IN_DAY % every_minutes):
        raise ValueError(f"{name}: {every_minutes} minutes do not divide a day")
    planned = Schedule(
        name=name,
        func=func,
        every_minutes=every_minutes,
        nightly_at=nightly_at,
        on_parked=on_parked,
        on_done=on_done,
    )
    if _schedules.get(name, planned) != planned:
        raise ValueError(f"Two different jobs are named {name}")
    _schedules[name] = planned
    return planned


def unschedule(name: str) -> None:
    """Forget a job: for tests that schedule their own."""
    _schedules.pop(name, None)


def all_schedules() -> list[Schedule]:
    """Every job, by name."""
    return [_schedules[name] for name in sorted(_schedules)]


def _runs() -> Any:
    return apps.get_model("totetaxi.JobRun")._default_manager


def plan_jobs(now: datetime) -> list[str]:
    """Make the runs whose slot has come; answers their names. Safe at any time, in any process.

    A job whose last run is still due (running, or resting after a failure) gets no further one.
    """
    slots = {planned.name: planned.latest_slot(now) for planned in all_schedules()}
    known = _runs().filter(Q(slot__in=set(slots.values())) | Q(work_state=WorkState.DUE))
    for name, slot, state in known.values_list("name", "slot", "work_state"):
        if slots.get(name) == slot or state == WorkState.DUE:
            slots.pop(name, None)
    if slots:
        run = _runs().model
        with transaction.atomic():
            _runs().bulk_create(
                [run(name=name, slot=slot, next_try_at=now) for name, slot in slots.items()],
                ignore_conflicts=True,  # another supervisor was quicker
            )
            hints.hint(JOB_WORK)
    return list(slots)


def run_soon(name: str, now: datetime) -> bool:
    """Have a scheduled job run as soon as a worker is free, besides its slots.

    False where a run of it is due already. Raises LookupError for a name that is not scheduled.
    """
    if name not in _schedules:
        raise LookupError(f"No job is named {name!r}")
    with transaction.atomic():
        if _runs().filter(name=name, work_state=WorkState.DUE).exists():
            return False
        run = _runs().model(name=name, slot=now, next_try_at=now)
        _runs().bulk_create([run], ignore_conflicts=True)  # a supervisor may be quicker
        hints.hint(JOB_WORK)
    return True


def last_run(name: str) -> datetime | None:
    """When a job that has ended well was last begun (UTC), as far as runs are kept."""
    done = _runs().filter(name=name, work_state=WorkState.DONE).order_by("-slot")
    found: datetime | None = done.values_list("slot", flat=True).first()
    return found


def run_job(pk: int) -> WorkState | None:
    """Run one planned job; ignored when its name is no longer scheduled."""
    planned = _schedules.get(_runs().values_list("name", flat=True).get(pk=pk))
    if planned is None:
        return WorkState.IGNORED
    job: Callable[[datetime], None] = resolve(planned.func)
    job(clock.now())
    if planned.on_done:
        resolve(planned.on_done)(planned.name)
    return None


def job_parked(pk: int, error: str) -> None:
    """Tell whoever the job's schedule names."""
    planned = _schedules.get(_runs().values_list("name", flat=True).get(pk=pk))
    if planned is not None and planned.on_parked:
        resolve(planned.on_parked)(planned.name, error)


def prune(now: datetime) -> None:
    """Delete what the queue itself leaves behind: old runs, old failures, dead supervisors."""
    old = now - _KEPT
    _runs().filter(slot__lt=old).exclude(work_state=WorkState.DUE).delete()
    Task.objects.filter(stopped__lt=old).delete()
    OrmQ.objects.filter(lock__lt=old).delete()
    heartbeat.table().filter(started_at__lt=old, answered_at__lt=old).delete()


register(
    name=JOB_WORK,
    model="totetaxi.JobRun",
    run="totetaxi.lib.queue.jobs.run_job",
    on_parked="totetaxi.lib.queue.jobs.job_parked",
    max_attempts=4,
    longest_retry_seconds=60,
)
schedule("totetaxi.prune_queue", "totetaxi.lib.queue.jobs.prune", nightly_at=time(4, 20))
