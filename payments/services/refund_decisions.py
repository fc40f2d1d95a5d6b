"""What people decide about a refund: approve, refuse, try again, pay out by hand.

Each decision takes the booking, the payment and then the refund, and is written down with who
made it. Of two at the same time one wins, and the other is told (FAULTS.md, 15).
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from booking.models import AlertKind, Booking, close_alert
from payments.audit import note_refund
from payments.models import REFUND_WORK, MoneyAct, Refund
from payments.services.locks import lock_payment
from payments.services.refund import (
    PaymentDisputedError,
    RefundTooLargeError,
    approve_locked,
    is_disputed,
    left_of,
    move_locked,
    new_key,
    refuse_locked,
)
from totetaxi.lib import queue
from totetaxi.lib.actor import Actor, ActorKind
from totetaxi.lib.money import usd
from totetaxi.lib.work import WorkState

# Money that was never ours to keep: where the system returns it, nobody's limit is touched.
NEVER_OURS = (Refund.Reason.SURPLUS, Refund.Reason.LATE)
GIVEN = (Refund.Status.APPROVED, Refund.Status.PENDING, Refund.Status.SUCCEEDED)


class RefundDecidedError(Exception):
    """Somebody else was faster; `refund` is as it stands now."""

    def __init__(self, refund: Refund) -> None:
        self.refund = refund
        self.sentence = _("It was decided already. It stands so now: %(state)s.") % {
            "state": str(refund.get_status_display()).lower()
        }
        super().__init__(self.sentence)


class OwnRequestError(Exception):
    """Who asks for money does not approve it (DECISIONS.md, 12)."""

    def __init__(self) -> None:
        self.sentence = _("You asked for this refund yourself. Somebody else approves it.")
        super().__init__(self.sentence)


class OverLimitError(Exception):
    """With it, more would go back for one booking than this person may approve. Cents."""

    def __init__(self, *, limit_cents: int, given_cents: int) -> None:
        self.limit_cents, self.given_cents = limit_cents, given_cents
        self.sentence = _(
            "You approve up to %(limit)s in all for one booking; %(given)s is given already. "
            "An admin approves this one."
        ) % {"limit": usd(limit_cents), "given": usd(given_cents)}
        super().__init__(self.sentence)


def given_cents(booking: Booking) -> int:
    """What went back for a booking, or is on its way, and could have been kept. One query."""
    rows = Refund.objects.filter(payment__booking=booking, status__in=GIVEN)
    rows = rows.exclude(reason__in=NEVER_OURS, approved_by_kind=ActorKind.SYSTEM)
    return rows.aggregate(sum=Sum("amount_cents"))["sum"] or 0


def approve_refund(refund_id: UUID, *, by: Actor, limit_cents: int | None, now: datetime) -> Refund:
    """Let a refund go that somebody else asked for.

    `limit_cents` is what this person may approve in all for one booking, None for any sum. One of
    an offline payment then waits to be paid out by hand.

    Raises RefundDecidedError, OwnRequestError, OverLimitError, PaymentDisputedError, and
    RefundTooLargeError where a refund was made elsewhere meanwhile.
    """
    with transaction.atomic():
        refund = _lock(refund_id)
        if refund.status != Refund.Status.REQUESTED:
            raise RefundDecidedError(refund)
        if refund.requested_by_id is not None and refund.requested_by_id == by.user_id:
            raise OwnRequestError
        if is_disputed(refund.payment):
            raise PaymentDisputedError
        _check_sum(refund, left_of(refund.payment) + refund.amount_cents)
        _check_limit(refund, limit_cents)
        close_alert(AlertKind.REFUND_REQUESTED, about=str(refund.pk), now=now)
        approve_locked(refund, by=by, now=now)
    return refund


def refuse_refund(refund_id: UUID, *, by: Actor, refusal: str, now: datetime) -> Refund:
    """Leave the money where it is; `refusal` says why, for the team. One that failed is given up.

    Raises RefundDecidedError.
    """
    with transaction.atomic():
        refund = _lock(refund_id)
        if not (refund.status == Refund.Status.REQUESTED or refund.is_held_up):
            raise RefundDecidedError(refund)
        refuse_locked(refund, by=by, refusal=refusal, now=now)
    return refund


def retry_refund(refund_id: UUID, *, by: Actor, limit_cents: int | None, now: datetime) -> Refund:
    """Try a refund once more that failed, or that the queue gave up. Its approval still holds.

    A failed one is closed, and a new one of the same sum is made. One that was given up goes
    on where it was: Stripe may have made it. Answers the refund that is under way now.

    Raises RefundDecidedError, RefundTooLargeError, OverLimitError, PaymentDisputedError.
    """
    with transaction.atomic():
        refund = _lock(refund_id)
        if is_given_up(refund):
            if is_disputed(refund.payment):
                raise PaymentDisputedError
            close_alert(AlertKind.REFUND_FAILED, about=str(refund.pk), now=now)
            queue.retry(REFUND_WORK, refund.pk)
            note_refund(MoneyAct.REFUND_RETRIED, refund, by=by, now=now)
            return refund
        if not refund.is_held_up:
            raise RefundDecidedError(refund)
        _check_again(refund, limit_cents)
        return _again(refund, by, now, work_state=WorkState.DUE)


def is_given_up(refund: Refund) -> bool:
    """Whether the queue stopped trying to have Stripe make it."""
    return refund.status == Refund.Status.APPROVED and refund.work_state == WorkState.PARKED


def _check_again(failed: Refund, limit_cents: int | None) -> None:
    if is_disputed(failed.payment):
        raise PaymentDisputedError
    _check_sum(failed, left_of(failed.payment) + failed.amount_cents)
    _check_limit(failed, limit_cents)


def _again(failed: Refund, by: Actor, now: datetime, *, work_state: WorkState) -> Refund:
    close_alert(AlertKind.REFUND_FAILED, about=str(failed.pk), now=now)
    failed.closed_at = now
    failed.save(update_fields=["closed_at", "updated_at"])
    refund = Refund.objects.create(
        payment=failed.payment,
        amount_cents=failed.amount_cents,
        reason=failed.reason,
        note=failed.note,
        status=Refund.Status.APPROVED,
        requested_by_kind=failed.requested_by_kind,
        requested_by_id=failed.requested_by_id,
        approved_by_kind=failed.approved_by_kind,
        approved_by_id=failed.approved_by_id,
        approved_at=now,
        retry_of=failed,
        idempotency_key=new_key(),
        work_state=work_state,
        next_try_at=now,
    )
    note_refund(MoneyAct.REFUND_RETRIED, refund, by=by, now=now, retry_of=str(failed.pk))
    if work_state is WorkState.DUE:
        queue.hint(REFUND_WORK)
    return refund


def pay_refund_by_hand(
    refund_id: UUID, *, proof: str, by: Actor, limit_cents: int | None, now: datetime
) -> Refund:
    """Write down that a refund was paid out by a person, and what proves it: an approved one of an
    offline payment, or in the place of one that failed at Stripe. Answers the one that was paid.

    Raises RefundDecidedError, and for one that failed what `retry_refund` raises.
    """
    with transaction.atomic():
        refund = _lock(refund_id)
        if refund.is_held_up:
            _check_again(refund, limit_cents)
            refund = _again(refund, by, now, work_state=WorkState.HELD)
        elif not waits_for_hand(refund):
            raise RefundDecidedError(refund)
        refund.proof = proof[:200]
        move_locked(refund, Refund.Status.SUCCEEDED, by=by, now=now, by_hand=True)
        close_alert(AlertKind.REFUND_BY_HAND, about=str(refund.pk), now=now)
    return refund


def waits_for_hand(refund: Refund) -> bool:
    """Whether a person has to pay it out."""
    return refund.is_by_hand and refund.status == Refund.Status.APPROVED


def _lock(refund_id: UUID) -> Refund:
    """A refund with its payment and booking, all locked until the caller's transaction ends."""
    payment_id = Refund.objects.values_list("payment_id", flat=True).get(pk=refund_id)
    _booking, payment = lock_payment(payment_id)
    refund = Refund.objects.select_for_update().get(pk=refund_id)
    refund.payment = payment
    return refund


def _check_sum(refund: Refund, left_cents: int) -> None:
    if refund.amount_cents > left_cents:
        raise RefundTooLargeError(max(left_cents, 0))


def _check_limit(refund: Refund, limit_cents: int | None) -> None:
    by_itself = refund.approved_by_kind == ActorKind.SYSTEM and refund.reason in NEVER_OURS
    if limit_cents is None or by_itself:
        return
    given = given_cents(refund.payment.booking)
    if given + refund.amount_cents > limit_cents:
        raise OverLimitError(limit_cents=limit_cents, given_cents=given)
