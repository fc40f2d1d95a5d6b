"""A card holder's bank takes money back: written down once, and followed to its end.

A dispute never makes a booking unpaid, and nothing is cancelled by itself: what it means for the
trip is for staff to decide (FAULTS.md, 17). Evidence is sent in Stripe's dashboard.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from booking.models import Alert, AlertKind, Booking, BookingEvent, close_alert, raise_alert
from booking.services.status import record_event
from payments import balance_gateway
from payments.audit import note_dispute
from payments.balance_results import DisputeAnswer
from payments.models import Dispute, MoneyAct, Payment
from payments.services.fulfil import fulfil
from payments.services.locks import lock_payment
from totetaxi.lib.actor import SYSTEM
from totetaxi.lib.clock import new_york
from totetaxi.lib.money import usd

_NEEDS, _REVIEW = Dispute.Status.NEEDS_RESPONSE, Dispute.Status.UNDER_REVIEW
_WON, _LOST = Dispute.Status.WON, Dispute.Status.LOST
# Stripe's words in the order in which they may follow one another, and what each comes to. An
# inquiry may become a dispute after it was answered, or closed; only an appeal turns a lost one.
_STANDINGS = {
    "warning_needs_response": _NEEDS,
    "warning_under_review": _REVIEW,
    "warning_closed": _WON,
    "needs_response": _NEEDS,
    "under_review": _REVIEW,
    "lost": _LOST,
    "appeal_needs_response": _LOST,
    "appeal_under_review": _LOST,
    "prevented": _WON,
    "won": _WON,
}
_RANKS = {word: rank for rank, word in enumerate(_STANDINGS)}
_ACTS = {_WON: MoneyAct.DISPUTE_WON, _LOST: MoneyAct.DISPUTE_LOST}


def learn_dispute(dispute_id: str, *, now: datetime) -> Dispute | None:
    """Ask Stripe about a dispute and follow it; None for one of a payment that is not ours.

    A dispute may be told of before its payment is: that is fulfilled first. Raises GatewayError.
    """
    answer = balance_gateway.get_dispute(dispute_id)
    followed = follow_dispute(answer, now=now)
    if followed is None and (payment_id := _unlearned(answer)) is not None:
        fulfil(payment_id, now=now)
        followed = follow_dispute(answer, now=now)
    return followed


def follow_dispute(answer: DisputeAnswer, *, now: datetime) -> Dispute | None:
    """Write down how a dispute stands at Stripe, any number of times and in any order.

    None for a dispute of a payment that is not ours.
    """
    payment_id = _payment_of(answer)
    if payment_id is None:
        return None
    with transaction.atomic():
        booking, payment = lock_payment(payment_id)
        dispute = payment.disputes.filter(stripe_id=answer.id).first()
        if dispute is None:
            dispute = _open(booking, payment, answer, now)
        _follow(booking, dispute, answer, now)
    return dispute


def _payment_of(answer: DisputeAnswer) -> UUID | None:
    rows = Payment.objects.values_list("pk", flat=True)
    found: UUID | None = rows.filter(disputes__stripe_id=answer.id).first()
    if found is None and answer.intent_id:
        found = rows.filter(intent_id=answer.intent_id).first()
    if found is None and answer.charge_id:
        found = rows.filter(charge_id=answer.charge_id).first()
    return found


def _unlearned(answer: DisputeAnswer) -> UUID | None:
    """The payment whose charge it is by our mark, where we have not learned of its money yet."""
    charge = balance_gateway.get_charge(answer.charge_id)
    try:
        key = UUID(charge.payment_id)
    except ValueError:
        return None
    rows = Payment.objects.filter(pk=key, method=Payment.Method.STRIPE, intent_id=None)
    return rows.values_list("pk", flat=True).first()


def _open(booking: Booking, payment: Payment, answer: DisputeAnswer, now: datetime) -> Dispute:
    """A row as the dispute was when it was opened; where it stands now is followed next."""
    is_inquiry = answer.status.startswith("warning_")
    dispute = Dispute.objects.create(
        payment=payment,
        stripe_id=answer.id,
        status=_NEEDS,
        stripe_status="warning_needs_response" if is_inquiry else "needs_response",
        reason=answer.reason[:40],
        amount_cents=answer.amount_cents,
        opened_at=answer.opened_at,
        evidence_due_at=answer.due_at,
    )
    note_dispute(MoneyAct.DISPUTED, dispute, by=SYSTEM, now=now, reason=dispute.reason)
    _tell_booking(booking, dispute, "dispute_opened", now)
    raise_alert(
        AlertKind.DISPUTE,
        about=str(dispute.pk),
        summary=_summary(booking, dispute),
        booking=booking,
    )
    return dispute


def _follow(booking: Booking, dispute: Dispute, answer: DisputeAnswer, now: datetime) -> None:
    if _rank(answer.status) < _rank(dispute.stripe_status):
        return  # an older answer that came late
    before = dispute.status
    moved = _copy(dispute, answer, now)
    dispute.save()
    if not moved:
        return
    changed = dispute.status != before
    note_dispute(
        _ACTS.get(Dispute.Status(dispute.status), MoneyAct.DISPUTE_MOVED)
        if changed
        else MoneyAct.DISPUTE_MOVED,
        dispute,
        by=SYSTEM,
        now=now,
        stripe_status=dispute.stripe_status,
        withdrawn_cents=dispute.withdrawn_cents,
        fee_cents=dispute.fee_cents,
    )
    if changed:
        _tell_booking(booking, dispute, f"dispute_{dispute.status}", now)
    _tell_staff(booking, dispute, now, is_new=changed)


def _copy(dispute: Dispute, answer: DisputeAnswer, now: datetime) -> bool:
    """Take over what Stripe says. Whether its standing or its money is another than before."""
    facts = ("stripe_status", "amount_cents", "withdrawn_cents", "fee_cents")
    before = [getattr(dispute, name) for name in facts]
    dispute.stripe_status = answer.status[:40]
    dispute.status = _STANDINGS.get(answer.status, _NEEDS)
    dispute.reason = answer.reason[:40]
    dispute.amount_cents = answer.amount_cents
    dispute.withdrawn_cents = -sum(entry.amount_cents for entry in answer.entries)
    dispute.fee_cents = sum(entry.fee_cents for entry in answer.entries)
    dispute.evidence_due_at = answer.due_at or dispute.evidence_due_at
    if dispute.status not in _ACTS:
        dispute.closed_at = None
    elif dispute.closed_at is None:
        dispute.closed_at = now
    return before != [getattr(dispute, name) for name in facts]


def _rank(word: str) -> int:
    """How late a word of Stripe comes; one that we do not know is an open dispute's."""
    return _RANKS.get(word, _RANKS["needs_response"])


