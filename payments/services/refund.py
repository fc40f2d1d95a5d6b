"""Money goes back: asked for under a lock, executed from the queue, followed to its end."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from booking.models import AlertKind, BookingEvent, raise_alert
from booking.services.status import record_event
from payments import gateway
from payments.models import REFUND_WORK, Payment, Refund
from payments.results import RefundAnswer
from payments.services.locks import lock_payment
from totetaxi.lib import queue
from totetaxi.lib.actor import SYSTEM, Actor, ActorKind
from totetaxi.lib.money import usd
from totetaxi.lib.work import WorkState

STATUSES = {
    "pending": Refund.Status.PENDING,
    "requires_action": Refund.Status.PENDING,
    "succeeded": Refund.Status.SUCCEEDED,
    "failed": Refund.Status.FAILED,
    "canceled": Refund.Status.FAILED,
}
# A refund may fail after it succeeded, never the other way: what is later here is never left.
_ORDER = (
    Refund.Status.REQUESTED,
    Refund.Status.APPROVED,
    Refund.Status.PENDING,
    Refund.Status.SUCCEEDED,
    Refund.Status.FAILED,
)


class RefundTooLargeError(Exception):
    """More than what is left of the payment."""

    def __init__(self, left_cents: int) -> None:
        self.left_cents = left_cents
        self.sentence = _("Only %(left)s of this payment can still be refunded.") % {
            "left": usd(left_cents)
        }
        super().__init__(self.sentence)


def request_refund(
    payment_id: UUID,
    *,
    amount_cents: int,
    reason: Refund.Reason,
    by: Actor,
    now: datetime,
    note: str = "",
) -> Refund:
    """Ask for money back; what the system asks for itself is approved and under way at once.

    Two requests at the same time cannot exceed what came in: the booking's and the payment's rows
    are locked. Raises RefundTooLargeError.
    """
    with transaction.atomic():
        _booking, payment = lock_payment(payment_id)
        left = left_of(payment)
        if not 0 < amount_cents <= left:
            raise RefundTooLargeError(left)
        approved = by.kind is ActorKind.SYSTEM
        refund = Refund.objects.create(
            payment=payment,
            amount_cents=amount_cents,
            reason=reason,
            note=note,
            status=Refund.Status.APPROVED if approved else Refund.Status.REQUESTED,
            requested_by_kind=by.kind,
            requested_by_id=by.user_id,
            approved_by_kind=by.kind if approved else "",
            approved_at=now if approved else None,
            idempotency_key=new_key(),
            work_state=WorkState.DUE if approved else WorkState.HELD,
            next_try_at=now,
        )
        if approved:
            queue.hint(REFUND_WORK)
    return refund


def new_key() -> str:
    """An idempotency key for Stripe, never used before."""
    return secrets.token_urlsafe(32)


def left_of(payment: Payment) -> int:
    """What can still be asked back of a payment, in cents."""
    return payment.captured_cents - _counted(payment)


def _counted(payment: Payment) -> int:
    return payment.refunds.counted().aggregate(sum=Sum("amount_cents"))["sum"] or 0


def execute_refund(refund_id: UUID, *, now: datetime) -> WorkState | None:
    """Have Stripe give the money back. May run again: the key makes it one refund.

    Raises GatewayDownError, after which it is tried again.
    """
    refund = Refund.objects.select_related("payment").get(pk=refund_id)
    if refund.status != Refund.Status.APPROVED:
        return WorkState.IGNORED
    intent_id = refund.payment.intent_id or ""
    try:
        answer = gateway.create_refund(
            intent_id=intent_id,
            amount_cents=refund.amount_cents,
            refund_id=str(refund.pk),
            key=refund.idempotency_key,
        )
    except gateway.GatewayDownError as error:
        if not error.replayed:
            raise
        follow_refund(_find_or_rekey(refund, intent_id, error), now=now)
    except gateway.GatewayRefusedError as error:
        known = gateway.find_refund(str(refund.pk), intent_id=intent_id)
        if known is None:
            fail_refund(refund.pk, reason=error.code or "refused")
        else:
            follow_refund(known, now=now)
    else:
        follow_refund(answer, now=now)
    return None


def _find_or_rekey(refund: Refund, intent_id: str, error: Exception) -> RefundAnswer:
    """Stripe repeats a stored failure: take the refund that it made after all, or a new key."""
    known = gateway.find_refund(str(refund.pk), intent_id=intent_id)
    if known is not None:
        return known
    Refund.objects.filter(pk=refund.pk).update(idempotency_key=new_key())
    raise error


def follow_refund(answer: RefundAnswer, *, now: datetime) -> Refund | None:
    """Write down how a refund stands at Stripe. One made in its dashboard gets a row of its own.

    None for a refund of a payment that is not ours.
    """
    payment = _payment_of(answer)
    if payment is None:
        return None
    with transaction.atomic():
        _booking, payment = lock_payment(payment.pk)
        refund = _find(payment, answer) or _external(payment, answer, now)
        _move(refund, answer, now)
    return refund


def _payment_of(answer: RefundAnswer) -> Payment | None:
    known = Refund.objects.select_related("payment").filter(stripe_id=answer.id).first()
    if known is not None:
        return known.payment
    if not answer.intent_id:  # never a payment that has no intent yet
        return None
    return Payment.objects.filter(intent_id=answer.intent_id).first()


def _find(payment: Payment, answer: RefundAnswer) -> Refund | None:
    for refund in payment.refunds.all():
        if refund.stripe_id == answer.id or str(refund.pk) == answer.refund_id:
            return refund
    return None


def _external(payment: Payment, answer: RefundAnswer, now: datetime) -> Refund:
    return Refund.objects.create(
        payment=payment,
        amount_cents=answer.amount_cents,
        reason=Refund.Reason.GOODWILL,
        note="Made in Stripe's dashboard",
        status=Refund.Status.APPROVED,
        requested_by_kind=SYSTEM.kind,
        approved_by_kind=SYSTEM.kind,
        approved_at=now,
        idempotency_key=f"external:{answer.id}"[:64],
        work_state=WorkState.DONE,
    )


def _move(refund: Refund, answer: RefundAnswer, now: datetime) -> None:
    refund.stripe_id = answer.id
    status = STATUSES.get(answer.status, Refund.Status.PENDING)
    if _ORDER.index(status) <= _ORDER.index(Refund.Status(refund.status)):
        refund.save(update_fields=["stripe_id", "updated_at"])
        return
    refund.status = status
    refund.succeeded_at = now if status == Refund.Status.SUCCEEDED else None
    refund.failure_reason = answer.failure_reason
    refund.save(
        update_fields=["stripe_id", "status", "succeeded_at", "failure_reason", "updated_at"]
    )
    if status == Refund.Status.FAILED:
        _alert_failed(refund)
    record_event(
        refund.payment.booking,
        kind=BookingEvent.Kind.MONEY,
        reason=f"refund_{status}",
        by=SYSTEM,
        now=now,
    )


def fail_refund(refund_id: UUID, *, reason: str) -> None:
    """Stripe will not make this refund: the sum is free again, and a person must look."""
    payment_id = Refund.objects.values_list("payment_id", flat=True).get(pk=refund_id)
    with transaction.atomic():
        _booking, _payment = lock_payment(payment_id)
        refund = Refund.objects.select_related("payment__booking").get(pk=refund_id)
        if refund.status != Refund.Status.APPROVED:
            return
        refund.status = Refund.Status.FAILED
        refund.failure_reason = reason[:60]
        refund.save(update_fields=["status", "failure_reason", "updated_at"])
        _alert_failed(refund)


def _alert_failed(refund: Refund) -> None:
    booking = refund.payment.booking
    raise_alert(
        AlertKind.REFUND_FAILED,
        about=str(refund.pk),
        summary=_("The refund of %(amount)s for %(code)s failed.")
        % {"amount": usd(refund.amount_cents), "code": booking.code},
        booking=booking,
    )
