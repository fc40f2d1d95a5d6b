"""The one open payment of a booking, and its page at Stripe.

A booking has at most one open payment (a database constraint), so "Pay" in any tab leads to the
same page. A payment's session is asked for with the payment's stored key: a lost answer is got
again by asking again. What cannot be got again is replaced by a new payment with a new key, but
only after Stripe's list has shown that there is no session of the old one.

A payment link asks for its own sum. Paying by it gives up an open payment of another sum, and the
other way round: whoever pays last chooses.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from booking.lifecycle import Status
from booking.models import AlertKind, Booking, close_alert, raise_alert
from booking.services.status import lock_booking
from payments import gateway
from payments.audit import note_payment
from payments.models import MoneyAct, Payment, PaymentLink
from payments.money import CAME, money_state
from payments.results import Session
from payments.services.close_session import close_session
from payments.services.fulfil import find_session, fulfil, keep_session
from payments.services.locks import lock_payment
from payments.services.order_session import create_session
from payments.services.refund import new_key
from payments.services.withdraw import withdraw_payment
from totetaxi.lib.actor import Actor
from totetaxi.lib.contention import retried

# DECISIONS.md, 5.
SESSION_LIFE = timedelta(minutes=35)
HOLD_AFTER_SESSION = timedelta(minutes=5)
LONGEST_HOLD = timedelta(hours=24)
# Stripe wants at least 30 minutes, counted when it gets the request.
SHORTEST_SESSION = timedelta(minutes=31)
# A pending booking has its price to pay, a paid one what a change made dearer.
PAYABLE = (Status.PENDING, Status.PAID)
_MISMATCH = Payment.Status.MISMATCH


class CheckoutEndedError(Exception):
    """The booking cannot be paid this way any more: its time ran out, or it was replaced."""

    def __init__(self, sentence: str = "") -> None:
        self.sentence = sentence or _(
            "The time to pay for this booking has run out. Please look it over again."
        )
        super().__init__(self.sentence)


def hold_until(session_expires_at: datetime) -> datetime:
    """How long a booking keeps its room for a session."""
    return session_expires_at + HOLD_AFTER_SESSION


def session_end(now: datetime) -> datetime:
    """When a session made now shall end; whole seconds, as Stripe keeps them."""
    return (now + SESSION_LIFE).replace(microsecond=0)


def new_payment(
    booking: Booking, *, by: Actor, now: datetime, link: PaymentLink | None = None
) -> Payment:
    """An open payment of what a locked booking still has to pay, or of a link's sum; it must have
    no other one.

    While the booking is pending its hold is extended. Raises CheckoutEndedError once the booking
    may not be held any longer, or its pickup is near; for a link that is over.
    """
    ends, due = session_end(now), money_state(booking).to_pay_cents
    cents = link.amount_cents if link else due
    first = booking.status == Status.PENDING
    if not 0 < cents <= due or (link is not None and not link.is_payable(now)):
        raise CheckoutEndedError
    if first:
        _extend_hold(booking, hold_until(ends), by_link=link is not None)
    elif link is None and ends > booking.pickup_at:
        raise CheckoutEndedError(_pickup_near())
    if link is not None:
        purpose = Payment.Purpose.LINK
    else:
        purpose = Payment.Purpose.BOOKING if first else Payment.Purpose.CHANGE
    return Payment.objects.create(
        booking=booking,
        method=Payment.Method.STRIPE,
        purpose=purpose,
        link=link,
        amount_cents=cents,
        actor_kind=by.kind,
        actor_id=by.user_id,
        idempotency_key=new_key(),
        session_expires_at=ends,
    )


def free_payment(booking: Booking, *, by: Actor, now: datetime) -> Payment:
    """Nothing to pay is a payment too, so that every paid booking has one."""
    payment = Payment.objects.create(
        booking=booking,
        method=Payment.Method.FREE,
        purpose=Payment.Purpose.BOOKING,
        status=Payment.Status.SUCCEEDED,
        amount_cents=0,
        actor_kind=by.kind,
        actor_id=by.user_id,
        succeeded_at=now,
    )
    note_payment(MoneyAct.WAIVED, payment, 0, by=by, now=now)
    return payment


def _extend_hold(booking: Booking, until: datetime, *, by_link: bool) -> None:
    """Hold a pending booking's room at least until then. Raises CheckoutEndedError where it may
    not be held so long.
    """
    held = booking.hold_expires_at
    if by_link and until > booking.pickup_at:
        raise CheckoutEndedError(_pickup_near())
    if not by_link and until > min(_longest_hold(booking), booking.pickup_at):
        raise CheckoutEndedError
    booking.hold_expires_at = max(held, until) if held else until
    booking.save(update_fields=["hold_expires_at", "updated_at"])


def _longest_hold(booking: Booking) -> datetime:
    """A day from when it was made; longer where staff said so, by themselves or by a link. What is
    paid in part keeps its room without an end (`end_hold`), and its rest can be paid all the while.
    """
    held, longest = booking.hold_expires_at, booking.created_at + LONGEST_HOLD
    if held is None and booking.room_held:
        return booking.pickup_at
    by_staff = booking.source == "staff" or booking.payment_links.open().exists()
    return max(held, longest) if held and by_staff else longest


def _pickup_near() -> str:
    return _("Your pickup is near. Please call us to pay.")


@retried
def resume_checkout(
    booking_id: UUID, *, by: Actor, now: datetime, link_id: UUID | None = None
) -> Payment:
    """A booking's payment with an open page, or one that turned out to be settled.

    Works for whatever is due on a pending or paid booking, or for the sum of one of its links.
    Asks Stripe first, so that a page that ended or was paid in another tab is never shown again;
    pages that were given up are closed before another opens. Raises GatewayError,
    CheckoutEndedError.
    """
    payment = _current_payment(booking_id, by=by, now=now, link_id=link_id)
    if payment.status == Payment.Status.PENDING and _close_withdrawn(payment, now=now):
        payment = _current_payment(booking_id, by=by, now=now, link_id=link_id)
    if payment.status != Payment.Status.PENDING:
        return payment
    if payment.session_id is not None:
        payment = fulfil(payment.pk, now=now)
        if payment.status != Payment.Status.EXPIRED:
            return payment
        payment = _current_payment(booking_id, by=by, now=now, link_id=link_id)
    return _open(payment, by=by, now=now)


def _close_withdrawn(payment: Payment, *, now: datetime) -> bool:
    """Close the booking's pages that wait to be closed; paid wins. Whether there were any."""
    found = Payment.objects.filter(booking_id=payment.booking_id, session_to_expire=True)
    withdrawn = list(found.exclude(pk=payment.pk).values_list("pk", flat=True))
    for payment_id in withdrawn:
        close_session(payment_id, now=now)
    return bool(withdrawn)


