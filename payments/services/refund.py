"""Money back is asked for under a lock, and moves on.

Decisions about it stand in `refund_decisions`, the call to Stripe in `execute_refund`, and what
Stripe says of it in `follow_refund`.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from booking.models import (
    AlertKind,
    BookingEvent,
    MessageKind,
    close_alert,
    plan_message,
    raise_alert,
)
from booking.services.status import record_event
from payments.audit import note_refund
from payments.models import REFUND_WORK, MoneyAct, Payment, Refund
from payments.services.locks import lock_payment
from totetaxi.lib import queue
from totetaxi.lib.actor import SYSTEM, Actor, ActorKind
from totetaxi.lib.money import usd
from totetaxi.lib.work import WorkState

ACTS = {
    Refund.Status.PENDING: MoneyAct.REFUND_SENT,
    Refund.Status.SUCCEEDED: MoneyAct.REFUNDED,
    Refund.Status.FAILED: MoneyAct.REFUND_FAILED,
}
# What decisions and a move write. The queue's own columns are the queue's to write meanwhile.
DECIDED = ("status", "approved_by_kind", "approved_by", "approved_at", "updated_at")
REFUSED = ("status", "closed_at", "refused_by", "refused_at", "refusal", "updated_at")
MOVED = ("status", "stripe_id", "succeeded_at", "failure_reason", "proof", "updated_at")


class RefundTooLargeError(Exception):
    """More than what is left of the payment."""

    def __init__(self, left_cents: int) -> None:
        self.left_cents = left_cents
        self.sentence = _("Only %(left)s of this payment can still be refunded.") % {
            "left": usd(left_cents)
        }
        super().__init__(self.sentence)


class PaymentDisputedError(Exception):
    """The card holder's bank has taken the money back, or may: it must not go back twice."""

    def __init__(self) -> None:
        self.sentence = _(
            "The card holder disputes this payment. It can be refunded once the dispute is won."
        )
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
    are locked. What waits for approval has an alert; of a disputed payment the system approves
    nothing. Raises RefundTooLargeError.
    """
    with transaction.atomic():
        _booking, payment = lock_payment(payment_id)
        left = left_of(payment)
        if not 0 < amount_cents <= left:
            raise RefundTooLargeError(left)
        refund = Refund.objects.create(
            payment=payment,
            amount_cents=amount_cents,
            reason=reason,
            note=note,
            requested_by_kind=by.kind,
            requested_by_id=by.user_id,
            idempotency_key=new_key(),
            work_state=WorkState.HELD,
            next_try_at=now,
        )
        note_refund(MoneyAct.REFUND_REQUESTED, refund, by=by, now=now, reason=str(reason))
        if by.kind is ActorKind.SYSTEM and not is_disputed(payment):
            approve_locked(refund, by=by, now=now)
        else:
            _alert_requested(refund)
    return refund


def approve_locked(refund: Refund, *, by: Actor, now: datetime) -> None:
    """Let a refund whose payment is locked go: to Stripe by the queue, or to a person who pays it
    out where the money never came through Stripe.
    """
    refund.status = Refund.Status.APPROVED
    refund.approved_by_kind, refund.approved_by_id = by.kind, by.user_id
    refund.approved_at = refund.next_try_at = now
    goes_to_stripe = refund.payment.method == Payment.Method.STRIPE
    refund.work_state = WorkState.DUE if goes_to_stripe else WorkState.HELD
    refund.save(update_fields=[*DECIDED, "next_try_at", "work_state"])
    note_refund(MoneyAct.REFUND_APPROVED, refund, by=by, now=now)
    if goes_to_stripe:
        queue.hint(REFUND_WORK)
    else:
        tell_of_refund(
            AlertKind.REFUND_BY_HAND, refund, _("%(code)s: pay %(amount)s back by hand.")
        )


def refuse_locked(refund: Refund, *, by: Actor, refusal: str, now: datetime) -> None:
    """Refuse a locked refund that waits for approval, or give up one that failed: its sum is free
    again.
    """
    if refund.is_held_up:
        refund.closed_at = now
    else:
        refund.status = Refund.Status.REFUSED
    refund.refused_by_id, refund.refused_at = by.user_id, now
    refund.refusal = refusal[:300]
    refund.save(update_fields=REFUSED)
    note_refund(MoneyAct.REFUND_REFUSED, refund, by=by, now=now)
    for kind in (AlertKind.REFUND_REQUESTED, AlertKind.REFUND_FAILED):
        close_alert(kind, about=str(refund.pk), now=now)


def new_key() -> str:
    """An idempotency key for Stripe, never used before."""
    return secrets.token_urlsafe(32)


def left_of(payment: Payment) -> int:
    """What can still be asked back of a payment, in cents."""
    return payment.captured_cents - _counted(payment)


def went_back(payment: Payment) -> int:
    """What went back of a payment, in cents, or is on its way to the customer."""
    gone = payment.refunds.filter(status__in=[Refund.Status.PENDING, Refund.Status.SUCCEEDED])
    return gone.aggregate(sum=Sum("amount_cents"))["sum"] or 0


def is_disputed(payment: Payment) -> bool:
    """Whether a dispute of a payment is open or lost: Stripe then holds its money, not we.

    A bank's mere question holds nothing back: a refund may answer it.
    """
    return payment.disputes.blocking().exists()


def _counted(payment: Payment) -> int:
    return payment.refunds.counted().aggregate(sum=Sum("amount_cents"))["sum"] or 0


def give_way(payment: Payment, now: datetime) -> None:
    """What was asked back or held up and is left no more, since somebody returned it in the
    dashboard, waits for nobody: the newest give way first. What was approved is refused by Stripe,
    and gives way then.
    """
    rows = payment.refunds.order_by("-created_at")
    asked, held_up = rows.filter(status=Refund.Status.REQUESTED), rows.held_up()
    for waiting in (*held_up, *asked):
        if left_of(payment) >= 0:
            return
        waiting.payment = payment
        refusal = _("Meanwhile it was refunded in Stripe's dashboard.")
        refuse_locked(waiting, by=SYSTEM, refusal=refusal, now=now)


def move_locked(
    refund: Refund,
    status: Refund.Status,
    *,
    by: Actor,
    now: datetime,
    failure_reason: str = "",
    **detail: Any,
) -> None:
    """Write down where a refund whose payment is locked stands now: under way, done or failed.

    The sum of a failed one is kept aside, and a person must look; unless it was returned in the
    dashboard meanwhile.
    """
    refund.status = status
    refund.succeeded_at = now if status == Refund.Status.SUCCEEDED else None
    refund.failure_reason = failure_reason[:60]
    refund.save(update_fields=MOVED)
    note_refund(ACTS[status], refund, by=by, now=now, **detail)
    if status == Refund.Status.FAILED:
        tell_of_refund(
            AlertKind.REFUND_FAILED, refund, _("The refund of %(amount)s for %(code)s failed.")
        )
        give_way(refund.payment, now)
    else:
        close_alert(AlertKind.REFUND_FAILED, about=str(refund.pk), now=now)
    if status == Refund.Status.SUCCEEDED:
        _plan_letter(refund)
    booking, kind = refund.payment.booking, BookingEvent.Kind.MONEY
    record_event(booking, kind=kind, reason=f"refund_{status}", by=by, now=now)


def _plan_letter(refund: Refund) -> None:
    """Money that came too late had its letter when it came."""
    booking = refund.payment.booking
    if refund.reason != Refund.Reason.LATE:
        plan_message(
            MessageKind.REFUND_MADE,
            key=f"refund:{refund.pk}:made",
            recipient=booking.contact.email,
            booking=booking,
            context={"refund": str(refund.pk)},
        )


def _alert_requested(refund: Refund) -> None:
    text = _("%(code)s: %(amount)s is to be refunded.")
    tell_of_refund(AlertKind.REFUND_REQUESTED, refund, text)


def tell_of_refund(kind: AlertKind, refund: Refund, text: str) -> None:
    """Raise an alert about a refund; `text` takes its booking's `code` and its `amount`."""
    booking = refund.payment.booking
    raise_alert(
        kind,
        about=str(refund.pk),
        summary=text % {"code": booking.code, "amount": usd(refund.amount_cents)},
        booking=booking,
    )
