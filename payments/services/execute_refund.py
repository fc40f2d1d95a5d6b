"""Stripe is made to give money back. Called from the queue."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from payments import gateway
from payments.models import Payment, Refund
from payments.results import RefundAnswer
from payments.services.follow_refund import follow_refund
from payments.services.locks import lock_payment
from payments.services.refund import move_locked, new_key
from totetaxi.lib.actor import SYSTEM
from totetaxi.lib.work import WorkState

# Stripe forgets a key after 24 hours at the earliest; with some room for two clocks.
KEY_LIFE = timedelta(hours=23)


def execute_refund(refund_id: UUID, *, now: datetime) -> WorkState | None:
    """Have Stripe give the money back. May run again: the key makes it one refund.

    After the life of a key its repetition would be another refund: Stripe's list is asked first.
    Raises GatewayDownError, after which it is tried again.
    """
    refund = Refund.objects.select_related("payment").get(pk=refund_id)
    payment = refund.payment
    if refund.status != Refund.Status.APPROVED or payment.method != Payment.Method.STRIPE:
        return WorkState.IGNORED
    intent_id = payment.intent_id or ""
    if refund.approved_at is None or now - refund.approved_at > KEY_LIFE:
        known = gateway.find_refund(str(refund.pk), intent_id=intent_id)
        if known is not None:
            follow_refund(known, now=now)
            return None
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
        refused = gateway.find_refund(str(refund.pk), intent_id=intent_id)
        if refused is None:
            _fail_refund(refund.pk, reason=error.code or "refused", now=now)
        else:
            follow_refund(refused, now=now)
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


def _fail_refund(refund_id: UUID, *, reason: str, now: datetime) -> None:
    """Stripe will not make this refund."""
    payment_id = Refund.objects.values_list("payment_id", flat=True).get(pk=refund_id)
    with transaction.atomic():
        _booking, payment = lock_payment(payment_id)
        refund = Refund.objects.get(pk=refund_id)
        if refund.status == Refund.Status.APPROVED:
            refund.payment = payment
            move_locked(refund, Refund.Status.FAILED, by=SYSTEM, now=now, failure_reason=reason)
