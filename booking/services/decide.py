"""A change that was asked for gets its answer."""

from datetime import datetime

from booking.models import AlertKind, ChangeRequest, close_alert
from totetaxi.lib.actor import Actor


def decide(
    asked: ChangeRequest,
    state: ChangeRequest.State,
    *,
    by: Actor,
    now: datetime,
    answer: str = "",
) -> None:
    """Close an open request whose booking the caller has locked; its alert goes with it."""
    asked.state = state
    asked.decided_by_kind, asked.decided_by_id = by.kind, by.user_id
    asked.decided_at, asked.answer = now, answer
    asked.save(
        update_fields=[
            "state",
            "decided_by_kind",
            "decided_by",
            "decided_at",
            "answer",
            "updated_at",
        ]
    )
    close_alert(AlertKind.CHANGE_REQUEST, about=str(asked.pk), now=now)