def _tell_booking(booking: Booking, dispute: Dispute, reason: str, now: datetime) -> None:
    record_event(
        booking,
        kind=BookingEvent.Kind.MONEY,
        reason=reason,
        detail={"dispute_cents": dispute.amount_cents, "why": dispute.reason},
        by=SYSTEM,
        now=now,
    )


def _tell_staff(booking: Booking, dispute: Dispute, now: datetime, *, is_new: bool) -> None:
    """The alert says how an open dispute stands; a decision closes it, and a loss is one more."""
    about = str(dispute.pk)
    if dispute.status not in _ACTS:
        rows = Alert.objects.filter(kind=AlertKind.DISPUTE, about=about, closed_at=None)
        rows.update(summary=_summary(booking, dispute), updated_at=now)
        return
    close_alert(AlertKind.DISPUTE, about=about, now=now)
    if dispute.status == _LOST and is_new:
        raise_alert(
            AlertKind.DISPUTE,
            about=f"{about}:lost",
            summary=_summary(booking, dispute),
            booking=booking,
        )


def _summary(booking: Booking, dispute: Dispute) -> str:
    due = dispute.evidence_due_at
    words = {
        "code": booking.code,
        "amount": usd(dispute.amount_cents),
        "why": dispute.reason.replace("_", " ") or _("no reason given"),
        "day": date_format(new_york(due), "F j, g:i A") if due else "",
    }
    if dispute.status == _LOST:
        text = _("%(code)s: the dispute of %(amount)s is lost.")
    elif dispute.status == _REVIEW:
        text = _("%(code)s: %(amount)s is disputed (%(why)s); the evidence is with the bank.")
    elif dispute.is_inquiry:
        text = _("%(code)s: the bank asks about %(amount)s (%(why)s). Answer by %(day)s.")
    elif due:
        text = _("%(code)s: %(amount)s is disputed (%(why)s). Evidence is due by %(day)s.")
    else:
        text = _("%(code)s: %(amount)s is disputed (%(why)s).")
    return text % words
