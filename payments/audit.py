"""One row for each movement of money and each decision about it, in the same transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from payments.models import Dispute, MoneyAct, Payment, PaymentAudit, Refund
from totetaxi.lib.actor import Actor


def note_payment(
    act: MoneyAct, payment: Payment, cents: int, *, by: Actor, now: datetime, **detail: Any
) -> None:
    """Write down what happened to a payment."""
    _row(act, payment, by, now, amount_cents=cents, detail=detail)


def note_refund(act: MoneyAct, refund: Refund, *, by: Actor, now: datetime, **detail: Any) -> None:
    """Write down what happened to a refund, with its sum."""
    cents = refund.amount_cents
    _row(act, refund.payment, by, now, amount_cents=cents, detail=detail, refund_key=refund.pk)


def note_dispute(
    act: MoneyAct, dispute: Dispute, *, by: Actor, now: datetime, **detail: Any
) -> None:
    """Write down what happened to a dispute, with its sum."""
    cents = dispute.amount_cents
    _row(act, dispute.payment, by, now, amount_cents=cents, detail=detail, dispute_key=dispute.pk)


def _row(act: MoneyAct, payment: Payment, by: Actor, now: datetime, **columns: Any) -> None:
    PaymentAudit.objects.create(
        at=now,
        act=act,
        booking_id=payment.booking_id,
        payment_key=payment.pk,
        actor_kind=by.kind,
        actor_id=by.user_id,
        **columns,
    )
