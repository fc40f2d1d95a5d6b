"""The other way round: what succeeded with us must have moved on our balance at Stripe."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from booking.models import Alert, AlertKind, close_alert
from payments import gateway
from payments.models import Payment, Refund
from payments.reconciliation.mirror import mirror_source
from payments.reconciliation.tell import PAYMENT, REFUND, about, read_about, tell_of_missing
from payments.services.charges import learn_charge
from payments.services.every import every

# Stripe books a payment some seconds after it; so long it may take.
BOOKED_WITHIN = timedelta(hours=1)


def unbooked_payments(since: datetime, until: datetime) -> QuerySet[Payment]:
    """Card payments that succeeded in a period, and of which no movement is known."""
    return Payment.objects.succeeded().filter(
        method=Payment.Method.STRIPE,
        captured_cents__gt=0,
        succeeded_at__gte=since,
        succeeded_at__lt=until,
        movements__isnull=True,
    )


def unbooked_refunds(since: datetime, until: datetime) -> QuerySet[Refund]:
    """Refunds at Stripe that succeeded in a period, and of which no movement is known."""
    return Refund.objects.at_stripe().filter(
        status=Refund.Status.SUCCEEDED,
        succeeded_at__gte=since,
        succeeded_at__lt=until,
        movements__isnull=True,
    )


def check_ours(since: datetime, until: datetime, *, now: datetime) -> Exception | None:
    """Look for the movements of what succeeded in a period; tell of what has none after an hour.

    Answers the first error, to be raised. Raises GatewayDownError.
    """
    until = min(until, now - BOOKED_WITHIN)
    payments = unbooked_payments(since, until).select_related("booking")
    refunds = unbooked_refunds(since, until).select_related("payment__booking")
    failed = every(lambda payment: _look_for_payment(payment, now), payments.iterator(100))
    failed = every(lambda refund: _look_for_refund(refund, now), refunds.iterator(100)) or failed
    _close_found(now)
    return failed


def _look_for_payment(payment: Payment, now: datetime) -> None:
    with suppress(gateway.GatewayRefusedError):  # Stripe knows no such intent
        _mirror_all(learn_charge(payment.pk).charge_id, now)
    if not payment.movements.exists():
        tell_of_missing(payment)


def _look_for_refund(refund: Refund, now: datetime) -> None:
    with suppress(gateway.GatewayRefusedError):
        _mirror_all(refund.stripe_id, now)
    if not refund.movements.exists():
        tell_of_missing(refund)


def _mirror_all(source_id: str | None, now: datetime) -> None:
    if source_id and (error := mirror_source(source_id, now=now)):
        raise error


def _close_found(now: datetime) -> None:
    """What was missing and has come, or does not count any more, is told no longer."""
    told = Alert.objects.filter(kind=AlertKind.MONEY_OPEN, closed_at__isnull=True)
    keys: dict[str, set[Any]] = {PAYMENT: set(), REFUND: set()}
    for text in told.values_list("about", flat=True):
        what, key = read_about(text)
        if what in keys and key is not None:
            keys[what].add(key)
    ever = datetime.min.replace(tzinfo=now.tzinfo), now
    missing: dict[str, Iterable[Any]] = {
        PAYMENT: unbooked_payments(*ever).filter(pk__in=keys[PAYMENT]).values_list("pk", flat=True),
        REFUND: unbooked_refunds(*ever).filter(pk__in=keys[REFUND]).values_list("pk", flat=True),
    }
    for what, told_keys in keys.items():
        for key in told_keys - set(missing[what]):
            close_alert(AlertKind.MONEY_OPEN, about=about(what, key), now=now)
