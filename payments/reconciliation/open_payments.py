"""What is open at Stripe is compared with what is open here, so that nothing depends on a webhook.

Sessions of the last day are listed, not fetched one by one: one call for a hundred of them.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from booking.models import AlertKind, close_alert, raise_alert
from payments import gateway
from payments.models import CardSetup, Payment, Refund, StripeEvent
from payments.results import Session
from payments.services.card_setup import FORGOTTEN_AFTER, finish_setup, learn_setup
from payments.services.every import every
from payments.services.follow_refund import follow_refund
from payments.services.fulfil import keep_session, learn, plan_closing
from payments.services.locks import lock_payment
from payments.services.settle import SETTLED, report_unknown
from totetaxi.lib import clock

LOOK_BACK = timedelta(hours=25)
# Stripe refuses to believe a clock that is 5 minutes off, and so do we.
CLOCK_LIMIT = timedelta(minutes=4)
REFUND_PATIENCE = timedelta(minutes=5)
EVENT_LIMIT = timedelta(minutes=5)
_STRIPE = "stripe"
_CLOCK = "stripe-clock"
_EVENTS = "stripe-events"


def reconcile_open(now: datetime) -> None:
    """Heal what missed webhooks left behind: payments, late money, lost answers, cards, refunds.

    Raises GatewayDownError after telling staff; the next run begins again.
    """
    try:
        failed = _heal_open(now)
    except gateway.GatewayError:
        raise_alert(AlertKind.PROVIDER_DOWN, about=_STRIPE, summary=_("Stripe does not answer us."))
        raise
    close_alert(AlertKind.PROVIDER_DOWN, about=_STRIPE, now=now)
    if failed is not None:
        raise failed


def _heal_open(now: datetime) -> Exception | None:
    listed = gateway.list_sessions(now - LOOK_BACK)
    _check_clock(listed.answered_at, now)
    failed = compare_sessions(listed.sessions, now)
    failed = _compare_setups(listed.sessions, now) or failed
    return _follow_refunds(now) or failed


def compare_sessions(sessions: tuple[Session, ...], now: datetime) -> Exception | None:
    """Heal our payments of these sessions, and tell of money that belongs to none of them.

    Answers the first error, to be raised. Raises GatewayDownError.
    """
    marked = {session: key for session in sessions if (key := _payment_key(session))}
    payments = Payment.objects.in_bulk(list(marked.values()))

    def compare(session: Session) -> None:
        payment = payments.get(marked[session])
        if payment is not None and payment.session_id in (None, session.id):
            _heal(payment, session, now)
        elif session.is_paid:
            report_unknown(session)

    return every(compare, marked)


def _compare_setups(sessions: tuple[Session, ...], now: datetime) -> Exception | None:
    """Visits that save a card: how they ended, and the end of those that nobody knows of."""
    ended = {session.setup_id: session for session in sessions if session.status != "open"}
    pending = list(CardSetup.objects.filter(status=CardSetup.Status.PENDING))

    def compare(setup: CardSetup) -> None:
        session = ended.get(str(setup.pk))
        if session is not None:
            learn_setup(setup, session, now=now)
        elif setup.session_expires_at < now - FORGOTTEN_AFTER:
            finish_setup(setup.pk, now=now)

    return every(compare, pending)


def _payment_key(session: Session) -> UUID | None:
    """Our payment's id; None on sessions that are not ours, which never alarm."""
    try:
        return UUID(session.payment_id)
    except ValueError:
        return None


def _heal(payment: Payment, session: Session, now: datetime) -> None:
    if payment.session_id is None:
        keep_session(payment.pk, session, now=now)
    if session.status == "open":
        _close_forgotten(payment.pk, now)
    elif session.is_paid:
        if payment.status not in SETTLED:
            learn(payment.pk, session, now=now)
    elif payment.status == Payment.Status.PENDING or payment.session_to_expire:
        learn(payment.pk, session, now=now)


def _close_forgotten(payment_id: UUID, now: datetime) -> None:
    """An open page of a payment that we gave up is closed, however that came about."""
    with transaction.atomic():
        _booking, payment = lock_payment(payment_id)
        if payment.status != Payment.Status.PENDING and not payment.session_to_expire:
            plan_closing(payment, now=now)


def _follow_refunds(now: datetime) -> Exception | None:
    """Ask about refunds that are under way for longer than their webhooks should take."""
    waiting = Refund.objects.filter(
        status=Refund.Status.PENDING, stripe_id__isnull=False, updated_at__lt=now - REFUND_PATIENCE
    )
    return every(
        lambda refund: follow_refund(gateway.get_refund(refund.stripe_id or ""), now=now), waiting
    )


def _check_clock(answered_at: datetime | None, now: datetime) -> None:
    """With a wrong clock every genuine webhook would look forged (Stripe signs the time)."""
    if answered_at is None:
        return
    off = abs(answered_at - clock.now())
    if off <= CLOCK_LIMIT:
        close_alert(AlertKind.PROVIDER_DOWN, about=_CLOCK, now=now)
        return
    raise_alert(
        AlertKind.PROVIDER_DOWN,
        about=_CLOCK,
        summary=_("This server's clock is %(minutes)d minutes off: webhooks will be refused.")
        % {"minutes": off.total_seconds() // 60},
    )


def watch_events(now: datetime) -> None:
    """Tell staff when events wait for longer than five minutes (DECISIONS.md, 34)."""
    late = StripeEvent.objects.filter(
        outcome=StripeEvent.Outcome.WAITING, received_at__lt=now - EVENT_LIMIT
    ).count()
    if not late:
        close_alert(AlertKind.WORK_LATE, about=_EVENTS, now=now)
        return
    raise_alert(
        AlertKind.WORK_LATE,
        about=_EVENTS,
        summary=_("%(count)d messages of Stripe wait for more than 5 minutes.") % {"count": late},
    )
