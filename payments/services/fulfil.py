"""Ask Stripe about a payment, and act on the answer. Never on an address or an event's content."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from payments import gateway
from payments.models import Payment
from payments.results import Session
from payments.services.attempts import record_attempts
from payments.services.locks import lock_payment
from payments.services.settle import SETTLED, settle
from payments.services.withdraw import plan_closing

# Our clock and Stripe's may differ by this much when a session is looked for by its age.
CLOCK_SLACK = timedelta(minutes=5)


def fulfil(payment_id: UUID, *, now: datetime, every_charge: bool = False) -> Payment:
    """Bring a payment and its booking up to date with Stripe. Answers the payment.

    Safe at any time, in any order, at the same time as itself. `every_charge` also writes down
    declined charges that came before a success. Raises GatewayError.
    """
    payment = Payment.objects.get(pk=payment_id)
    if payment.method != Payment.Method.STRIPE:
        return payment
    if payment.status in SETTLED:
        if every_charge and payment.intent_id:
            record_attempts(payment.pk, gateway.list_charges(payment.intent_id))
        return payment
    if payment.session_id is not None:
        session = gateway.get_session(payment.session_id)
    else:
        found = find_session(payment)
        if found is None:
            return payment
        session = found
        keep_session(payment.pk, session, now=now)
    return learn(payment.pk, session, now=now, every_charge=every_charge)


def learn(
    payment_id: UUID, session: Session, *, now: datetime, every_charge: bool = False
) -> Payment:
    """Write down a session that Stripe has just told us of, its tried cards first."""
    intent = session.intent
    if intent is not None:
        if every_charge or not session.is_paid:
            record_attempts(payment_id, gateway.list_charges(intent.id))
        elif intent.latest_charge is not None:
            record_attempts(payment_id, [intent.latest_charge])
    return settle(payment_id, session, now=now)


def find_session(payment: Payment) -> Session | None:
    """The session of a payment whose answer we never got, if Stripe made one."""
    return gateway.find_session(str(payment.pk), since=payment.created_at - CLOCK_SLACK)


def keep_session(payment_id: UUID, session: Session, *, now: datetime) -> Payment:
    """Store the session that Stripe made for a payment.

    Where the payment was given up meanwhile, its session is to be closed at once.
    """
    with transaction.atomic():
        _booking, payment = lock_payment(payment_id)
        if payment.session_id is None:
            payment.session_id = session.id
            payment.session_url = session.url
            payment.save(update_fields=["session_id", "session_url", "updated_at"])
            if payment.status != Payment.Status.PENDING:
                plan_closing(payment, now=now)
        return payment
