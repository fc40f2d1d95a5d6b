"""What a worker does with a hint: work off every due row of its kind."""

import logging
import random
import time
import traceback
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.db import transaction

from totetaxi.lib import clock
from totetaxi.lib.queue import heartbeat, hints, rows
from totetaxi.lib.queue.kinds import Kind, get_kind, resolve
from totetaxi.lib.queue.rows import Claim
from totetaxi.lib.work import WorkState

logger = logging.getLogger("totetaxi.queue")

# A drain begins no further row after this. Short, so that a heartbeat or another kind of work
# behind it in the cluster's own small queue does not wait for long.
BOX_SECONDS = 15.0
# django-q2 ends a task, and with it every row that a drain began, this long after `timeout` at
# the latest; only then may another worker have the row.
LEASE_MARGIN_SECONDS = 30

_PROJECT = Path(__file__).resolve().parents[3]


class PermanentError(Exception):
    """Trying again cannot help: park the row now. The text is stored: no personal data in it."""


class TryLaterError(Exception):
    """Not a failure, but not yet: look again in `seconds`. The attempt is not counted."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"try again in {seconds:g} s")
        self.seconds = seconds


def drain(name: str) -> int:
    """Run every due row of a kind, for up to 15 seconds; answers how many were run.

    Each step marks the last rows done and claims the next, in one short transaction. Rows run
    outside it. Fresh rows come in batches (`Kind.batch`); rows that were tried before come one at
    a time, so that one which kills its worker cannot use up the attempts of its neighbours.
    """
    kind = get_kind(name)
    run = resolve(kind.run)
    ends = time.monotonic() + BOX_SECONDS
    done: list[Claim] = []
    ran = steps = 0
    fresh = kind.batch > 1
    while time.monotonic() < ends:
        claims = _next(kind, done, fresh=fresh)
        done = []
        if claims:
            steps += 1
            if steps == 2:
                hints.hint(name)  # there is more than one step's work: call a second worker
            heartbeat.worked()
            begun = _run_claims(kind, run, claims, ends, done)
            ran += begun
            rows.release(kind.table, claims[begun:], due=clock.now())
        elif fresh:
            fresh = False
        else:
            return ran
    rows.finish(kind.table, done)
    if rows.due(kind.table, now=clock.now()).exists():
        hints.hint(name)
    return ran


def _run_claims(
    kind: Kind, run: Callable[[Any], Any], claims: list[Claim], ends: float, done: list[Claim]
) -> int:
    """Run claimed rows while there is time, adding to `done`; answers how many were begun."""
    try:
        for position, one in enumerate(claims):
            if position and time.monotonic() >= ends:
                return position
            if _run(kind, run, one):
                done.append(one)
    except BaseException:  # the task's time is over, or the process is told to go
        rows.finish(kind.table, done)
        raise
    return len(claims)


def _next(kind: Kind, done: list[Claim], *, fresh: bool) -> list[Claim]:
    now = clock.now()
    timeout = cast("int", settings.Q_CLUSTER["timeout"])
    lease = timedelta(seconds=timeout + LEASE_MARGIN_SECONDS)
    return rows.step(
        kind.table,
        done,
        now=now,
        lease_until=now + lease,
        limit=kind.batch if fresh else 1,
        fresh=fresh,
    )


def _run(kind: Kind, run: Callable[[Any], Any], one: Claim) -> bool:
    """Run one row; True if it is to be marked done, otherwise its outcome is recorded here."""
    if one.attempts > kind.max_attempts:  # every worker that began it died, or ran out of time
        _park(kind, one, "its worker died or ran out of time")
        return False
    try:
        outcome = run(one.pk)
    except TryLaterError as error:
        due = clock.now() + timedelta(seconds=error.seconds)
        rows.held_by(kind.table, one).update(attempts=one.attempts - 1, next_try_at=due)
        return False
    except PermanentError as error:
        _park(kind, one, str(error)[:200])
        return False
    except Exception as error:  # noqa: BLE001  whatever it is, the row says so and the rest goes on
        _fail(kind, one, error)
        return False
    if outcome == WorkState.IGNORED:
        rows.held_by(kind.table, one).update(work_state=WorkState.IGNORED, last_error="")
        return False
    return True


def _fail(kind: Kind, one: Claim, error: Exception) -> None:
    text = describe(error)
    logger.warning(
        "work_failed kind=%s row=%s attempt=%d error=%r", kind.name, one.pk, one.attempts, text
    )
    if one.attempts >= kind.max_attempts:
        _park(kind, one, text)
        return
    due = clock.now() + pause(kind, one.attempts)
    rows.held_by(kind.table, one).update(next_try_at=due, last_error=text)


def _park(kind: Kind, one: Claim, text: str) -> None:
    """Give up on a row, and tell a person in the same transaction."""
    with transaction.atomic():
        parked = rows.held_by(kind.table, one).update(
            work_state=WorkState.PARKED,
            attempts=min(one.attempts, kind.max_attempts),
            last_error=text,
        )
        if not parked:
            return
        logger.error("work_parked kind=%s row=%s error=%r", kind.name, one.pk, text)
        if not kind.on_parked:
            return
        try:
            with transaction.atomic():
                resolve(kind.on_parked)(one.pk, text)
        except Exception:  # a broken alarm must not bring the row back
            logger.exception("on_parked_failed kind=%s row=%s", kind.name, one.pk)


def retry(name: str, pk: Any) -> bool:
    """Give a parked row a new set of attempts; False if it was not parked."""
    table = get_kind(name).table
    with transaction.atomic():
        changed = table._default_manager.filter(pk=pk, work_state=WorkState.PARKED).update(
            work_state=WorkState.DUE, attempts=0, next_try_at=clock.now()
        )
        if changed:
            hints.hint(name)
    return bool(changed)


def pause(kind: Kind, attempts: int) -> timedelta:
    """How long a row rests after its nth failure: doubling, capped, a quarter more or less."""
    seconds = min(kind.first_retry_seconds * 2 ** (attempts - 1), kind.longest_retry_seconds)
    return timedelta(seconds=seconds * random.uniform(0.75, 1.25))  # noqa: S311  not a secret


def describe(error: BaseException) -> str:
    """The error's class, and the last line of ours that it came through: never its text.

    >>> describe(ValueError("ann@example.com"))
    'ValueError'
    """
    ours = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(_PROJECT) and "site-packages" not in frame.filename
    ]
    name = type(error).__name__
    if not ours:
        return name
    place = Path(ours[-1].filename).relative_to(_PROJECT)
    return f"{name} at {place}:{ours[-1].lineno}"[:200]
