"""What a payment's session says is written down once, and the booking follows.

Webhook, return page, reconciliation and expiry all end here, in any order, at the same time and
any number of times. A session's end is final at Stripe, and so is what is written here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from booking.lifecycle import Status
from booking.models import (
    Alert,
    AlertKind,
    Booking,
    BookingEvent,
    MessageKind,
    close_alert,
    plan_message,
    raise_alert,
)
from booking.services.confirm import revive_booking
from booking.services.status import record_event
from payments.audit import note_payment
from payments.models import MoneyAct, Payment, Refund
from payments.money import MoneyState, money_state
from payments.results import Session
from payments.services.attempts import advice_of, last_decline
from payments.services.covered import follow_money
from payments.services.end_hold import end_hold
from payments.services.fit_links import follow_due, link_was_paid
from payments.services.locks import lock_payment
from payments.services.refund import request_refund
from totetaxi.lib.actor import SYSTEM
from totetaxi.lib.money import usd

SETTLED = (Payment.Status.SUCCEEDED, Payment.Status.MISMATCH)


def settle(payment_id: UUID, session: Session, *, now: datetime) -> Payment:
    """Make our rows agree with a session that Stripe has just told us of. Answers the payment."""
    with transaction.atomic():
        booking, payment = lock_payment(payment_id)
        if payment.session_id != session.id:
            raise ValueError("the session belongs to another payment")
        if session.is_paid:
            if payment.status not in SETTLED:
                _settle_paid(booking, payment, session, now)
        elif session.status == "expired":
            _settle_expired(booking, payment, now)
        return payment


def _settle_paid(booking: Booking, payment: Payment, session: Session, now: datetime) -> None:
    _write_capture(payment, session)
    if not _matches(payment, session):
        payment.status = Payment.Status.MISMATCH
        payment.currency = _currency(session) or payment.currency
        payment.save()
        _report_mismatch(booking, payment, now)
        return
    payment.status = Payment.Status.SUCCEEDED
    payment.succeeded_at = now
    payment.save()
    note_payment(MoneyAct.CAPTURED, payment, payment.captured_cents, by=SYSTEM, now=now)
    link_was_paid(payment, now)
    state = money_state(booking)
    if booking.status == Status.CANCELLED and not _revives(booking, state, now):
        close_alert(AlertKind.PAYMENT_FAILING, about=str(booking.pk), now=now)
        _return_late_money(booking, payment, now)
        return
    # Who paid while the booking was changed has paid it: what it costs more since then is due like
    # after any change. Links are paid one by one, and pay for it once nothing is due.
    is_whole = payment.purpose == Payment.Purpose.BOOKING
    follow_money(booking, state, covers=is_whole, by=SYSTEM, now=now)
    surplus = min(state.surplus_cents, payment.captured_cents)
    if surplus:
        _return_surplus(booking, payment, surplus, now)
    # Another page would now be paid in vain, or show another sum than is due.
    follow_due(booking, state.to_pay_cents, ask_for_all=False, now=now)


def _revives(booking: Booking, state: MoneyState, now: datetime) -> bool:
    is_kept = state.due_cents + state.under_way_cents <= 0  # once all has gone that goes back
    return is_kept and revive_booking(booking, by=SYSTEM, now=now)


def _write_capture(payment: Payment, session: Session) -> None:
    intent = session.intent
    payment.captured_cents = intent.received_cents if intent else session.amount_cents
    payment.session_to_expire = False
    payment.session_url = ""
    if intent is None:
        return
    payment.intent_id = intent.id
    charge = intent.latest_charge
    if charge:
        payment.charge_id = charge.id if charge.is_paid else None
        payment.card_brand = charge.card_brand
        payment.card_last4 = charge.card_last4


def _matches(payment: Payment, session: Session) -> bool:
    """Whether exactly what we asked for came, in our currency."""
    currencies = {session.currency, _currency(session)}
    return (
        payment.amount_cents == session.amount_cents == payment.captured_cents
        and currencies == {payment.currency}
    )


def _currency(session: Session) -> str:
    """What the money is in that came."""
    return session.intent.currency if session.intent else session.currency


def _report_mismatch(booking: Booking, payment: Payment, now: datetime) -> None:
    """Somebody paid something else: nothing is fulfilled, and a person decides (`mismatch`).

    Until then a pending booking keeps its room: its hold no longer runs out by itself.
    """
    if booking.status == Status.PENDING:
        booking.hold_expires_at = None
        booking.save(update_fields=["hold_expires_at", "updated_at"])
    record_event(
        booking, kind=BookingEvent.Kind.MONEY, reason="payment_mismatch", by=SYSTEM, now=now
    )
    note_payment(
        MoneyAct.MISMATCHED,
        payment,
        payment.captured_cents,
        by=SYSTEM,
        now=now,
        asked_cents=payment.amount_cents,
        currency=payment.currency,
    )
    raise_alert(
        AlertKind.PAYMENT_MISMATCH,
        about=str(payment.pk),
        summary=_("%(code)s: %(asked)s was asked, %(came)s %(currency)s came.")
        % {
            "code": booking.code,
            "asked": usd(payment.amount_cents),
            "came": f"{payment.captured_cents / 100:.2f}",
            "currency": payment.currency.upper(),
        },
        booking=booking,
    )


def _return_late_money(booking: Booking, payment: Payment, now: datetime) -> None:
    """The booking is gone and does not come back: all of it is refunded (DECISIONS.md, 4)."""
    request_refund(
        payment.pk,
        amount_cents=payment.captured_cents,
        reason=Refund.Reason.LATE,
        by=SYSTEM,
        now=now,
    )
    record_event(booking, kind=BookingEvent.Kind.MONEY, reason="payment_late", by=SYSTEM, now=now)
    raise_alert(
        AlertKind.LATE_PAYMENT,
        about=str(payment.pk),
        summary=_("%(code)s was cancelled before %(amount)s came; it is being refunded.")
        % {"code": booking.code, "amount": usd(payment.captured_cents)},
        booking=booking,
    )
    plan_message(
        MessageKind.LATE_REFUND,
        key=f"payment:{payment.pk}:late",
        recipient=booking.contact.email,
        booking=booking,
        context={"amount_cents": payment.captured_cents},
    )


def _return_surplus(booking: Booking, payment: Payment, cents: int, now: datetime) -> None:
    """Nothing was due any more: what came too much goes back at once (DECISIONS.md, 3)."""
    request_refund(payment.pk, amount_cents=cents, reason=Refund.Reason.SURPLUS, by=SYSTEM, now=now)
    record_event(
        booking, kind=BookingEvent.Kind.MONEY, reason="payment_surplus", by=SYSTEM, now=now
    )
    raise_alert(
        AlertKind.SURPLUS,
        about=str(payment.pk),
        summary=_("%(code)s was paid twice; %(amount)s is being refunded.")
        % {"code": booking.code, "amount": usd(cents)},
        booking=booking,
    )


def _settle_expired(booking: Booking, payment: Payment, now: datetime) -> None:
    was_open = payment.status == Payment.Status.PENDING
    if was_open:
        payment.status = Payment.Status.EXPIRED
    payment.session_to_expire = False
    payment.session_url = ""
    payment.save(update_fields=["status", "session_to_expire", "session_url", "updated_at"])
    if booking.status != Status.PENDING:
        return
    if was_open:
        _plan_failure_mail(booking, payment)
    if _hold_is_over(booking, now):
        end_hold(booking, now=now)


def _plan_failure_mail(booking: Booking, payment: Payment) -> None:
    """Only where a card was declined: who merely left is not told of a failure. Who came by a link
    gets the link once more.
    """
    declined = last_decline(payment)
    if declined is None:
        return
    context: dict[str, Any] = {"amount_cents": payment.amount_cents, "code": declined.code}
    link = payment.link
    if link is not None:
        context = {"link": str(link.pk), "round": link.round, "declined": True}
    plan_message(
        MessageKind.PAYMENT_LINK if link else MessageKind.PAYMENT_FAILED,
        key=f"payment:{payment.pk}:failed",
        recipient=link.sent_to if link else booking.contact.email,
        booking=booking,
        context=context | {"advice": advice_of(booking, declined)},
    )


def _hold_is_over(booking: Booking, now: datetime) -> bool:
    over = booking.hold_expires_at is not None and booking.hold_expires_at <= now
    return over and not booking.payments.open().exists()


def report_unknown(session: Session) -> None:
    """Money that carries our mark and belongs to no payment of ours: tell staff once, for ever."""
    about = session.intent.id if session.intent else session.id  # the money's, which more tell of
    if Alert.objects.filter(kind=AlertKind.UNKNOWN_PAYMENT, about=about).exists():
        return
    raise_alert(
        AlertKind.UNKNOWN_PAYMENT,
        about=about,
        summary=_("Stripe has a payment of %(amount)s that belongs to no booking.")
        % {"amount": usd(session.amount_cents)},
    )
