"""What of ours explains a movement on our balance. Reads our rows alone, and changes nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Sum

from payments.models import BalanceMovement, Dispute, Payment, Refund
from payments.reconciliation.why import (
    CHARGES,
    DISPUTES,
    FEES,
    PAYOUTS,
    REFUNDS,
    RETURNED_REFUNDS,
    Why,
)

Standing = BalanceMovement.Standing
_MISMATCH = Payment.Status.MISMATCH
# A refund of which Stripe has booked something.
_SENT = (Refund.Status.PENDING, Refund.Status.SUCCEEDED, Refund.Status.FAILED)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """How a movement stands, and what of ours it is. `asks`: Stripe may know more of it."""

    standing: BalanceMovement.Standing
    why: str = ""
    payment: Payment | None = None
    refund: Refund | None = None
    dispute: Dispute | None = None
    asks: bool = False


@dataclass
class Ours:
    """Our rows that movements may be of, by Stripe's ids, and sums of what was mirrored.

    `returned` are failed refunds whose money Stripe booked back, `given_back` payments that did not
    match and go back in full. `outside` are sources that Stripe was asked about, and that are not
    ours; `marked` those that have our mark all the same.
    """

    payments: dict[str, Payment]
    refunds: dict[str, Refund]
    disputes: dict[str, Dispute]
    disputed: dict[str, tuple[int, int]]
    returned: frozenset[str]
    given_back: frozenset[UUID]
    outside: Collection[str] = field(default=())
    marked: Collection[str] = field(default=())


def judge(
    movements: Iterable[BalanceMovement],
    *,
    outside: Collection[str] = (),
    marked: Collection[str] = (),
) -> dict[BalanceMovement, Verdict]:
    """A verdict for each movement: at most six queries, however many there are."""
    movements = list(movements)
    ours = _load(movements)
    ours.outside, ours.marked = outside, marked
    return {movement: _verdict(movement, ours) for movement in movements}


def _load(movements: list[BalanceMovement]) -> Ours:
    def sources(kinds: frozenset[str]) -> list[str]:
        return [one.source_id for one in movements if one.kind in kinds and one.source_id]

    payments = list(Payment.objects.filter(charge_id__in=sources(CHARGES)))
    refunds = Refund.objects.select_related("payment").filter(
        stripe_id__in=sources(REFUNDS | RETURNED_REFUNDS)
    )
    disputes = Dispute.objects.filter(stripe_id__in=sources(DISPUTES))
    found = {str(one.stripe_id): one for one in refunds}
    failed = [key for key, one in found.items() if one.status == Refund.Status.FAILED]
    return Ours(
        payments={str(one.charge_id): one for one in payments},
        refunds=found,
        disputes={one.stripe_id: one for one in disputes},
        disputed=_sums(sources(DISPUTES)),
        returned=frozenset(
            BalanceMovement.objects.filter(
                source_id__in=failed, kind__in=RETURNED_REFUNDS
            ).values_list("source_id", flat=True)
        ),
        given_back=_given_back([one for one in payments if one.status == _MISMATCH]),
    )


def _given_back(payments: list[Payment]) -> frozenset[UUID]:
    if not payments:
        return frozenset()
    rows = Refund.objects.counted().filter(payment__in=payments).order_by()
    back = dict(rows.values_list("payment").annotate(sum=Sum("amount_cents")))
    return frozenset(one.pk for one in payments if back.get(one.pk) == one.captured_cents)


def _sums(sources: list[str]) -> dict[str, tuple[int, int]]:
    """What each of these has moved in all: (amount, fee) in cents."""
    rows = (
        BalanceMovement.objects.filter(source_id__in=sources)
        .order_by()
        .values_list("source_id")
        .annotate(amount=Sum("amount_cents"), fee=Sum("fee_cents"))
    )
    return {source: (amount, fee) for source, amount, fee in rows}


def _verdict(movement: BalanceMovement, ours: Ours) -> Verdict:
    if movement.kind in PAYOUTS:
        return Verdict(standing=Standing.EXPECTED, why=Why.PAYOUT)
    if movement.kind in FEES:
        return Verdict(standing=Standing.EXPECTED, why=Why.FEE)
    if movement.kind in CHARGES and (payment := ours.payments.get(movement.source_id)):
        return _of_payment(movement, payment, ours)
    if movement.kind in REFUNDS | RETURNED_REFUNDS:
        refund = ours.refunds.get(movement.source_id)
        if refund is not None:
            return _of_refund(movement, refund, ours)
    if movement.kind in DISPUTES and (dispute := ours.disputes.get(movement.source_id)):
        return _of_dispute(dispute, ours)
    return _of_nothing(movement, ours)


def _of_payment(movement: BalanceMovement, payment: Payment, ours: Ours) -> Verdict:
    counts = payment.status == Payment.Status.SUCCEEDED or payment.pk in ours.given_back
    if not counts:
        return _open(Why.NOT_SETTLED, payment=payment)
    if (movement.amount_cents, movement.currency) != (payment.captured_cents, payment.currency):
        return _open(Why.WRONG_SUM, payment=payment)
    if payment.fee_cents not in {None, movement.fee_cents}:
        return _open(Why.WRONG_FEE, payment=payment)
    return Verdict(standing=Standing.MATCHED, payment=payment, asks=payment.fee_cents is None)


def _of_refund(movement: BalanceMovement, refund: Refund, ours: Ours) -> Verdict:
    returns = movement.kind in RETURNED_REFUNDS
    cents = refund.amount_cents if returns else -refund.amount_cents
    if (movement.amount_cents, movement.currency) != (cents, refund.payment.currency):
        return _open(Why.WRONG_SUM, refund=refund)
    failed = refund.status == Refund.Status.FAILED
    fits = failed if returns else not failed or movement.source_id in ours.returned
    if refund.status not in _SENT or not fits:
        return _open(Why.WRONG_STATE, refund=refund)
    return Verdict(standing=Standing.MATCHED, refund=refund)


def _of_dispute(dispute: Dispute, ours: Ours) -> Verdict:
    """A dispute's movements agree together: what was taken, what came back, and the fees."""
    if ours.disputed[dispute.stripe_id] != (-dispute.withdrawn_cents, dispute.fee_cents):
        return _open(Why.WRONG_SUM, dispute=dispute)
    return Verdict(standing=Standing.MATCHED, dispute=dispute)


def _of_nothing(movement: BalanceMovement, ours: Ours) -> Verdict:
    if movement.source_id in ours.marked:
        return _open(Why.UNKNOWN_PAYMENT)
    speaks = movement.kind in CHARGES | REFUNDS | RETURNED_REFUNDS | DISPUTES
    is_outside = movement.source_id in ours.outside or movement.why == Why.OUTSIDE
    if is_outside or not speaks or not movement.source_id:
        return Verdict(standing=Standing.EXPECTED, why=Why.OUTSIDE)
    return _open(Why.UNREAD)


def _open(
    why: Why,
    *,
    payment: Payment | None = None,
    refund: Refund | None = None,
    dispute: Dispute | None = None,
) -> Verdict:
    return Verdict(
        standing=Standing.OPEN,
        why=why,
        payment=payment,
        refund=refund,
        dispute=dispute,
        asks=True,
    )
