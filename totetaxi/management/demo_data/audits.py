"""The audit of the demo's money: who did what with each payment and refund."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from payments.models import MoneyAct, Payment, PaymentAudit, Refund
from totetaxi.lib.actor import SYSTEM

_CAME = {
    Payment.Method.STRIPE: MoneyAct.CAPTURED,
    Payment.Method.OFFLINE: MoneyAct.RECORDED,
    Payment.Method.FREE: MoneyAct.WAIVED,
}
_NOBODY = (SYSTEM.kind.value, None)


def audits_of(payments: Iterable[Payment], refunds: Iterable[Refund]) -> list[PaymentAudit]:
    """Unsaved rows for unsaved payments and refunds, in the order in which it all happened."""
    rows = [*_of_payments(payments), *_of_refunds(refunds)]
    return sorted(rows, key=lambda row: row.at)


def _of_payments(payments: Iterable[Payment]) -> Iterator[PaymentAudit]:
    for payment in payments:
        if payment.succeeded_at is not None:
            act = _CAME[Payment.Method(payment.method)]
            by_card = act == MoneyAct.CAPTURED  # Stripe told of it
            by = _NOBODY if by_card else (payment.actor_kind, payment.actor_id)
            yield _row(act, payment, payment.succeeded_at, by)


def _of_refunds(refunds: Iterable[Refund]) -> Iterator[PaymentAudit]:
    for refund in refunds:
        asked_by = (refund.requested_by_kind, refund.requested_by_id)
        yield _row(MoneyAct.REFUND_REQUESTED, refund, refund.next_try_at, asked_by)
        if refund.approved_at is not None:
            by = (refund.approved_by_kind, refund.approved_by_id)
            yield _row(MoneyAct.REFUND_APPROVED, refund, refund.approved_at, by)
        if refund.succeeded_at is not None:
            yield _row(MoneyAct.REFUNDED, refund, refund.succeeded_at, _NOBODY)


def _row(
    act: MoneyAct, thing: Payment | Refund, at: datetime, by: tuple[str, UUID | None]
) -> PaymentAudit:
    is_refund = isinstance(thing, Refund)
    payment = thing.payment if isinstance(thing, Refund) else thing
    kind, person = by
    return PaymentAudit(
        act=act,
        at=at,
        amount_cents=thing.amount_cents if is_refund else payment.captured_cents,
        booking_id=payment.booking_id,
        payment_key=payment.pk,
        refund_key=thing.pk if is_refund else None,
        actor_kind=kind,
        actor_id=person,
    )
