"""A trip begins: its van is at the door (DOMAIN.md, "Status of a booking")."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from booking.lifecycle import Status, TransitionError, check_move
from booking.models import AlertKind, Booking, CoiState, close_alert
from booking.services.status import change_status
from payments.models import Dispute
from payments.money import MoneyState, money_state
from payments.services.apply_change import lock_for_change
from payments.services.change_requests import refuse_open_request
from totetaxi.lib.actor import Actor
from totetaxi.lib.contention import retried
from totetaxi.lib.money import usd

UNPAID, DISPUTED = "unpaid", "disputed"
LONGEST_REASON = 200


class StartRefusedError(Exception):
    """The trip may not begin; the text is the rule's sentence for the person."""


@retried
def start_booking(
    booking_id: UUID,
    *,
    unpaid_reason: str = "",
    disputed_reason: str = "",
    by: Actor,
    now: datetime,
) -> Booking:
    """Move a booking to in progress, once. Answers it as it is now.

    With something due it starts only as a guest's, with an `unpaid_reason`; whether the person may
    give one is the caller's matter. What the customer asked for and nobody decided is answered:
    it is too late for it. An open page at Stripe stays: what is due can still be paid there.

    With money of it disputed it starts only with a `disputed_reason` (FAULTS.md, 17), which the
    caller writes down.

    Raises StartRefusedError.
    """
    reason = unpaid_reason.strip()[:LONGEST_REASON]
    with transaction.atomic():
        _draft, booking = lock_for_change(booking_id)
        money = money_state(booking)
        if why := why_not_start(booking, money, may_be_unpaid=bool(reason)):
            raise StartRefusedError(why)
        is_disputed = booking.pk in disputed_among([booking])
        if is_disputed and not disputed_reason.strip():
            raise StartRefusedError(_("Its money is disputed. Say why it starts all the same."))
        is_unpaid = money.to_pay_cents > 0
        if is_unpaid:
            booking.unpaid_reason, booking.unpaid_by_id = reason, by.user_id
            booking.save(update_fields=["unpaid_reason", "unpaid_by", "updated_at"])
        why = UNPAID if is_unpaid else DISPUTED if is_disputed else ""
        change_status(booking, Status.IN_PROGRESS, by=by, now=now, reason=why)
        refuse_open_request(booking, answer=too_late_answer(), by=by, now=now)
        close_alert(AlertKind.REQUEST, about=f"booking:{booking.pk}", now=now)
    return booking


def disputed_among(bookings: Collection[Booking]) -> set[UUID]:
    """The keys of those bookings for which Stripe holds money that is disputed. One query."""
    rows = Dispute.objects.blocking().filter(payment__booking__in=[one.pk for one in bookings])
    return set(rows.order_by().values_list("payment__booking", flat=True))


def why_not_start(booking: Booking, money: MoneyState, *, may_be_unpaid: bool) -> str:
    """Why a trip may not begin, in a sentence; empty where it may.

    `may_be_unpaid`: somebody who may decide it has given a reason, or would.
    """
    try:
        check_move(Status(booking.status), Status.IN_PROGRESS, reason="", was_expired=False)
    except TransitionError as error:
        return str(error)
    if money.has_mismatch:
        return _("A payment does not match what was asked. Settle that first.")
    if booking.coi_state == CoiState.NEEDED:
        return _("The certificate of insurance must be on file before the trip begins.")
    return _why_unpaid(booking, money, may_be_unpaid=may_be_unpaid)


def _why_unpaid(booking: Booking, money: MoneyState, *, may_be_unpaid: bool) -> str:
    """A booking of an account never begins unpaid, a guest's with the permission and a reason."""
    due = money.to_pay_cents
    if not due:
        return "" if booking.status == Status.PAID else _("It is not confirmed yet.")
    if booking.customer_id is not None:
        text = _("%(due)s is due. A booking of an account cannot begin unpaid.")
    elif not may_be_unpaid:
        text = _("%(due)s is due. Only with the permission and a reason may it begin unpaid.")
    else:
        return ""
    return text % {"due": usd(due)}


def too_late_answer() -> str:
    """What a customer is told whose request nobody had decided when the trip began."""
    return _("We have collected your things, so this could not be changed any more.")
