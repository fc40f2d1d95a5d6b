"""What was written down about money: its audit, the copy of Stripe's books, Stripe's events."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from booking.models import Alert, AlertKind
from payments.models import BalanceMovement, MoneyAct, Payment, PaymentAudit, Refund, StripeEvent
from payments.reconciliation.tell import MOVEMENT, PAYMENT, REFUND, about
from payments.reconciliation.why import CHARGES
from totetaxi.lib.invariants import Area, invariant

AT_ONCE = 500
# How long the jobs may take that bring these in order: every few minutes, and each night.
SOON = timedelta(hours=1)
BY_TOMORROW = timedelta(days=2)
EVENT_LIMIT = timedelta(minutes=15)
_CAME = [MoneyAct.CAPTURED, MoneyAct.RECORDED, MoneyAct.WAIVED]


@invariant("E3", Area.RECORDS)
def money_is_in_its_audit(_now: datetime) -> Iterator[str]:
    """Each payment and each refund that succeeded has just one row of the audit that says so."""
    payments = Payment.objects.succeeded().annotate(
        said=_count(PaymentAudit.objects.filter(act__in=_CAME), "payment_key")
    )
    for row in payments.exclude(said=1).select_related("booking").iterator(AT_ONCE):
        yield f"{row.booking.code}: {row.said} rows say that a payment came"
    refunds = Refund.objects.filter(status=Refund.Status.SUCCEEDED).annotate(
        said=_count(PaymentAudit.objects.filter(act=MoneyAct.REFUNDED), "refund_key")
    )
    for refund in refunds.exclude(said=1).select_related("payment__booking").iterator(AT_ONCE):
        code = refund.payment.booking.code
        yield f"{code}: {refund.said} rows say that a refund was made"


@invariant("M5", Area.RECORDS)
def matched_movements_are_ours(_now: datetime) -> Iterator[str]:
    """What counts as matched at Stripe is of just one of our rows, and of the same sum."""
    rows = BalanceMovement.objects.filter(standing=BalanceMovement.Standing.MATCHED)
    of_one = Q(payment__isnull=False) | Q(refund__isnull=False) | Q(dispute__isnull=False)
    for row in rows.exclude(of_one).iterator(AT_ONCE):
        yield f"{row.stripe_id} is matched with nothing"
    other = rows.filter(payment__isnull=False).exclude(amount_cents=F("payment__captured_cents"))
    for row in other.iterator(AT_ONCE):
        yield f"{row.stripe_id} is matched with a payment of another sum"
    refunds = rows.filter(refund__isnull=False).exclude(
        Q(amount_cents=F("refund__amount_cents")) | Q(amount_cents=0 - F("refund__amount_cents"))
    )
    for row in refunds.iterator(AT_ONCE):
        yield f"{row.stripe_id} is matched with a refund of another sum"
    charges = rows.filter(kind__in=CHARGES, payment__isnull=False).order_by()
    twice = charges.values("payment").annotate(many=Count("*")).filter(many__gt=1)
    for found in twice.iterator(AT_ONCE):
        yield f"{found['many']} movements are matched with the payment {found['payment']}"


@invariant("M6", Area.IN_TIME)
def open_money_is_told(_now: datetime) -> Iterator[str]:
    """Each movement that nobody has explained has an open alert, or its payment waits for a
    decision and has one. A copy is kept first, and judged and told next.
    """
    told = set(_open_alerts(AlertKind.MONEY_OPEN))
    decided = set(_open_alerts(AlertKind.PAYMENT_MISMATCH))
    rows = BalanceMovement.objects.filter(standing=BalanceMovement.Standing.OPEN)
    for pk, payment, stripe_id in rows.values_list("pk", "payment", "stripe_id").iterator(AT_ONCE):
        if about(MOVEMENT, pk) not in told and str(payment) not in decided:
            yield f"{stripe_id} is open, and nobody is told"


@invariant("M5", Area.IN_TIME)
def our_money_is_in_stripes_books(now: datetime) -> Iterator[str]:
    """What succeeded by card has its movement at Stripe within two days, or staff were told."""
    told = set(
        Alert.objects.filter(kind=AlertKind.MONEY_OPEN).values_list("about", flat=True).distinct()
    )
    old = Q(succeeded_at__lt=now - BY_TOMORROW, movements__isnull=True)
    card = Payment.Method.STRIPE
    payments = Payment.objects.succeeded().filter(old, method=card, captured_cents__gt=0)
    for payment in payments.select_related("booking").iterator(AT_ONCE):
        if about(PAYMENT, payment.pk) not in told:
            yield f"{payment.booking.code}: a payment is not in Stripe's books"
    refunds = Refund.objects.at_stripe().filter(old, status=Refund.Status.SUCCEEDED)
    for refund in refunds.select_related("payment__booking").iterator(AT_ONCE):
        if about(REFUND, refund.pk) not in told:
            yield f"{refund.payment.booking.code}: a refund is not in Stripe's books"


@invariant("M8", Area.IN_TIME)
def pages_end_with_their_time(now: datetime) -> Iterator[str]:
    """No payment page stays open an hour beyond its end."""
    rows = Payment.objects.open().filter(session_expires_at__lt=now - SOON)
    for number in rows.values_list("booking__number", flat=True).iterator(AT_ONCE):
        yield f"TT-{number:06d}: a payment page is open beyond its end"


@invariant("E1", Area.IN_TIME)
def events_are_processed(now: datetime) -> Iterator[str]:
    """No event of Stripe's waits for long without an alert; each failed one says why."""
    rows = StripeEvent.objects.filter(
        outcome=StripeEvent.Outcome.WAITING, received_at__lt=now - EVENT_LIMIT
    )
    if not any(True for _one in _open_alerts(AlertKind.WORK_LATE)):
        for key, kind in rows.values_list("pk", "type").iterator(AT_ONCE):
            yield f"{key} ({kind}) waits, and nobody is told"
    silent = StripeEvent.objects.filter(outcome=StripeEvent.Outcome.FAILED, reason="")
    for key in silent.values_list("pk", flat=True).iterator(AT_ONCE):
        yield f"{key} failed without a reason"


@invariant("E1", Area.RECORDS)
def each_event_stands_once(_now: datetime) -> Iterator[str]:
    """Each event of Stripe's is stored once, and what has ended says when."""
    twice = StripeEvent.objects.values("id").annotate(many=Count("*")).filter(many__gt=1)
    for row in twice.iterator(AT_ONCE):
        yield f"{row['id']} is stored {row['many']} times"
    ended = StripeEvent.objects.exclude(outcome=StripeEvent.Outcome.WAITING)
    for key in ended.filter(processed_at__isnull=True).values_list("pk", flat=True).iterator():
        yield f"{key} has ended, and nobody knows when"


def _open_alerts(kind: AlertKind) -> Iterator[str]:
    """What open alerts of a kind are about."""
    rows = Alert.objects.filter(kind=kind, closed_at__isnull=True)
    yield from rows.values_list("about", flat=True).iterator(AT_ONCE)


def _count(rows: QuerySet[Any], key: str) -> Any:
    """How many rows have the outer row as their `key`."""
    mine = rows.filter(**{key: OuterRef("pk")}).order_by().values(key)
    return Coalesce(Subquery(mine.annotate(many=Count("*")).values("many")), Value(0))
