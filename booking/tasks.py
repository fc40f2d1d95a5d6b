"""What the queue calls by name. `register` tells it, at start-up."""

from datetime import datetime, time

from booking.models import (
    MESSAGE_WORK,
    AlertKind,
    Message,
    close_alert,
    raise_alert,
    without_secret,
)
from booking.notifications.send import send_planned
from booking.services import prune as pruning
from booking.services.fit import check_coming_days
from totetaxi.lib import clock, queue
from totetaxi.lib.work import WorkState


def register() -> None:
    """Register booking's background work. Called by the app's `ready`."""
    queue.register(
        name=MESSAGE_WORK,
        model="booking.Message",
        run="booking.tasks.send_message",
        on_parked="booking.tasks.message_parked",
    )
    queue.schedule(
        "booking.prune",
        "booking.tasks.prune",
        nightly_at=time(4, 40),
        on_parked="booking.tasks.job_parked",
        on_done="booking.tasks.job_done",
    )
    queue.schedule(
        "booking.fit",
        "booking.tasks.check_fit",
        every_minutes=60,
        on_parked="booking.tasks.job_parked",
        on_done="booking.tasks.job_done",
    )


def send_message(pk: str) -> WorkState | None:
    """Send one planned message."""
    sent = send_planned(pk, now=clock.now())
    return None if sent else WorkState.IGNORED


def message_parked(pk: str, error: str) -> None:
    """A message was given up: say so on its row, and to staff."""
    message = Message.objects.select_related("booking").get(pk=pk)
    message.state = Message.Progress.FAILED
    message.context = without_secret(message.context)
    message.save(update_fields=["state", "context", "updated_at"])
    about = f" for {message.booking.code}" if message.booking else ""
    raise_alert(
        AlertKind.MESSAGE_FAILED,
        about=str(message.pk),
        summary=f"{message.get_kind_display()}{about}: not sent ({error})"[:300],
        booking=message.booking,
    )


def prune(now: datetime) -> None:
    """Every night."""
    pruning.prune(now)


def check_fit(now: datetime) -> None:
    """Every hour: days on which bookings do not fit."""
    check_coming_days(now)


def job_parked(name: str, error: str) -> None:
    """A job that failed for the last time waits for a person."""
    raise_alert(
        AlertKind.WORK_PARKED,
        about=f"job:{name}"[:80],
        summary=f"The job {name} failed: {error}"[:300],
    )


def job_done(name: str) -> None:
    """A job ran well: what was told of a former run is over. For the jobs of every app."""
    close_alert(AlertKind.WORK_PARKED, about=f"job:{name}"[:80], now=clock.now())