def _current_payment(
    booking_id: UUID, *, by: Actor, now: datetime, link_id: UUID | None
) -> Payment:
    """The open payment, or what settled the booking; a new one where the last one ended unpaid."""
    with transaction.atomic():
        booking = lock_booking(booking_id)
        money = money_state(booking)
        over = money.has_mismatch or not money.to_pay_cents
        if over and (settled := settled_payment(booking)):
            return settled
        link = _lock_link(booking, link_id) if link_id else None
        if link is None and (booking.status not in PAYABLE or booking.needs_staff):
            raise CheckoutEndedError
        payment = booking.payments.open().select_for_update().first()
        if payment is not None and payment.session_to_expire:  # it is being closed already
            _end(payment)
        elif payment is not None and _is_for(by, payment, link, due_cents=money.to_pay_cents):
            return payment
        else:
            withdraw_payment(booking, now=now)
        return new_payment(booking, by=by, now=now, link=link)


def _lock_link(booking: Booking, link_id: UUID) -> PaymentLink:
    """A link that can be paid, locked after its booking. Raises CheckoutEndedError."""
    link = booking.payment_links.select_for_update().get(pk=link_id)
    if link.state != PaymentLink.State.OPEN or booking.status == Status.CANCELLED:
        raise CheckoutEndedError
    return link


