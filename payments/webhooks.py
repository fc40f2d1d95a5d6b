"""What Stripe tells us is stored once and answered at once; the queue acts on it.

An event says only which payment to look at. What is true is asked of Stripe when the event is
processed, so order, repetition and loss of events change nothing.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError

from payments import gateway
from payments.models import STRIPE_EVENT_WORK, CardSetup, Payment, StripeCustomer, StripeEvent
from payments.results import NUMBER_KEY, PAYMENT_KEY, SETUP_KEY, Event
from payments.services.card_setup import learn_setup
from payments.services.cards import sync_cards
from payments.services.charges import learn_charge
from payments.services.disputes import learn_dispute
from payments.services.follow_refund import follow_refund
from payments.services.fulfil import fulfil
from payments.services.settle import SETTLED, report_unknown
from totetaxi.lib import queue
from totetaxi.lib.work import WorkState

SESSION_EVENTS = frozenset(
    {
        "checkout.session.completed",
        "checkout.session.expired",
        "checkout.session.async_payment_succeeded",
        "checkout.session.async_payment_failed",
    }
)
DECLINE_EVENTS = frozenset({"charge.failed", "payment_intent.payment_failed"})
PAYMENT_EVENTS = SESSION_EVENTS | DECLINE_EVENTS | {"payment_intent.succeeded"}
REFUND_EVENTS = frozenset(
    {"refund.created", "refund.updated", "refund.failed", "charge.refund.updated"}
)
CARD_EVENTS = frozenset(
    {
        "payment_method.attached",
        "payment_method.automatically_updated",
        "payment_method.detached",
        "payment_method.updated",
    }
)
DISPUTE_EVENTS = frozenset(
    {
        "charge.dispute.created",
        "charge.dispute.updated",
        "charge.dispute.closed",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.funds_reinstated",
    }
)
# Tells, some seconds after a payment, what Stripe keeps of it.
FEE_EVENT = "charge.updated"
HANDLED = PAYMENT_EVENTS | REFUND_EVENTS | CARD_EVENTS | DISPUTE_EVENTS | {FEE_EVENT}
_OURS = "TT-"


def store_event(event: Event, *, now: datetime) -> None:
    """Keep an event, the first time it comes, with the hint that has it processed.

    One that is none of our business is kept as ignored and never looked at again.
    """
    reason = _why_ignored(event)
    row = StripeEvent(
        id=event.id,
        type=event.type,
        object_id=event.object_id,
        payload=event.references,
        livemode=event.livemode,
        outcome=StripeEvent.Outcome.IGNORED if reason else StripeEvent.Outcome.WAITING,
        reason=reason,
        work_state=WorkState.IGNORED if reason else WorkState.DUE,
        next_try_at=now,
        received_at=now,
        processed_at=now if reason else None,
    )
    if reason:
        StripeEvent.objects.bulk_create([row], ignore_conflicts=True)
    else:
        queue.add(STRIPE_EVENT_WORK, row)


def _why_ignored(event: Event) -> str:
    if event.livemode is not gateway.is_live():
        return "another mode than our key's"
    if event.type not in HANDLED:
        return "of no interest"
    return ""


def process_event(event_id: str, *, now: datetime) -> WorkState | None:
    """Act on a stored event. May run again, in any order. Raises GatewayError to be tried again."""
    event = StripeEvent.objects.get(pk=event_id)
    if event.outcome != StripeEvent.Outcome.WAITING:
        return WorkState.IGNORED
    ignored = _look(event, now)
    event.outcome = StripeEvent.Outcome.IGNORED if ignored else StripeEvent.Outcome.PROCESSED
    event.reason = ignored
    event.processed_at = now
    event.save(update_fields=["outcome", "reason", "processed_at"])
    return WorkState.IGNORED if ignored else None


def _look(event: StripeEvent, now: datetime) -> str:
    """Why an event is ignored; empty when what it is about was brought up to date."""
    if event.type in REFUND_EVENTS:
        return _follow(event, now)
    if event.type in DISPUTE_EVENTS:
        dispute = learn_dispute(event.object_id, now=now)
        return "" if dispute else "a dispute of a payment that is not ours"
    if event.type in CARD_EVENTS:
        return _mirror_cards(event, now)
    if event.type in SESSION_EVENTS and SETUP_KEY in event.payload:
        return _look_at_setup(event, now)
    return _look_at_payment(event, now)


def _mirror_cards(event: StripeEvent, now: datetime) -> str:
    customer_id = event.payload.get("customer", "")
    if not StripeCustomer.objects.filter(stripe_id=customer_id).exists():
        return "a card of nobody whom we know"
    sync_cards(customer_id, now=now)
    return ""


def _look_at_setup(event: StripeEvent, now: datetime) -> str:
    setup = _find_setup(event)
    if setup is None:
        return "no visit of ours has this id"
    if setup.status == CardSetup.Status.PENDING:
        learn_setup(setup, gateway.get_session(event.object_id), now=now)
    return ""


def _find_setup(event: StripeEvent) -> CardSetup | None:
    try:
        return CardSetup.objects.filter(pk=UUID(event.payload[SETUP_KEY])).first()
    except ValueError:
        return None


def _follow(event: StripeEvent, now: datetime) -> str:
    """Why a refund's event is ignored; empty when it was followed."""
    refund = follow_refund(gateway.get_refund(event.object_id), now=now)
    return "" if refund else "a refund of a payment that is not ours"


def _look_at_payment(event: StripeEvent, now: datetime) -> str:
    """Why a payment's event is ignored; empty when the payment was brought up to date."""
    payment = _find_payment(event)
    if payment is None:
        return _look_at_stranger(event)
    declined = event.type in DECLINE_EVENTS
    if declined or payment.status not in SETTLED:  # else nothing more can become of it
        fulfil(payment.pk, now=now, every_charge=declined)
    if event.type == FEE_EVENT:
        learn_charge(payment.pk)
    return ""


def _find_payment(event: StripeEvent) -> Payment | None:
    """The payment that an event speaks of, by what we stored, else by our mark on its object."""
    if event.type in SESSION_EVENTS:
        known = Payment.objects.filter(session_id=event.object_id).first()
    else:
        intent = event.payload.get("intent") or event.object_id
        known = Payment.objects.filter(intent_id=intent).first()
    if known is not None:
        return known
    try:
        return Payment.objects.filter(pk=UUID(event.payload.get(PAYMENT_KEY, ""))).first()
    except (ValueError, ValidationError):
        return None


def _look_at_stranger(event: StripeEvent) -> str:
    """A payment that is not in our tables: an alarm only if it has our mark and money came."""
    if not is_ours(event.payload):
        return "not a payment of ours"
    if event.type in SESSION_EVENTS:
        session = gateway.get_session(event.object_id)
        if session.is_paid:
            report_unknown(session)
            return ""
    return "no payment of ours has this id"


def is_ours(references: dict[str, str]) -> bool:
    """Whether an object carries the mark that we put on our sessions and intents."""
    return PAYMENT_KEY in references and references.get(NUMBER_KEY, "").startswith(_OURS)
