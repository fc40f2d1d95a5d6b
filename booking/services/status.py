"""The one place that changes a booking's status (DOMAIN.md, "Status of a booking")."""

from datetime import datetime
from typing import Any

from django.db import transaction

from booking.lifecycle import EXPIRED, FINAL, Status, check_move
from booking.models import Booking, BookingEvent
from totetaxi.lib.actor import Actor


def lock_booking(booking_id: object) -> Booking:
    """The booking's row, locked until the caller's transaction ends.

    Lock order everywhere: booking, then day, then number counter.
    """
    return Booking.objects.select_for_update().get(pk=booking_id)


def change_status(
    booking: Booking, to: Status, *, by: Actor, now: datetime, reason: str = ""
) -> None:
    """Move a booking that the caller has locked, and write its event.

    Raises TransitionError when the table does not allow the move. Other changed fields are the
    caller's to save. A final status gives the room back; only a pending booking has a hold.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("change_status must run inside a transaction")
    current = Status(booking.status)
    check_move(current, to, reason=reason, was_expired=booking.cancel_reason == EXPIRED)
    booking.status = to
    booking.cancel_reason = reason if to is Status.CANCELLED else ""
    fields = ["status", "cancel_reason", "updated_at"]
    if to in FINAL:
        booking.room_held = False
        fields.append("room_held")
    if to is not Status.PENDING:
        booking.hold_expires_at = None
        fields.append("hold_expires_at")
    booking.save(update_fields=fields)
    record_event(
        booking,
        kind=BookingEvent.Kind.STATUS,
        from_status=current,
        to_status=to,
        reason=reason,
        by=by,
        now=now,
    )


def record_event(
    booking: Booking,
    *,
    kind: BookingEvent.Kind,
    by: Actor,
    now: datetime,
    reason: str = "",
    from_status: str = "",
    to_status: str = "",
    detail: dict[str, Any] | None = None,
) -> BookingEvent:
    """Write down something that happened to a booking.

    What is no change of status touches the booking's row too: pages that are open ask that alone
    whether something is new.
    """
    if kind is not BookingEvent.Kind.STATUS:
        booking.save(update_fields=["updated_at"])
    return BookingEvent.objects.create(
        booking=booking,
        kind=kind,
        from_status=from_status,
        to_status=to_status,
        reason=reason,
        detail=detail or {},
        actor_kind=by.kind,
        actor_id=by.user_id,
        at=now,
    )
