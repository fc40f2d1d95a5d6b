"""The rows that a booking's story becomes, gathered for a whole batch."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import models

from booking.lifecycle import EXPIRED, Status, check_move
from booking.models import (
    Alert,
    AlertKind,
    Booking,
    BookingEvent,
    CoiState,
    DiscountRedemption,
    Message,
    MessageKind,
    StepReached,
)
from booking.services.order_rows import Parts
from payments.models import Payment, PaymentAttempt, Refund
from payments.services.attempts import ATTEMPTS_BEFORE_ALERT
from payments.services.open_payment import session_end
from payments.services.refund import new_key
from totetaxi.lib.actor import SYSTEM, Actor
from totetaxi.lib.money import usd
from totetaxi.lib.work import WorkState
from totetaxi.management.demo_data.drafts import steps_of
from totetaxi.management.demo_data.history import Case, Money, Repayment, Story
from totetaxi.management.demo_data.stories import UNPAID_REASON

MAIL_TAKES = timedelta(seconds=15)
REFUND_TAKES = timedelta(seconds=40)
ALERT_STAYS_OPEN = timedelta(days=6)
DECLINE_CODE = "insufficient_funds"
# By whom an alert was dealt with (None: it is open), and when.
Closed = tuple[Actor | None, datetime]


@dataclass
class Batch:
    """Unsaved rows by table. Payments by card, and their refunds, have no ids of Stripe's yet."""

    bookings: list[Booking] = field(default_factory=list)
    parts: list[Parts] = field(default_factory=list)
    events: list[BookingEvent] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    attempts: list[PaymentAttempt] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    redemptions: list[DiscountRedemption] = field(default_factory=list)
    steps: list[StepReached] = field(default_factory=list)

    def add(self, booking: Booking, parts: Parts, story: Story, case: Case) -> None:
        """Take the rows of one booking, which stands as `with_story` made it."""
        self.bookings.append(booking)
        self.parts.append(parts)
        self.events += status_events(booking, story)
        self.steps += steps_of(booking, story)
        if booking.request.get("discount_code"):
            self.redemptions.append(_redemption(booking, story))
        payment = None
        if story.money is not None:
            payment = payment_of(booking, story.money)
            self.payments.append(payment)
            self.attempts += [
                PaymentAttempt(
                    payment=payment,
                    charge_id=f"ch_{secrets.token_hex(12)}",
                    declined=True,
                    code=DECLINE_CODE,
                    at=at,
                )
                for at in story.money.declined_at
            ]
            for repayment in story.money.repayments:
                self._add_refund(booking, payment, repayment)
        self.messages += messages_of(booking, payment, story)
        self.alerts += alerts_of(booking, payment, story, case)

    def _add_refund(self, booking: Booking, payment: Payment, repayment: Repayment) -> None:
        refund = refund_of(payment, repayment)
        self.refunds.append(refund)
        if repayment.reason == Refund.Reason.LATE:
            self.events.append(_money_event(booking, "payment_late", repayment.at))
        if refund.succeeded_at is not None:
            reason = f"refund_{Refund.Status.SUCCEEDED}"
            self.events.append(_money_event(booking, reason, refund.succeeded_at))


def with_story(booking: Booking, story: Story, *, number: int, van_id: UUID | None) -> Booking:
    """A new row: the booking as it stands after its story. Room is held as its status allows."""
    started = story.is_started and booking.coi_state == CoiState.NEEDED
    final = story.status in {Status.COMPLETED, Status.CANCELLED}
    values: dict[str, Any] = {
        field.attname: getattr(booking, field.attname) for field in Booking._meta.concrete_fields
    }
    values |= {
        "number": number,
        "status": story.status,
        "cancel_reason": story.cancel_reason,
        "van_id": van_id,
        "room_held": van_id is not None and not final,
        "hold_expires_at": story.hold_expires_at,
        "coi_state": CoiState.APPROVED if started else booking.coi_state,
        "unpaid_reason": UNPAID_REASON if story.unpaid_by else "",
        "unpaid_by_id": story.unpaid_by.user_id if story.unpaid_by else None,
    }
    return Booking(**values)


def status_events(booking: Booking, story: Story) -> list[BookingEvent]:
    """One event for each step. Raises TransitionError for a step that the table forbids."""
    events: list[BookingEvent] = []
    before: Status | None = None
    for step in story.steps:
        if before is not None:
            check_move(
                before, step.to, reason=step.reason, was_expired=events[-1].reason == EXPIRED
            )
        events.append(
            BookingEvent(
                booking=booking,
                kind=BookingEvent.Kind.STATUS,
                from_status=before or "",
                to_status=step.to,
                reason=step.reason,
                actor_kind=step.by.kind,
                actor_id=step.by.user_id,
                at=step.at,
            )
        )
        before = step.to
    return events


def _money_event(booking: Booking, reason: str, at: datetime) -> BookingEvent:
    return BookingEvent(
        booking=booking,
        kind=BookingEvent.Kind.MONEY,
        reason=reason,
        actor_kind=SYSTEM.kind,
        at=at,
    )


def _redemption(booking: Booking, story: Story) -> DiscountRedemption:
    return DiscountRedemption(
        booking=booking,
        person_key=booking.person_key,
        email_key=booking.email_key,
        released_at=story.steps[-1].at if story.status is Status.CANCELLED else None,
    )


