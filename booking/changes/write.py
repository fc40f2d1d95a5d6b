"""The rows of a booking that is changed, its event and its message. Money is payments' matter.

Call these in the transaction that locked the booking and its days, with a plan that was made
under those locks.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from booking.changes.plan import Moved, Plan
from booking.changes.types import Cancel, ChangeSet, Reorder, Reprice
from booking.changes.words import price_reason
from booking.lifecycle import Status
from booking.models import (
    AccessToken,
    Address,
    AlertKind,
    Booking,
    BookingEvent,
    BookingItem,
    BookingLine,
    MessageKind,
    close_alert,
    plan_message,
)
from booking.pricing.discounts import normal_code
from booking.services.cancel import cancel_booking
from booking.services.create import REQUEST_HOLD, price_label, remind_staff
from booking.services.discounts import redeem_discount, release_redemption
from booking.services.order import NewBooking, order_of, stored_json
from booking.services.order_rows import add_adjustment, booking_of, lines_of, parts_of
from booking.services.search_text import refresh_search
from booking.services.spoken import day_words
from booking.services.status import record_event
from totetaxi.lib.actor import Actor

RESCHEDULED, REORDERED, REPRICED = "rescheduled", "reordered", "repriced"
# What a Reorder takes from its order. Status, source and terms stay as they are.
ORDERED = (
    "guest_name",
    "guest_email",
    "guest_phone",
    "email_key",
    "service",
    "package",
    "title",
    "items",
    "coi_wording",
    "driver_notes",
    "other_contact_name",
    "other_contact_phone",
)
MOVED = (
    "request",
    "subtotal_cents",
    "total_cents",
    "needs_staff",
    "price_overridden",
    "pickup_date",
    "pickup_time",
    "pickup_at",
    "window_minutes",
    "person_key",
    "van",
    "room_held",
    "hold_expires_at",
    "room_pieces",
    "room_whole_van",
    "room_needs_rack",
    "coi_state",
    "order_hash",
)
COUNTED = ("revision", "calendar_sequence", "updated_at")


class BookedTwiceError(Exception):
    """The person booked the wanted time meanwhile."""


def write_move(booking: Booking, plan: Plan, *, by: Actor, now: datetime) -> None:
    """Make a planned move true. Raises BookedTwiceError, DiscountUsedUpError."""
    moved, wish = plan.moved, plan.change_set.wish
    if moved is None:
        raise ValueError("a refused change cannot be written")
    before = order_of(booking)
    order = _order(booking, before, plan, moved)
    old = {"from_date": booking.pickup_date, "from_time": booking.pickup_time}
    was, mailbox = booking.pickup_at, booking.guest_email.lower()
    is_reorder, had_room = isinstance(wish, Reorder), booking.room_held
    _set_fields(booking, order, plan, moved, now)
    _save(booking, [*MOVED, *COUNTED, *(ORDERED if is_reorder else ())])
    _write_lines(booking, plan, moved)
    if is_reorder:
        _write_parts(booking, order, plan, moved)
        _write_code(booking, before, order, now)
        refresh_search([booking.pk])
    if booking.guest_email.lower() != mailbox:
        _end_links(booking, now)
    if had_room and not booking.room_held:
        remind_staff(booking)
    reason = REORDERED if is_reorder else REPRICED if isinstance(wish, Reprice) else RESCHEDULED
    new = {"to_date": booking.pickup_date, "to_time": booking.pickup_time}
    detail = change_detail(plan.change_set) | {key: str(day) for key, day in (old | new).items()}
    kind = BookingEvent.Kind.CHANGE
    record_event(booking, kind=kind, reason=reason, detail=detail, by=by, now=now)
    _plan_message(MessageKind.RESCHEDULED, booking, detail | {"was": was.isoformat()})


def write_end(booking: Booking, plan: Plan, *, by: Actor, now: datetime) -> None:
    """Make a planned cancellation true: the room and the code are given back."""
    wish, was_paid = plan.change_set.wish, booking.status != Status.PENDING
    if not isinstance(wish, Cancel):
        raise TypeError("only a cancellation ends a booking")
    cancel_booking(booking, reason=wish.reason, by=by, now=now)
    _count(booking)
    booking.save(update_fields=[*COUNTED])
    for kind, about in (
        (AlertKind.REQUEST, f"booking:{booking.pk}"),
        (AlertKind.PAYMENT_FAILING, str(booking.pk)),
    ):
        close_alert(kind, about=about, now=now)
    is_set = wish.refund_cents is not None
    detail = change_detail(plan.change_set) | {"was_paid": was_paid, "is_set": is_set}
    _plan_message(MessageKind.CANCELLED, booking, detail)


def change_detail(change_set: ChangeSet) -> dict[str, Any]:
    """The figures of a change, in cents, as events and messages keep them."""
    return {
        "difference_cents": change_set.difference_cents,
        "total_cents": change_set.new_total_cents,
        "due_cents": change_set.due_cents,
        "refund_cents": change_set.refund_cents,
        "approves_itself": change_set.approves_itself,
    }


def _order(booking: Booking, before: NewBooking, plan: Plan, moved: Moved) -> NewBooking:
    """The order that the booking becomes; whose it is and which terms hold does not change."""
    wish = plan.change_set.wish
    if not isinstance(wish, Reorder):
        return replace(before, request=moved.request)
    return replace(
        wish.order,
        customer_id=booking.customer_id,
        draft_id=booking.draft_id,
        terms_version=booking.terms_version,
        policy_version=booking.policy_version,
        terms_accepted=before.terms_accepted,
    )


def _set_fields(
    booking: Booking, order: NewBooking, plan: Plan, moved: Moved, now: datetime
) -> None:
    book, quoted, request = plan.snapshot.book, moved.price.after, moved.request
    is_reorder = isinstance(plan.change_set.wish, Reorder)
    if is_reorder:
        fresh = booking_of(order, quoted, book=book, now=now, source=booking.source)
        for name in ORDERED:
            setattr(booking, name, getattr(fresh, name))
    if is_reorder or not plan.is_frozen:
        booking.subtotal_cents = quoted.subtotal_cents
    if request.pickup_date is None or request.pickup_time is None:
        raise ValueError("an accepted request names its date and time")
    booking.request = stored_json(request, moved.price.asked_at)
    booking.total_cents = moved.price.new_total_cents
    booking.pickup_date, booking.pickup_time = request.pickup_date, request.pickup_time
    booking.pickup_at = moved.pickup_at
    if hours := book.hours.get(booking.service):
        booking.window_minutes = hours.window_minutes
    booking.person_key = moved.person_key
    if isinstance(plan.change_set.wish, Reprice):
        booking.price_overridden = True
    _set_room(booking, plan, moved, now)
    booking.room_pieces = moved.room.need.pieces
    booking.room_whole_van = moved.room.need.whole_van
    booking.room_needs_rack = moved.room.need.needs_rack
    booking.coi_state = moved.coi_state
    booking.order_hash = order.hash
    _count(booking)


def _set_room(booking: Booking, plan: Plan, moved: Moved, now: datetime) -> None:
    """The van that it is in from now on; None where it had none, or none carries it any more.

    What may not be paid online waits for staff; they alone make a booking so (DECISIONS.md, 17).
    """
    limits, van_id = plan.snapshot.book.limits, moved.room.van_id
    if van_id is not None and not booking.room_held and booking.status == Status.PENDING:
        booking.hold_expires_at = max(booking.hold_expires_at or now, now + REQUEST_HOLD)
    booking.room_held = van_id is not None
    booking.van_id = van_id or booking.van_id
    booking.needs_staff |= (
        plan.change_set.due_cents > limits.online_max_cents
        or moved.room.need.pieces > limits.online_max_pieces
    )


def _count(booking: Booking) -> None:
    """Another revision of the booking, and of its calendar file."""
    booking.revision += 1
    booking.calendar_sequence += 1


def _save(booking: Booking, fields: list[str]) -> None:
    """One active booking for each person and time is the database's own rule."""
    try:
        with transaction.atomic():
            booking.save(update_fields=fields)
    except IntegrityError as clash:
        again = Booking.objects.active().filter(
            person_key=booking.person_key, pickup_at=booking.pickup_at
        )
        if not again.exclude(pk=booking.pk).exists():
            raise
        raise BookedTwiceError from clash


