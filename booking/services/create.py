"""An order becomes a booking: quote, room, number and rows, all in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from booking.catalogue.snapshot import get_snapshot
from booking.catalogue.words import translated
from booking.lifecycle import Status
from booking.models import (
    AlertKind,
    Booking,
    BookingEvent,
    MessageKind,
    Van,
    next_number,
    plan_message,
    raise_alert,
)
from booking.pricing.engine import quote
from booking.pricing.types import CUSTOMER, Allowances, PriceBook, Quote, Refused
from booking.services.discounts import DiscountUsedUpError, redeem_discount
from booking.services.order import NewBooking
from booking.services.order_rows import add_adjustment, booking_of, save_parts
from booking.services.room import take_room_for
from booking.services.search_text import refresh_search
from booking.services.status import record_event
from totetaxi.lib.actor import Actor

# Whether a code is unknown, over, not begun or used up is nobody's business but ours.
ALL_ALIKE = frozenset({"unknown", "expired", "not_yet"})
# What waits for staff keeps its room as long as a payment link does (DECISIONS.md, 5).
REQUEST_HOLD = timedelta(hours=72)


class OrderRefusedError(Exception):
    """The rules refuse the order. `errors` maps a key of the order to its sentences."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        self.errors = errors
        super().__init__(" ".join(text for texts in errors.values() for text in texts))


class PriceChangedError(Exception):
    """The price is not the one that was shown: the customer must see it first."""

    def __init__(self, shown_cents: int, quoted: Quote) -> None:
        self.shown_cents, self.quoted = shown_cents, quoted
        super().__init__(_("The price has changed since you saw it."))


@dataclass(frozen=True, kw_only=True)
class TakenByStaff:
    """How staff take an order of a caller.

    `form_id` tells one filled-in form from another: what is sent twice makes one booking.
    `total_cents`: a price of their own. `pays_later`: nobody has asked for the money yet, so that
    the booking waits with an alert.
    """

    allowances: Allowances
    form_id: UUID
    total_cents: int | None = None
    pays_later: bool = False


def create_booking(
    order: NewBooking,
    *,
    expected_total_cents: int | None,
    hold_until: datetime | None,
    by: Actor,
    now: datetime,
    taken: TakenByStaff | None = None,
) -> Booking:
    """Make a pending booking with its lines, addresses, items and room.

    Call it inside the transaction that also makes the payment. `hold_until` is when its room is
    given back unpaid; an order on the site that needs staff gets 72 hours, an alert and a message
    instead. `expected_total_cents` is the total that was shown, before any price of staff's own.

    Raises OrderRefusedError, PriceChangedError, NoRoomError.
    """
    if order.customer_id is not None:
        _lock_account(order.customer_id)
    snapshot = get_snapshot()
    book = snapshot.book
    closed, allowances = snapshot.fleet.closed, taken.allowances if taken else CUSTOMER
    quoted = quote_order(order, book=book, closed=closed, now=now, allowances=allowances)
    if expected_total_cents is not None and expected_total_cents != quoted.total_cents:
        raise PriceChangedError(expected_total_cents, quoted)
    booking = booking_of(order, quoted, book=book, now=now, source="staff" if taken else "web")
    if taken:
        _take_over(booking, taken, book)
    is_request = booking.needs_staff and not taken
    booking.hold_expires_at = now + REQUEST_HOLD if is_request else hold_until
    booking.van = _take_van(booking, book=book, now=now)
    booking.room_held = booking.van is not None
    _save_once(booking, is_staff=taken is not None)
    save_parts(booking, order, quoted, book=book)
    if cents := booking.total_cents - quoted.total_cents:
        add_adjustment(booking, label=price_label(), amount_cents=cents)
    if booking.customer_id:  # found by the account's name and phone, whatever the order says
        refresh_search([booking.pk])
    if order.request.discount_code:
        try:
            redeem_discount(order.request.discount_code, booking)
        except DiscountUsedUpError as used_up:
            raise OrderRefusedError({"discount_code": [code_refused()]}) from used_up
    record_event(booking, kind=BookingEvent.Kind.STATUS, to_status=Status.PENDING, by=by, now=now)
    if is_request:
        _hand_to_staff(booking)
    elif taken and (booking.van is None or (taken.pays_later and booking.total_cents)):
        remind_staff(booking)
    return booking


