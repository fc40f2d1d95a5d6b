"""What the queue calls by name. `register` tells it, at start-up."""

from datetime import datetime, time

from booking.models import AlertKind, raise_alert
from staff.kpi.services import count_recent
from totetaxi.lib import queue


def register() -> None:
    """Register the back office's own work. Called by the app's `ready`."""
    # After 3:00, which every night of the year has once.
    queue.schedule(
        "staff.count_days",
        "staff.tasks.count_days",
        nightly_at=time(3, 10),
        on_parked="staff.tasks.job_parked",
        on_done="booking.tasks.job_done",
    )


def count_days(now: datetime) -> None:
    """Every night."""
    count_recent(now)


def job_parked(name: str, error: str) -> None:
    """A job that failed for the last time waits for a person."""
    raise_alert(
        AlertKind.WORK_PARKED,
        about=f"job:{name}"[:80],
        summary=f"The job {name} failed: {error}"[:300],
    )