def _write_lines(booking: Booking, plan: Plan, moved: Moved) -> None:
    """New lines while nothing was paid; later the difference as a line of its own."""
    if not plan.is_frozen:
        booking.lines.all().delete()
        BookingLine.objects.bulk_create(lines_of(booking, moved.price.after))
        return
    if not moved.price.difference_cents:
        return
    wish, reason = plan.change_set.wish, price_reason(moved.price)
    label = _("Moved to %(day)s") % {"day": day_words(booking.pickup_at)}
    if isinstance(wish, Reorder):
        label = _("Booking changed")
    elif isinstance(wish, Reprice):
        label, reason = price_label(), ""
    cents = moved.price.difference_cents
    add_adjustment(booking, label=label, amount_cents=cents, reason=reason)


def _write_parts(booking: Booking, order: NewBooking, plan: Plan, moved: Moved) -> None:
    parts = parts_of(booking, order, moved.price.after, book=plan.snapshot.book)
    booking.addresses.all().delete()
    booking.booking_items.all().delete()
    Address.objects.bulk_create(parts.addresses)
    BookingItem.objects.bulk_create(parts.items)


def _write_code(booking: Booking, before: NewBooking, order: NewBooking, now: datetime) -> None:
    """Another code than before is used; the former one is free again."""
    old = normal_code(before.request.discount_code)
    new = normal_code(order.request.discount_code)
    if old != new:
        release_redemption(booking, now=now)
        if new:
            redeem_discount(new, booking)


def _end_links(booking: Booking, now: datetime) -> None:
    """A guest's mails went to another mailbox, often by a slip to a stranger's: what they carry
    opens the booking no more. The mail about this change has a link of its own.
    """
    live = AccessToken.objects.filter(booking=booking, revoked_at=None)
    live.update(revoked_at=now, updated_at=now)


def _plan_message(kind: MessageKind, booking: Booking, context: dict[str, Any]) -> None:
    """Once for each revision."""
    plan_message(
        kind,
        key=f"booking:{booking.pk}:{kind}:{booking.revision}",
        recipient=booking.contact.email,
        booking=booking,
        context=context | {"revision": booking.revision},
    )
