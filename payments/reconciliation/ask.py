"""Stripe is asked about what a movement is of, and our rows are brought up to date with it.

Nothing is written here: the services that webhooks use do that, so that whatever was missed is
made good in the same way.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum, auto
from uuid import UUID

from booking.models import AlertKind, close_alert
from payments import balance_gateway, gateway
from payments.balance_results import StripeCharge
from payments.models import BalanceMovement, Payment
from payments.reconciliation.why import CHARGES, DISPUTES
from payments.services.charges import keep_charge
from payments.services.disputes import learn_dispute
from payments.services.follow_refund import follow_refund
from payments.services.fulfil import fulfil
from payments.services.settle import SETTLED


class Answer(Enum):
    """Whose it is, as far as Stripe and we know."""

    OURS = auto()
    OUTSIDE = auto()
    MARKED = auto()  # it has our mark, and no row of ours fits it
    UNKNOWN = auto()  # Stripe does not know it


def ask_about(movement: BalanceMovement, *, now: datetime) -> Answer:
    """Heal what a movement is of, and say whose it is. Raises GatewayDownError."""
    try:
        if movement.kind in CHARGES:
            return _heal_charge_of(movement, now)
        if movement.kind in DISPUTES:
            return _heal_dispute(movement.source_id, now)
        refund = follow_refund(gateway.get_refund(movement.source_id), now=now)
    except gateway.GatewayRefusedError:
        return Answer.UNKNOWN
    return Answer.OURS if refund else Answer.OUTSIDE


def _heal_charge_of(movement: BalanceMovement, now: datetime) -> Answer:
    charge = balance_gateway.get_charge(movement.source_id)
    answer = heal_charge(charge, now=now)
    if answer is Answer.MARKED:  # from now on it is told with its figures, as a movement
        close_alert(AlertKind.UNKNOWN_PAYMENT, about=charge.intent_id, now=now)
    return answer


def heal_charge(charge: StripeCharge, *, now: datetime) -> Answer:
    """Bring the payment of a charge up to date: fulfilled if it was paid, its fee noted."""
    payment = _payment_of(charge)
    if payment is None:
        return Answer.MARKED if charge.payment_id else Answer.OUTSIDE
    if charge.is_paid:
        if payment.status not in SETTLED:
            fulfil(payment.pk, now=now)
        keep_charge(payment.pk, charge)
    return Answer.OURS


def _payment_of(charge: StripeCharge) -> Payment | None:
    """The payment that the charge's intent pays; by our mark only while it knows of no intent."""
    if charge.intent_id:
        known = Payment.objects.filter(intent_id=charge.intent_id).first()
        if known is not None:
            return known
    try:
        marked = Payment.objects.filter(pk=UUID(charge.payment_id), intent_id__isnull=True)
    except ValueError:
        return None
    return marked.first()


def _heal_dispute(dispute_id: str, now: datetime) -> Answer:
    if not dispute_id.startswith(("dp_", "du_")):  # an adjustment may be of something else
        return Answer.OUTSIDE
    return Answer.OURS if learn_dispute(dispute_id, now=now) else Answer.OUTSIDE
