"""What Stripe says of a refund is written down, whoever made it there."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from booking.models import AlertKind
from payments.models import Payment, Refund
from payments.results import RefundAnswer
from payments.services.locks import lock_payment
from payments.services.refund import give_way, move_locked, tell_of_refund, went_back
from totetaxi.lib.actor import SYSTEM
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


def follow_refund(answer: RefundAnswer, *, now: datetime) -> Refund | None:
    """Write down how a refund stands at Stripe. One made in its dashboard gets a row of its own.

    None for a refund of a payment that is not ours.
    """
    payment = _payment_of(answer)
    if payment is None:
        return None
    with transaction.atomic():
        _booking, payment = lock_payment(payment.pk)
        refund = _find(payment, answer)
        is_new = refund is None
        if refund is None:
            refund = _external(payment, answer, now)
            give_way(payment, now)
        _move(refund, answer, now)
        if is_new:
            _tell_of_too_much(refund, answer)
    return refund


def _payment_of(answer: RefundAnswer) -> Payment | None:
    known = Refund.objects.select_related("payment").filter(stripe_id=answer.id).first()
    if known is not None:
        return known.payment
    if not answer.intent_id:  # never a payment that has no intent yet
        return None
    return Payment.objects.filter(intent_id=answer.intent_id).first()


def _find(payment: Payment, answer: RefundAnswer) -> Refund | None:
    """Ours of Stripe's. What has our mark and is another than the one we know of is another."""
    for refund in payment.refunds.all():
        is_marked = refund.stripe_id is None and str(refund.pk) == answer.refund_id
        if refund.stripe_id == answer.id or is_marked:
            refund.payment = payment
            return refund
    return None


def _external(payment: Payment, answer: RefundAnswer, now: datetime) -> Refund:
    return Refund.objects.create(
        payment=payment,
        amount_cents=answer.amount_cents,
        reason=Refund.Reason.OUTSIDE,
        status=Refund.Status.APPROVED,
        requested_by_kind=SYSTEM.kind,
        approved_by_kind=SYSTEM.kind,
        approved_at=now,
        idempotency_key=f"external:{answer.id}"[:64],
        work_state=WorkState.DONE,
    )


def _tell_of_too_much(refund: Refund, answer: RefundAnswer) -> None:
    """What went back although nothing was left, or a second time by us: who has our mark was made
    by us, and the first is known.
    """
    if answer.refund_id:
        text = _("%(code)s: Stripe refunded %(amount)s once more.")
        tell_of_refund(AlertKind.MONEY_OPEN, refund, text)
    elif went_back(refund.payment) > refund.payment.captured_cents:
        text = _("%(code)s: more than was left went back with %(amount)s at Stripe.")
        tell_of_refund(AlertKind.MONEY_OPEN, refund, text)


def _move(refund: Refund, answer: RefundAnswer, now: datetime) -> None:
    status = STATUSES.get(answer.status, Refund.Status.PENDING)
    if _ORDER.index(status) <= _ORDER.index(Refund.Status(refund.status)):
        if refund.stripe_id != answer.id:
            refund.stripe_id = answer.id
            refund.save(update_fields=["stripe_id", "updated_at"])
        return
    refund.stripe_id = answer.id
    move_locked(refund, status, by=SYSTEM, now=now, failure_reason=answer.failure_reason)