def payment_of(booking: Booking, money: Money) -> Payment:
    """The payment's row; a card's has the key and the end of its session."""
    by_card = money.method == Payment.Method.STRIPE
    free = money.method == Payment.Method.FREE
    offline = money.method == Payment.Method.OFFLINE
    succeeded = money.status == Payment.Status.SUCCEEDED
    return Payment(
        booking=booking,
        method=money.method,
        purpose=Payment.Purpose.BOOKING,
        status=money.status,
        amount_cents=booking.total_cents,
        captured_cents=booking.total_cents if succeeded and not free else 0,
        actor_kind=money.by.kind,
        actor_id=money.by.user_id,
        idempotency_key=new_key() if by_card else None,
        session_expires_at=session_end(money.at) if by_card else None,
        offline_way=Payment.OfflineWay.TRANSFER if offline else "",
        proof=f"Transfer for {booking.code}" if offline else "",
        succeeded_at=money.paid_at if succeeded else None,
        created_at=money.at,
    )


def refund_of(payment: Payment, repayment: Repayment) -> Refund:
    """The refund's row: done, or waiting for its approval."""
    approved = repayment.approved_by
    done_at = repayment.at + REFUND_TAKES if approved else None
    return Refund(
        payment=payment,
        amount_cents=repayment.amount_cents,
        status=Refund.Status.SUCCEEDED if approved else Refund.Status.REQUESTED,
        reason=repayment.reason,
        note=repayment.note,
        requested_by_kind=repayment.requested_by.kind,
        requested_by_id=repayment.requested_by.user_id,
        approved_by_kind=approved.kind if approved else "",
        approved_by_id=approved.user_id if approved else None,
        approved_at=repayment.at if approved else None,
        idempotency_key=new_key(),
        succeeded_at=done_at,
        proof="Transfer back" if done_at and payment.method == Payment.Method.OFFLINE else "",
        work_state=WorkState.DONE if approved else WorkState.HELD,
        attempts=1 if approved else 0,
        next_try_at=repayment.at,
    )


def messages_of(booking: Booking, payment: Payment | None, story: Story) -> list[Message]:
    """What we wrote about it, as sent; subject and bodies are written once it is saved."""
    messages = []
    made_at = story.steps[0].at
    if booking.needs_staff:
        key = f"booking:{booking.pk}:request_received"
        messages.append(_message(booking, MessageKind.REQUEST_RECEIVED, key, made_at))
    paid_at = story.reached(Status.PAID)
    if paid_at is not None:
        key = f"booking:{booking.pk}:confirmed"
        messages.append(_message(booking, MessageKind.CONFIRMED, key, paid_at))
    money = story.money
    if money is None or payment is None:
        return messages
    if money.declined_at:
        context = {"amount_cents": payment.amount_cents, "code": DECLINE_CODE}
        key = f"payment:{payment.pk}:failed"
        ended_at = story.steps[-1].at
        messages.append(_message(booking, MessageKind.PAYMENT_FAILED, key, ended_at, context))
    for repayment in money.repayments:
        if repayment.reason == Refund.Reason.LATE:
            context = {"amount_cents": repayment.amount_cents}
            key = f"payment:{payment.pk}:late"
            messages.append(_message(booking, MessageKind.LATE_REFUND, key, repayment.at, context))
    return messages


def _message(
    booking: Booking,
    kind: MessageKind,
    key: str,
    at: datetime,
    context: dict[str, Any] | None = None,
) -> Message:
    return Message(
        key=key,
        kind=kind,
        booking=booking,
        context=context or {},
        state=Message.Progress.SENT,
        sent_at=at + MAIL_TAKES,
        work_state=WorkState.DONE,
        attempts=1,
        next_try_at=at,
    )


def alerts_of(booking: Booking, payment: Payment | None, story: Story, case: Case) -> list[Alert]:
    """What staff were told; what is old has been dealt with."""
    alerts = []
    ended_at = story.steps[-1].at
    if booking.needs_staff:
        text = f"{booking.code} asks for {booking.title}: arrange payment."
        by = case.team.manager if story.status is not Status.PENDING else None
        about = f"booking:{booking.pk}"
        closed = (by, story.steps[1].at if by else ended_at)
        alerts.append(_alert(booking, AlertKind.REQUEST, text, about=about, closed=closed))
    money = story.money
    if money is None or payment is None:
        return alerts
    closed = (case.team.coordinator if case.now - ended_at > ALERT_STAYS_OPEN else None, ended_at)
    if len(money.declined_at) >= ATTEMPTS_BEFORE_ALERT:
        text = f"{booking.code}: the card was declined three times."
        about = str(booking.pk)
        alerts.append(_alert(booking, AlertKind.PAYMENT_FAILING, text, about=about, closed=closed))
    if any(repayment.reason == Refund.Reason.LATE for repayment in money.repayments):
        amount = usd(payment.captured_cents)
        text = f"{booking.code} was cancelled before {amount} came; it is being refunded."
        about = str(payment.pk)
        alerts.append(_alert(booking, AlertKind.LATE_PAYMENT, text, about=about, closed=closed))
    return alerts


def _alert(booking: Booking, kind: AlertKind, summary: str, *, about: str, closed: Closed) -> Alert:
    by, at = closed
    return Alert(
        kind=kind,
        about=about,
        summary=summary,
        booking=booking,
        closed_by_id=by.user_id if by else None,
        closed_at=at + timedelta(hours=1) if by else None,
    )


def insert(model: type[models.Model], rows: list[Any]) -> None:
    """Save unsaved rows in blocks."""
    model._default_manager.bulk_create(rows, batch_size=500)
