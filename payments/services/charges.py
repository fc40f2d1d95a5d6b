"""What Stripe tells of a payment only some seconds after it: its charge, and the fee it keeps."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from payments import balance_gateway
from payments.balance_results import StripeCharge
from payments.models import Payment
from payments.services.locks import lock_payment


def learn_charge(payment_id: UUID) -> Payment:
    """Bring a card payment's charge, card and fee in from Stripe. Answers the payment.

    Asks only while something is missing, and may run again at any time: what was learned stays as
    it is. `fee_cents` stays None while Stripe has not booked it. Raises GatewayError.
    """
    payment = Payment.objects.get(pk=payment_id)
    is_known = payment.charge_id is not None and payment.fee_cents is not None
    if payment.intent_id is None or is_known:
        return payment
    charge = balance_gateway.get_intent_charge(payment.intent_id)
    return payment if charge is None else keep_charge(payment_id, charge)


def keep_charge(payment_id: UUID, charge: StripeCharge) -> Payment:
    """Write down the charge that paid a payment, as Stripe has just told of it."""
    with transaction.atomic():
        _booking, payment = lock_payment(payment_id)
        if payment.intent_id != charge.intent_id:
            return payment
        payment.charge_id = payment.charge_id or charge.id
        if payment.fee_cents is None:
            payment.fee_cents = charge.fee_cents
        payment.card_brand = payment.card_brand or charge.card_brand
        payment.card_last4 = payment.card_last4 or charge.card_last4
        payment.save(
            update_fields=["charge_id", "fee_cents", "card_brand", "card_last4", "updated_at"]
        )
    return payment
