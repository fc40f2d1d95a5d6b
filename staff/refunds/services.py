"""What staff do about refunds: the money's own rules, with an audit row for each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from booking.models import Booking
from booking.services.status import lock_booking
from payments.models import Refund
from payments.money import money_state
from payments.services import refund_decisions as decisions
from payments.services.spread_refund import ask_back
from staff.audit import record
from staff.models import Action, StaffProfile
from staff.permissions import Role, refund_limit_cents
from totetaxi.lib.actor import actor_of
from totetaxi.lib.contention import retried
from totetaxi.lib.money import usd


class MoneyMovedError(Exception):
    """Less, or more, is left than the form showed: perhaps the same was just asked for."""

    def __init__(self, left_cents: int) -> None:
        self.sentence = _(
            "Meanwhile something else was asked back or came in: %(left)s is left now. "
            "Nothing was done; look again."
        ) % {"left": usd(left_cents)}
        super().__init__(self.sentence)


def limit_of(staff: StaffProfile) -> int | None:
    """What a person may approve in all for one booking, in cents; None for any sum."""
    return refund_limit_cents(Role(staff.role))


@retried
def request_refund(
    staff: StaffProfile,
    booking: Booking,
    *,
    amount_cents: int,
    reason: Refund.Reason,
    note: str,
    left_cents: int,
    request: HttpRequest,
    now: datetime,
) -> list[Refund]:
    """Ask a sum back, from as many payments as it takes. `left_cents` is what the form showed, so
    that a form that is sent twice asks once.

    Raises MoneyMovedError, RefundTooLargeError, PaymentDisputedError.
    """
    with transaction.atomic():
        locked = lock_booking(booking.pk)
        left = money_state(locked).left_cents
        if left != left_cents:
            raise MoneyMovedError(left)
        refunds = ask_back(
            locked,
            amount_cents,
            reason=reason,
            note=note,
            by=actor_of(staff.user),
            now=now,
        )
        after = {
            "refund": [refund.pk for refund in refunds],
            "amount_cents": amount_cents,
            "reason": str(reason),
            "note": note,
        }
        record(staff, Action.REQUESTED_REFUND, locked, after=after, request=request, now=now)
    return refunds


@retried
def approve_refund(
    staff: StaffProfile, refund_id: UUID, *, request: HttpRequest, now: datetime
) -> Refund:
    """Let it go. Raises what `refund_decisions.approve_refund` does."""
    with transaction.atomic():
        refund = decisions.approve_refund(
            refund_id, by=actor_of(staff.user), limit_cents=limit_of(staff), now=now
        )
        _record(staff, Action.APPROVED_REFUND, refund, request, now)
    return refund


@retried
def refuse_refund(
    staff: StaffProfile, refund_id: UUID, *, refusal: str, request: HttpRequest, now: datetime
) -> Refund:
    """Leave the money where it is. Raises RefundDecidedError."""
    with transaction.atomic():
        refund = decisions.refuse_refund(
            refund_id, by=actor_of(staff.user), refusal=refusal, now=now
        )
        _record(staff, Action.REFUSED_REFUND, refund, request, now)
    return refund


@retried
def retry_refund(
    staff: StaffProfile, refund_id: UUID, *, request: HttpRequest, now: datetime
) -> Refund:
    """Try a failed one again. Raises what `refund_decisions.retry_refund` does."""
    with transaction.atomic():
        refund = decisions.retry_refund(
            refund_id, by=actor_of(staff.user), limit_cents=limit_of(staff), now=now
        )
        _record(staff, Action.RETRIED_REFUND, refund, request, now, _retry_of(refund, refund_id))
    return refund


@retried
def pay_refund(
    staff: StaffProfile, refund_id: UUID, *, proof: str, request: HttpRequest, now: datetime
) -> Refund:
    """It was paid out by hand. Raises what `refund_decisions.pay_refund_by_hand` does."""
    with transaction.atomic():
        refund = decisions.pay_refund_by_hand(
            refund_id, proof=proof, by=actor_of(staff.user), limit_cents=limit_of(staff), now=now
        )
        _record(staff, Action.PAID_REFUND, refund, request, now, _retry_of(refund, refund_id))
    return refund


def _retry_of(refund: Refund, refund_id: UUID) -> dict[str, UUID]:
    """The failed one in whose place another was made, for the audit."""
    return {"retry_of": refund_id} if refund.pk != refund_id else {}


def _record(
    staff: StaffProfile,
    action: Action,
    refund: Refund,
    request: HttpRequest,
    now: datetime,
    also: Mapping[str, object] | None = None,
) -> None:
    """The row stands at the booking: there it is looked for."""
    after = {
        "refund": refund.pk,
        "amount_cents": refund.amount_cents,
        "status": str(refund.status),
        **(also or {}),
    }
    record(staff, action, refund.payment.booking, after=after, request=request, now=now)
