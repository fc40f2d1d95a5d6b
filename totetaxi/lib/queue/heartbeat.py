"""Signs of life of a cluster, written by its own processes and read by its supervisor.

`worked_at`: a worker has begun a row. `answered_at`: a heartbeat came round the whole circle
(broker, pusher, worker, monitor). Each supervisor gives its children its id in the environment.
"""

import os
import time
from datetime import datetime
from typing import Any, cast

from django.apps import apps
from django.db import models

from totetaxi.lib import clock

WORKER_ID_VARIABLE = "TOTETAXI_WORKER_ID"
# Work is noted this often at most: the note is a write of its own.
WORKED_EVERY_SECONDS = 3.0

_noted = 0.0


def worker_id() -> str:
    """Id of the supervisor that this process works for; empty outside a worker."""
    return os.environ.get(WORKER_ID_VARIABLE, "")


def table() -> models.Manager[Any]:
    """The rows of all supervisors."""
    return cast("models.Manager[Any]", apps.get_model("totetaxi.WorkerHeartbeat")._default_manager)


def worked() -> None:
    """Note that this process is at work."""
    global _noted  # noqa: PLW0603  one number for each process
    mine = worker_id()
    if not mine or time.monotonic() - _noted < WORKED_EVERY_SECONDS:
        return
    _noted = time.monotonic()
    table().filter(pk=mine).update(worked_at=clock.now())


def answered(worker: str) -> None:
    """Note that a supervisor's heartbeat was executed, and its result seen."""
    table().filter(pk=worker).update(answered_at=clock.now())


def beat() -> None:
    """The task that a heartbeat is. That it ran, and was acknowledged, is all that it says."""


def latest() -> datetime | None:
    """When any worker last gave a sign of life."""
    found = table().aggregate(worked=models.Max("worked_at"), answered=models.Max("answered_at"))
    signs = [moment for moment in found.values() if moment is not None]
    return max(signs, default=None)
