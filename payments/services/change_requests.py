"""A paid booking is changed by asking: the customer asks, staff decide (DOMAIN.md)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from booking.changes import Cancel, ChangeSet, CustomerWay, Reschedule, customer_may
from booking.changes.judge import WHOLE
from booking.models import (
    AlertKind,
    Booking,
    BookingEvent,
    ChangeRequest,
    MessageKind,
    plan_message,
    raise_alert,
)
from booking.pricing.types import CUSTOMER, Allowances
from booking.services.decide import decide
from booking.services.status import lock_booking, record_event
from payments.services.apply_change import (
    apply_change_set,
    checked_plan,
    lock_for_change,
    refused,
)
from totetaxi.lib.actor import Actor

State = ChangeRequest.State
ASKED = {
    ChangeRequest.Kind.RESCHEDULE: "asked_reschedule",
    ChangeRequest.Kind.CANCEL: "asked_cancel",
}
LONGEST_NOTE = 500


class RequestGoneError(Exception):
    """The request was decided or withdrawn already."""

    def __init__(self, asked: ChangeRequest) -> None:
        self.request = asked
        self.sentence = _("This request is not open any more.")
        super().__init__(self.sentence)


def ask_change(
    booking_id: UUID,
    wish: Reschedule | Cancel,
    *,
    expected: str,
    note: str = "",
    by: Actor,
    now: datetime,
) -> ChangeRequest:
    """Ask staff for a change whose effect was shown. Nothing moves until they approve.

    One request of a booking is open at a time. Raises ChangeRefusedError, ChangeSetOutdatedError.
    """
    with transaction.atomic():
        booking = lock_booking(booking_id)
        may = customer_may(booking, _open_request(booking), now)
        way = may.cancel if isinstance(wish, Cancel) else may.reschedule
        plan = checked_plan(booking, wish, expected=expected, now=now)
        if way is not CustomerWay.ASK:
            raise refused(booking, wish, WHOLE, may.why_not or _("You can change it yourself."))
        asked = ChangeRequest.objects.create(
            booking=booking,
            **_wanted(wish),
            shown_cents=_shown_cents(plan.change_set),
            note=note.strip()[:LONGEST_NOTE],
            asked_by_kind=by.kind,
            asked_by_id=by.user_id,
        )
        _record(booking, asked, ASKED[ChangeRequest.Kind(asked.kind)], by, now)
        raise_alert(
            AlertKind.CHANGE_REQUEST,
            about=str(asked.pk),
            summary=_summary(booking, asked),
            booking=booking,
        )
        _plan_message(MessageKind.CHANGE_ASKED, booking, asked)
    return asked


def withdraw_request(request_id: UUID, *, by: Actor, now: datetime) -> ChangeRequest:
    """The customer takes a request back. Raises RequestGoneError once it is decided."""
    with transaction.atomic():
        booking, asked = _lock_open(request_id)
        decide(asked, State.WITHDRAWN, by=by, now=now)
        _record(booking, asked, "request_withdrawn", by, now)
    return asked


def approve_request(
    request_id: UUID,
    *,
    expected: str,
    by: Actor,
    now: datetime,
    answer: str = "",
    allowances: Allowances = CUSTOMER,
) -> ChangeSet:
    """Staff grant a request: the change is made with it, and the customer told.

    `expected` is the fingerprint of the ChangeSet that staff have seen, `allowances` are those
    that it was worked out with. Raises RequestGoneError,
    ChangeRefusedError, ChangeSetOutdatedError; the request then stays as it is.
    """
    with transaction.atomic():
        booking, asked = _lock_open(request_id)
        # First, so that a cancellation finds no open request to take back.
        decide(asked, State.APPROVED, by=by, now=now, answer=answer)
        return apply_change_set(
            booking.pk,
            wish_of(asked),
            expected=expected,
            by=by,
            now=now,
            allowances=allowances,
        )


def refuse_request(request_id: UUID, *, answer: str, by: Actor, now: datetime) -> ChangeRequest:
    """Staff refuse a request; `answer` is written to the customer. Raises RequestGoneError."""
    with transaction.atomic():
        booking, asked = _lock_open(request_id)
        _refuse(booking, asked, answer, by, now)
    return asked


def refuse_open_request(booking: Booking, *, answer: str, by: Actor, now: datetime) -> None:
    """Refuse what is asked of a locked booking and not decided, if anything is: it is too late."""
    asked = _open_request(booking)
    if asked is not None:
        _refuse(booking, asked, answer, by, now)


def _refuse(booking: Booking, asked: ChangeRequest, answer: str, by: Actor, now: datetime) -> None:
    decide(asked, State.REFUSED, by=by, now=now, answer=answer.strip()[:LONGEST_NOTE])
    _record(booking, asked, "request_refused", by, now)
    _plan_message(MessageKind.CHANGE_REFUSED, booking, asked)


def wish_of(asked: ChangeRequest) -> Reschedule | Cancel:
    """What a request asks for."""
    if asked.wanted_date is None or asked.wanted_time is None:
        return Cancel(asked_at=asked.created_at)
    return Reschedule(asked.wanted_date, asked.wanted_time)


def _open_request(booking: Booking) -> ChangeRequest | None:
    return booking.change_requests.filter(state=State.OPEN).first()


def _lock_open(request_id: UUID) -> tuple[Booking, ChangeRequest]:
    """A request that is open, with its booking locked. Raises RequestGoneError."""
    booking_id = ChangeRequest.objects.values_list("booking_id", flat=True).get(pk=request_id)
    _draft, booking = lock_for_change(booking_id)
    asked = ChangeRequest.objects.select_for_update().get(pk=request_id)
    if asked.state != State.OPEN:
        raise RequestGoneError(asked)
    return booking, asked


def _wanted(wish: Reschedule | Cancel) -> dict[str, Any]:
    if isinstance(wish, Cancel):
        return {"kind": ChangeRequest.Kind.CANCEL}
    return {
        "kind": ChangeRequest.Kind.RESCHEDULE,
        "wanted_date": wish.pickup_date,
        "wanted_time": wish.pickup_time,
    }


def _shown_cents(change_set: ChangeSet) -> int:
    if isinstance(change_set.wish, Cancel):
        return change_set.refund_cents
    return change_set.difference_cents


def _summary(booking: Booking, asked: ChangeRequest) -> str:
    if asked.kind == ChangeRequest.Kind.CANCEL:
        return _("%(code)s asks to be cancelled.") % {"code": booking.code}
    return _("%(code)s asks for another day.") % {"code": booking.code}


def _record(booking: Booking, asked: ChangeRequest, reason: str, by: Actor, now: datetime) -> None:
    detail: dict[str, Any] = {"request": str(asked.pk), "shown_cents": asked.shown_cents}
    if asked.wanted_date and asked.wanted_time:
        detail |= {"to_date": str(asked.wanted_date), "to_time": str(asked.wanted_time)}
    kind = BookingEvent.Kind.CHANGE
    record_event(booking, kind=kind, reason=reason, detail=detail, by=by, now=now)


def _plan_message(kind: MessageKind, booking: Booking, asked: ChangeRequest) -> None:
    plan_message(
        kind,
        key=f"change:{asked.pk}:{kind}",
        recipient=booking.contact.email,
        booking=booking,
        context={"request": str(asked.pk)},
    )
