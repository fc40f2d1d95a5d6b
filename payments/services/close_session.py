"""A page at Stripe that must not be paid any more is closed; paid wins."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from payments import gateway
from payments.models import Payment
from payments.services.fulfil import learn
from totetaxi.lib.work import WorkState


def close_session(payment_id: UUID, *, now: datetime) -> WorkState | None:
    """Expire a payment's session at Stripe and write down how it ended.

    Expiring can lose against paying: then the session is complete, and is fulfilled like any
    other. Raises GatewayError, after which it is tried again.
    """
    payment = Payment.objects.get(pk=payment_id)
    if not payment.session_to_expire or payment.session_id is None:
        return WorkState.IGNORED
    learn(payment_id, gateway.expire_session(payment.session_id), now=now)
    return None
