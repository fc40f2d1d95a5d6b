"""Pay: an order becomes a booking with its payment, then leads to Stripe's page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from booking.lifecycle import EXPIRED, Status
from booking.models import Booking, Draft
from booking.services.cancel import cancel_booking
from booking.services.confirm import confirm_booking
from booking.services.create import create_booking
from booking.services.order import NewBooking
from booking.services.status import lock_booking
from payments import gateway
from payments.models import Payment
from payments.services.close_session import close_session
from payments.services.fit_links import end_links
from payments.services.open_payment import (
    CheckoutEndedError,
    free_payment,
    hold_until,
    new_payment,
    resume_checkout,
    session_end,
    settled_payment,
)
from payments.services.supersede import supersede_locked
from payments.services.withdraw import withdraw_payment
from totetaxi.lib.actor import Actor
from totetaxi.lib.contention import retried
from totetaxi.lib.money import usd


@dataclass(frozen=True, kw_only=True)
class Checkout:
    """What came of Pay. No payment: a request that staff take up."""

    booking: Booking
    payment: Payment | None

    @property
    def url(self) -> str:
        """Stripe's page, where there is something left to pay."""
        open_ = self.payment is not None and self.payment.status == Payment.Status.PENDING
        return self.payment.session_url if open_ and self.payment else ""


class SessionNotOpenedError(Exception):
    """The booking is kept, but Stripe gave no page for it. Try again leads to the same booking.

    `is_refused`: trying again cannot help; staff have been told.
    """

    def __init__(self, booking: Booking, *, is_refused: bool) -> None:
        self.booking, self.is_refused = booking, is_refused
        super().__init__(booking.code)


class PriceAgreedError(Exception):
    """Staff have agreed on a price for the booking of this draft: it is paid on its own page."""

    def __init__(self, booking: Booking) -> None:
        self.booking = booking
        self.sentence = _(
            "We have agreed on a price for this booking: %(total)s. You can pay it here."
        ) % {"total": usd(booking.total_cents)}
        super().__init__(self.sentence)


@retried
def start_checkout(
    order: NewBooking, *, shown_total_cents: int | None, by: Actor, now: datetime
) -> Checkout:
    """Make, or find again, the booking of a draft's order, and open its payment.

    Pressed twice, or in two tabs, it leads to the same page. An order that was changed meanwhile
    supersedes its old booking, whose page is closed first (DECISIONS.md, 6).

    Raises:
        OrderRefusedError, PriceChangedError, NoRoomError: from the create service; nothing is made.
        SessionNotOpenedError: Stripe gives no page; the booking stands and keeps its room.
        CheckoutEndedError: another tab changed the order just now.
        PriceAgreedError: its booking has a price that staff set, and another was shown.
    """
    _close_other_order(order, shown_total_cents, now)
    with transaction.atomic():
        booking, payment = _place(order, shown_total_cents, by, now)
    if payment is None or payment.status != Payment.Status.PENDING:
        return Checkout(booking=booking, payment=payment)
    try:
        payment = resume_checkout(booking.pk, by=by, now=now)
    except gateway.GatewayError as error:
        refused = isinstance(error, gateway.GatewayRefusedError)
        raise SessionNotOpenedError(booking, is_refused=refused) from error
    return Checkout(booking=booking, payment=payment)


def _close_other_order(order: NewBooking, shown_total_cents: int | None, now: datetime) -> None:
    """Close the page of the draft's former order before another one opens; paid wins.

    Where Stripe does not answer, the queue closes it later, and late money is refunded.
    """
    with transaction.atomic():
        booking = _live_booking(order)
        if booking is None or booking.status != Status.PENDING:
            return
        if _is_same(booking, order, shown_total_cents):
            return
        if booking.price_overridden:
            raise PriceAgreedError(booking)
        payment = withdraw_payment(booking, now=now)
    if payment is None or payment.session_id is None:
        return
    try:
        close_session(payment.pk, now=now)
    except gateway.GatewayError:
        return


def _place(
    order: NewBooking, shown_total_cents: int | None, by: Actor, now: datetime
) -> tuple[Booking, Payment | None]:
    """The draft's booking and its open payment, made where there are none. One at a time."""
    booking = _live_booking(order)
    if booking is not None:
        settled = settled_payment(booking)
        if settled is not None or booking.status != Status.PENDING:
            return booking, settled
        if _is_same(booking, order, shown_total_cents):
            try:
                return booking, _payment_again(booking, by, now)
            except CheckoutEndedError:
                end_links(booking, now=now)
                cancel_booking(booking, reason=EXPIRED, by=by, now=now)
        elif booking.price_overridden:
            raise PriceAgreedError(booking)
        else:
            supersede_locked(booking, by=by, now=now)
    return _make(order, shown_total_cents, by, now)


def _live_booking(order: NewBooking) -> Booking | None:
    """The draft's active booking, locked. The draft's own row is locked first, so that two tabs
    that press Pay at the same moment follow one another and make one booking.
    """
    if order.draft_id is None:
        return None
    _lock_draft(order.draft_id, order.customer_id)
    booking = Booking.objects.active().filter(draft_id=order.draft_id).first()
    if booking is None:
        return None
    booking = lock_booking(booking.pk)
    return booking if booking.status != Status.CANCELLED else None


def _lock_draft(draft_id: UUID, customer_id: UUID | None) -> None:
    """Lock the draft's row. One that was pruned while its page was open is made again: to be
    locked, and to be what the booking refers to.
    """
    drafts = Draft.objects.select_for_update().filter(pk=draft_id)
    if drafts.first() is None:
        again = Draft(pk=draft_id, customer_id=customer_id)
        Draft.objects.bulk_create([again], ignore_conflicts=True)
    drafts.get()


def _is_same(booking: Booking, order: NewBooking, shown_total_cents: int | None) -> bool:
    """Whether the booking is this very order, at the price that the customer was shown."""
    shown = booking.total_cents if shown_total_cents is None else shown_total_cents
    return booking.order_hash == order.hash and booking.total_cents == shown


def _payment_again(booking: Booking, by: Actor, now: datetime) -> Payment | None:
    if booking.needs_staff:
        return None
    return booking.payments.open().first() or new_payment(booking, by=by, now=now)


def _make(
    order: NewBooking, shown_total_cents: int | None, by: Actor, now: datetime
) -> tuple[Booking, Payment | None]:
    booking = create_booking(
        order,
        expected_total_cents=shown_total_cents,
        hold_until=hold_until(session_end(now)),
        by=by,
        now=now,
    )
    if booking.needs_staff:
        return booking, None
    if booking.total_cents == 0:
        payment = free_payment(booking, by=by, now=now)
        confirm_booking(booking, by=by, now=now)
        return booking, payment
    return booking, new_payment(booking, by=by, now=now)