def _is_for(by: Actor, payment: Payment, link: PaymentLink | None, *, due_cents: int) -> bool:
    """Whether an open payment is of what is asked for, on a page that may be shown to whoever
    asks: an account's own offers its saved cards, and is shown to the account alone.
    """
    if link is not None and payment.link_id != link.pk:
        return False
    cents = link.amount_cents if link else due_cents
    owner = payment.booking.customer_id
    is_private = owner is not None and payment.actor_id == owner
    return payment.amount_cents == cents and (not is_private or by.user_id == owner)


def settled_payment(booking: Booking) -> Payment | None:
    """The last payment that brought a booking money, or money that a person must look at; one
    that did not match and goes back is over.
    """
    came = booking.payments.filter(status__in=CAME).order_by("status", "-succeeded_at")
    last = came.first()
    if last is None or last.status != _MISMATCH or money_state(booking).has_mismatch:
        return last
    return came.exclude(status=_MISMATCH).first()


def _end(payment: Payment) -> None:
    payment.status = Payment.Status.EXPIRED
    payment.save(update_fields=["status", "updated_at"])


def _open(payment: Payment, *, by: Actor, now: datetime) -> Payment:
    """Get the page of a payment that has none yet."""
    if _ends_too_soon(payment, now):
        return _adopt_or_replace(payment, by=by, now=now)
    try:
        return _keep(payment, _create(payment, now=now), now=now)
    except gateway.GatewayDownError as error:
        if not error.replayed:
            raise
    except gateway.KeyReusedError:
        pass
    return _adopt_or_replace(payment, by=by, now=now)


def _create(payment: Payment, *, now: datetime) -> Session:
    about = f"booking:{payment.booking_id}"
    try:
        session = create_session(payment, now=now)
    except gateway.KeyReusedError:
        raise
    except gateway.GatewayRefusedError as error:
        raise_alert(
            AlertKind.PROVIDER_DOWN,
            about=about,
            summary=_("Stripe will not open a payment for %(code)s: %(why)s")
            % {"code": payment.booking.code, "why": error.code or type(error).__name__},
            booking=payment.booking,
        )
        raise
    close_alert(AlertKind.PROVIDER_DOWN, about=about, now=now)
    return session


def _keep(payment: Payment, session: Session, *, now: datetime) -> Payment:
    kept = keep_session(payment.pk, session, now=now)
    if kept.status == Payment.Status.PENDING and session.status != "open":
        return fulfil(payment.pk, now=now)
    if kept.status in (Payment.Status.CANCELLED, Payment.Status.EXPIRED):
        raise CheckoutEndedError
    return kept


def _ends_too_soon(payment: Payment, now: datetime) -> bool:
    ends = payment.session_expires_at
    return ends is None or ends - now < SHORTEST_SESSION


def _adopt_or_replace(payment: Payment, *, by: Actor, now: datetime) -> Payment:
    """Take the session that Stripe made after all; else a new payment, with a new key."""
    session = find_session(payment)
    if session is not None:
        return _keep(payment, session, now=now)
    with transaction.atomic():
        booking, old = lock_payment(payment.pk)
        link = _lock_link(booking, old.link_id) if old.link_id else None
        if old.status != Payment.Status.PENDING or (link is None and booking.status not in PAYABLE):
            raise CheckoutEndedError
        if old.session_id is not None:  # another tab was quicker
            return old
        _end(old)
        fresh = new_payment(booking, by=by, now=now, link=link)
    return _keep(fresh, _create(fresh, now=now), now=now)
