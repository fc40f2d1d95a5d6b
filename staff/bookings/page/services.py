"""What staff do to a booking's status and to what customers ask: each with its audit row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest

from booking.changes import Cancel, ChangeSet
from booking.lifecycle import Status
from booking.models import Booking, ChangeRequest, CoiState
from booking.services import certificate
from booking.services.complete import complete_booking
from booking.services.status import lock_booking
from payments.money import money_state
from payments.services.apply_change import apply_change_set, lock_for_change
from payments.services.change_requests import approve_request, refuse_request
from payments.services.start import start_booking
from staff.audit import record
from staff.bookings.page.moves import may_cancel
from staff.bookings.page.stale import check_revision
from staff.models import Action, StaffProfile
from staff.notes.services import add_note
from staff.orders.allowances import allowances_of
from totetaxi.lib.actor import Actor, actor_of
from totetaxi.lib.contention import retried


@retried
def start(
    staff: StaffProfile,
    booking_id: UUID,
    *,
    revision: int,
    unpaid_reason: str = "",
    disputed_reason: str = "",
    now: datetime,
    request: HttpRequest,
) -> Booking:
    """Begin the trip of a booking as it was seen (`revision`).

    A reason counts only from who may override the payment; why it begins although its money is
    disputed becomes a note for the team. Raises StartRefusedError, BookingChangedError.
    """
    reason = unpaid_reason if staff.may("override_payment") else ""
    with transaction.atomic():
        _draft, seen = lock_for_change(booking_id)
        check_revision(seen, revision)
        booking = start_booking(
            booking_id,
            unpaid_reason=reason,
            disputed_reason=disputed_reason,
            by=_by(staff),
            now=now,
        )
        _record_status(staff, Action.STARTED_BOOKING, seen, booking, request, now)
        if disputed_reason:
            add_note(staff, about=booking, body=disputed_reason, request=request, now=now)
    return booking


@retried
def complete(
    staff: StaffProfile, booking_id: UUID, *, revision: int, now: datetime, request: HttpRequest
) -> Booking:
    """End the trip of a booking as it was seen. Raises TransitionError, BookingChangedError."""
    with transaction.atomic():
        seen = lock_booking(booking_id)
        check_revision(seen, revision)
        booking = complete_booking(booking_id, by=_by(staff), now=now)
        _record_status(staff, Action.COMPLETED_BOOKING, seen, booking, request, now)
    return booking


@retried
def file_certificate(
    staff: StaffProfile, booking_id: UUID, *, now: datetime, request: HttpRequest
) -> Booking:
    """The certificate is on file. Raises CertificateNotNeededError."""
    with transaction.atomic():
        booking = certificate.file_certificate(booking_id, by=_by(staff), now=now)
        record(
            staff,
            Action.FILED_CERTIFICATE,
            booking,
            before={"coi_state": CoiState.NEEDED.value},
            after={"coi_state": CoiState.APPROVED.value},
            request=request,
            now=now,
        )
    return booking


@retried
def cancel(
    staff: StaffProfile,
    booking: Booking,
    wish: Cancel,
    *,
    expected: str,
    why: str,
    now: datetime,
    request: HttpRequest,
) -> ChangeSet:
    """End a booking with the effect that was shown; `why` is kept as a note for the team.

    Raises ChangeRefusedError, ChangeSetOutdatedError, PermissionDenied where the booking went on
    meanwhile, so that its end is for others.
    """
    with transaction.atomic():
        _check_may_cancel(booking.pk, staff)
        done = apply_change_set(
            booking.pk,
            wish,
            expected=expected,
            by=_by(staff),
            now=now,
            allowances=allowances_of(staff),
        )
        record(
            staff,
            Action.CANCELLED_BOOKING,
            booking,
            before={"status": booking.status},
            after={
                "status": Status.CANCELLED.value,
                "refund_cents": done.refund_cents,
                "refund_by": _refund_by(wish),
            },
            request=request,
            now=now,
        )
        if why:
            add_note(staff, about=booking, body=why, request=request, now=now)
    return done


@retried
def approve(
    staff: StaffProfile,
    asked: ChangeRequest,
    *,
    expected: str,
    now: datetime,
    request: HttpRequest,
) -> ChangeSet:
    """Grant what a customer asked for, with the effect that was shown.

    Raises RequestGoneError, ChangeRefusedError, ChangeSetOutdatedError, PermissionDenied.
    """
    with transaction.atomic():
        if asked.kind == ChangeRequest.Kind.CANCEL:
            _check_may_cancel(asked.booking_id, staff)
        done = approve_request(
            asked.pk,
            expected=expected,
            by=_by(staff),
            now=now,
            allowances=allowances_of(staff),
        )
        after = {
            "request": asked.kind,
            "difference_cents": done.difference_cents,
            "due_cents": done.due_cents,
            "refund_cents": done.refund_cents,
        }
        _record_decision(staff, Action.APPROVED_CHANGE, asked, after, request, now)
    return done


@retried
def refuse(
    staff: StaffProfile,
    asked: ChangeRequest,
    *,
    answer: str,
    now: datetime,
    request: HttpRequest,
) -> None:
    """Leave the booking as it is, and tell the customer why. Raises RequestGoneError."""
    with transaction.atomic():
        refuse_request(asked.pk, answer=answer, by=_by(staff), now=now)
        after = {"request": asked.kind}
        _record_decision(staff, Action.REFUSED_CHANGE, asked, after, request, now)


def _check_may_cancel(booking_id: UUID, staff: StaffProfile) -> None:
    """Lock a booking, and look again at what the page looked at before."""
    _draft, booking = lock_for_change(booking_id)
    if not may_cancel(booking, money_state(booking), staff):
        raise PermissionDenied


def _refund_by(wish: Cancel) -> str:
    """By whose word the money goes back."""
    if wish.our_fault:
        return "our fault"
    return "policy" if wish.refund_cents is None else "staff"


def _by(staff: StaffProfile) -> Actor:
    return actor_of(staff.user)


def _record_status(
    staff: StaffProfile,
    action: Action,
    seen: Booking,
    booking: Booking,
    request: HttpRequest,
    now: datetime,
) -> None:
    before = {"status": seen.status, "unpaid": bool(seen.unpaid_reason)}
    after = {"status": str(booking.status), "unpaid": bool(booking.unpaid_reason)}
    record(staff, action, booking, before=before, after=after, request=request, now=now)


def _record_decision(
    staff: StaffProfile,
    action: Action,
    asked: ChangeRequest,
    after: Mapping[str, object],
    request: HttpRequest,
    now: datetime,
) -> None:
    record(staff, action, asked.booking, after=after, request=request, now=now)
