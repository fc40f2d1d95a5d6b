"""Orders changed and taken by staff: the domain's call and its audit row, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from booking.changes import ChangeSet, Reprice, Wish
from booking.models import Booking, Note
from booking.services.confirm import confirm_booking
from booking.services.create import (
    REQUEST_HOLD,
    OrderRefusedError,
    TakenByStaff,
    create_booking,
)
from booking.services.order import NewBooking
from booking.services.room import NoRoomError
from booking.wizard.people import account_book
from payments.services.apply_change import apply_change_set
from payments.services.open_payment import free_payment
from staff.audit import record
from staff.models import Action, StaffProfile
from staff.orders.allowances import allowances_of
from staff.orders.values import differing
from staff.payment_links.services import USUAL_HOURS, send_links
from totetaxi.lib.actor import Actor, ActorKind
from totetaxi.lib.contention import retried
from totetaxi.lib.money import usd


@retried
def change_order(
    staff: StaffProfile,
    booking: Booking,
    wish: Wish,
    *,
    expected: str,
    before: Mapping[str, str],
    after: Mapping[str, str],
    send_link: bool,
    request: HttpRequest,
    now: datetime,
) -> ChangeSet:
    """Change a booking as it was shown to this person; `before` and `after` are its fields.

    `send_link`: what is due and asked for by no link is asked for by mail. Raises
    ChangeRefusedError, ChangeSetOutdatedError, LinkRefusedError; nothing is changed then.
    """
    names = differing(before, after)
    with transaction.atomic():
        done = apply_change_set(
            booking.pk,
            wish,
            expected=expected,
            by=_actor(staff),
            now=now,
            allowances=allowances_of(staff),
        )
        record(
            staff,
            Action.CHANGED_ORDER,
            booking,
            before={name: before.get(name, "") for name in names},
            after={name: after.get(name, "") for name in names},
            request=request,
            now=now,
        )
        if send_link:
            send_links(staff, booking.pk, hours=USUAL_HOURS, request=request, now=now)
    return done


@retried
def set_price(
    staff: StaffProfile,
    booking: Booking,
    wish: Reprice,
    *,
    reason: str,
    expected: str,
    send_link: bool,
    request: HttpRequest,
    now: datetime,
) -> ChangeSet:
    """Give a booking another total; why stands in a note of the team and in the audit log.

    Raises as `change_order` does.
    """
    before, after = booking.total_cents, wish.total_cents
    with transaction.atomic():
        done = apply_change_set(
            booking.pk,
            wish,
            expected=expected,
            by=_actor(staff),
            now=now,
            allowances=allowances_of(staff),
        )
        _note_price(
            staff, booking, before=before, after=after, reason=reason, request=request, now=now
        )
        if send_link:
            send_links(staff, booking.pk, hours=USUAL_HOURS, request=request, now=now)
    return done


@dataclass(frozen=True, kw_only=True)
class Taking:
    """How staff take an order of a caller.

    `total_cents` and `reason`: a price of their own, and why. `hours`: how long the payment links
    can be paid; None asks for the money later. `phone_to_keep`: of an account that had none.
    """

    form_id: UUID
    shown_total_cents: int
    total_cents: int | None = None
    reason: str = ""
    hours: int | None = USUAL_HOURS
    phone_to_keep: str = ""


def take_order(
    staff: StaffProfile,
    order: NewBooking,
    taking: Taking,
    *,
    request: HttpRequest,
    now: datetime,
) -> Booking:
    """Book for a caller, and ask for the money. The same form sent twice makes one booking.

    Its room is kept as long as the links can be paid, 72 hours without one (DECISIONS.md, 5); what
    costs nothing is confirmed. Raises OrderRefusedError, PriceChangedError, NoRoomError,
    LinkRefusedError; nothing is made then.
    """
    made = find_taken(taking.form_id)
    if made is not None:
        return made
    try:
        return _take(staff, order, taking, request, now)
    except (OrderRefusedError, NoRoomError):
        made = find_taken(taking.form_id)  # by the same form, a moment ago
        if made is None:
            raise
        return made


def find_taken(form_id: UUID) -> Booking | None:
    """The booking that a form has made, if it has."""
    found: Booking | None = Booking.objects.filter(staff_form_id=form_id).first()
    return found


@retried
def _take(
    staff: StaffProfile, order: NewBooking, taking: Taking, request: HttpRequest, now: datetime
) -> Booking:
    by, hours = _actor(staff), taking.hours
    with transaction.atomic():
        if order.customer_id and taking.phone_to_keep:
            account_book().change_contact(
                order.customer_id, name=order.contact_name, phone=taking.phone_to_keep
            )
        booking = create_booking(
            order,
            expected_total_cents=taking.shown_total_cents,
            hold_until=now + (timedelta(hours=hours) if hours else REQUEST_HOLD),
            by=by,
            now=now,
            taken=TakenByStaff(
                allowances=allowances_of(staff),
                form_id=taking.form_id,
                total_cents=taking.total_cents,
                pays_later=hours is None and taking.total_cents != 0,
            ),
        )
        after = {"total_cents": booking.total_cents, "title": booking.title}
        record(staff, Action.TOOK_ORDER, booking, after=after, request=request, now=now)
        if taking.total_cents is not None:
            _note_price(
                staff,
                booking,
                before=taking.shown_total_cents,
                after=booking.total_cents,
                reason=taking.reason,
                request=request,
                now=now,
            )
        if not booking.total_cents:
            free_payment(booking, by=by, now=now)
            confirm_booking(booking, by=by, now=now)
        elif hours:
            send_links(staff, booking.pk, hours=hours, request=request, now=now)
    return booking


def _note_price(
    staff: StaffProfile,
    booking: Booking,
    *,
    before: int,
    after: int,
    reason: str,
    request: HttpRequest,
    now: datetime,
) -> None:
    """Who set a price, from which to which, and why: for the team and for the audit log."""
    words = _("Price set to %(after)s, was %(before)s: %(reason)s")
    body = words % {"after": usd(after), "before": usd(before), "reason": reason}
    Note.objects.create(booking=booking, body=body, author_id=staff.user_id)
    record(
        staff,
        Action.SET_PRICE,
        booking,
        before={"total_cents": before},
        after={"total_cents": after, "reason": reason},
        request=request,
        now=now,
    )


def _actor(staff: StaffProfile) -> Actor:
    return Actor(ActorKind.STAFF, staff.user_id)