def _take_over(booking: Booking, taken: TakenByStaff, book: PriceBook) -> None:
    """What staff say beside the order. Raises OrderRefusedError above what they may book."""
    limits = book.limits
    booking.staff_form_id = taken.form_id
    if taken.total_cents is not None:
        booking.total_cents, booking.price_overridden = taken.total_cents, True
    booking.needs_staff = (
        booking.total_cents > limits.online_max_cents
        or booking.room_pieces > limits.online_max_pieces
    )
    if booking.needs_staff and not taken.allowances.over_limit:
        raise OrderRefusedError({"all": [over_limit_sentence()]})


def quote_order(
    order: NewBooking,
    *,
    book: PriceBook,
    closed: Mapping[date, str],
    now: datetime,
    allowances: Allowances = CUSTOMER,
) -> Quote:
    """The quote of an order, its addresses and terms judged too. Raises OrderRefusedError."""
    answer = quote(order.request, book, now, closed=closed, allowances=allowances)
    errors: dict[str, list[str]] = {}
    if isinstance(answer, Refused):
        for key, refused in answer.refusals:
            alike = key == "discount_code" and not allowances.is_staff and refused.code in ALL_ALIKE
            text = code_refused() if alike else translated(refused.sentence)
            errors.setdefault(key, []).append(text)
    if order.pickup.key == order.delivery.key:
        errors["delivery_street"] = [same_place_twice()]
    if not order.terms_accepted:
        errors["accept_terms"] = [
            _("Tell the caller the terms, and tick that you did.")
            if allowances.is_staff
            else _("Accept the terms to go on.")
        ]
    if errors or isinstance(answer, Refused):
        raise OrderRefusedError(errors)
    return answer


def code_refused() -> str:
    """The same words for an unknown, expired or used-up code."""
    return _("This code cannot be used. Check it, or go on without it.")


def same_place_twice() -> str:
    """Both ends of the trip are one address."""
    return _("Give two different addresses.")


def already_booked(*, is_staff: bool = False) -> str:
    """One active booking for each person and time (DECISIONS.md, 19)."""
    if is_staff:
        return _("This person already has a booking at this time. Choose another time.")
    return _("You already have a booking at this time. Choose another time.")


def price_label() -> str:
    """What the line is called that makes a price of staff's own of the lines before it."""
    return _("Agreed price")


def over_limit_sentence() -> str:
    """Who of the staff may book above the limits (DECISIONS.md, 25)."""
    return _("This is above the online limits: a coordinator, a manager or an admin books it.")


def _lock_account(customer_id: UUID) -> None:
    """Nobody deletes the account while it books. Raises OrderRefusedError where somebody has."""
    accounts = get_user_model().objects.select_for_update(no_key=True)
    if not accounts.filter(pk=customer_id, is_active=True).exists():
        raise OrderRefusedError({"account": [_("This account is closed.")]})


def _take_van(booking: Booking, *, book: PriceBook, now: datetime) -> Van | None:
    """Room in a van, or None for what no van can carry: staff arrange that (DECISIONS.md, 17)."""
    if booking.room_pieces > book.limits.online_max_pieces:
        return None
    return take_room_for(booking, now=now)


def _save_once(booking: Booking, *, is_staff: bool) -> None:
    """Number and save. One active booking for each person and time is the database's own rule."""
    try:
        with transaction.atomic():
            booking.number = next_number()
            booking.save(force_insert=True)
    except IntegrityError as clash:
        again = Booking.objects.active().filter(
            person_key=booking.person_key, pickup_at=booking.pickup_at
        )
        if not again.exists():
            raise
        errors = {"pickup_time": [already_booked(is_staff=is_staff)]}
        raise OrderRefusedError(errors) from clash


def _hand_to_staff(booking: Booking) -> None:
    raise_alert(
        AlertKind.REQUEST,
        about=f"booking:{booking.pk}",
        summary=_("%(booking)s asks for %(title)s: arrange payment.")
        % {"booking": booking.code, "title": booking.title},
        booking=booking,
    )
    plan_message(
        MessageKind.REQUEST_RECEIVED,
        key=f"booking:{booking.pk}:request_received",
        recipient=booking.contact.email,
        booking=booking,
    )


def remind_staff(booking: Booking) -> None:
    """What is still to be arranged for a booking that staff made, or made too large for a van,
    waits in their queue.
    """
    text = (
        _("%(booking)s, %(title)s: no van carries it, arrange the vans.")
        if not booking.room_held
        else _("%(booking)s, %(title)s: arrange payment.")
    )
    raise_alert(
        AlertKind.REQUEST,
        about=f"booking:{booking.pk}",
        summary=text % {"booking": booking.code, "title": booking.title},
        booking=booking,
    )
