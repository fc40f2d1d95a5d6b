"""A change is made true: rows, room, messages and money in one transaction (DECISIONS.md, 7, 9).

Customers and staff come through here. What was shown before is compared with what it would do
now; nobody gets another change than the one that they saw.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from booking.changes import (
    Cancel,
    ChangeSet,
    CustomerWay,
    Reorder,
    Reprice,
    Reschedule,
    Wish,
    customer_may,
)
from booking.changes.judge import WHOLE
from booking.changes.plan import Plan, plan_change
from booking.changes.write import BookedTwiceError, write_end, write_move
from booking.lifecycle import Status
from booking.models import AlertKind, Booking, ChangeRequest, Draft, close_alert
from booking.pricing.types import CUSTOMER, Allowances
from booking.services.confirm import confirm_booking
from booking.services.create import already_booked, code_refused
from booking.services.decide import decide
from booking.services.discounts import DiscountUsedUpError
from booking.services.room import lock_day
from booking.services.status import lock_booking
from payments.models import Refund
from payments.money import money_state
from payments.services.draft_in_step import DraftInStep
from payments.services.fit_links import end_links, follow_due, links_ask_for_all
from payments.services.open_payment import free_payment
from payments.services.spread_refund import refund_change, spread_refund, take_back_refunds
from payments.services.withdraw import withdraw_payment
from totetaxi.lib.actor import Actor, ActorKind
from totetaxi.lib.contention import retried


class ChangeRefusedError(Exception):
    """The change cannot be made; `change_set.refusals` says why."""

    def __init__(self, change_set: ChangeSet) -> None:
        self.change_set = change_set
        super().__init__(" ".join(text for texts in change_set.refusals.values() for text in texts))


class ChangeSetOutdatedError(Exception):
    """The change would do something else than what was shown: `change_set` is what it does now."""

    def __init__(self, change_set: ChangeSet) -> None:
        self.change_set = change_set
        super().__init__("the effect of the change is not the one that was shown")


@retried
def apply_change_set(
    booking_id: UUID,
    wish: Wish,
    *,
    expected: str,
    by: Actor,
    now: datetime,
    allowances: Allowances = CUSTOMER,
) -> ChangeSet:
    """Change a booking as wished, if that does just what was shown. Answers what it did.

    `expected` is the fingerprint of the ChangeSet that the person confirmed, and `allowances` are
    those that it was worked out with: staff pass theirs. Room on the new day is
    taken before the old one's is given back; money that comes on a page which no longer fits is
    settled like any other. Makes no outside call, so it may run inside another transaction.

    Raises:
        ChangeRefusedError: it is not possible, or not for this actor.
        ChangeSetOutdatedError: its effect is another now; show that and ask again.
    """
    with transaction.atomic():
        draft, booking = lock_for_change(booking_id)
        _lock_days(booking, wish, allowances)
        plan = checked_plan(booking, wish, expected=expected, now=now, allowances=allowances)
        _check_may(booking, wish, by, now)
        if isinstance(wish, Cancel):
            _end(booking, plan, by, now)
        else:
            step = DraftInStep.of(draft, booking, now=now)
            _move(booking, plan, by, now)
            step.follow(booking, whole=isinstance(wish, Reorder), now=now)
    return plan.change_set


def lock_for_change(booking_id: UUID) -> tuple[Draft | None, Booking]:
    """A booking and the draft that it was made from, locked in the order in which Pay locks them:
    draft, booking, then days and payments.
    """
    draft_id = Booking.objects.values_list("draft_id", flat=True).get(pk=booking_id)
    draft = Draft.objects.select_for_update().filter(pk=draft_id).first()
    booking = lock_booking(booking_id)
    return (draft if draft and booking.draft_id == draft.pk else None), booking


def checked_plan(
    booking: Booking,
    wish: Wish,
    *,
    expected: str,
    now: datetime,
    allowances: Allowances = CUSTOMER,
) -> Plan:
    """What a wish does to a locked booking. Raises as `apply_change_set` does."""
    plan = plan_change(booking, wish, money=money_state(booking), now=now, allowances=allowances)
    if not plan.change_set.is_possible:
        raise ChangeRefusedError(plan.change_set)
    if plan.change_set.fingerprint != expected:
        raise ChangeSetOutdatedError(plan.change_set)
    return plan


def refused(booking: Booking, wish: Wish, key: str, sentence: str) -> ChangeRefusedError:
    """A refusal that no plan makes."""
    return ChangeRefusedError(
        ChangeSet(
            wish=wish,
            revision=booking.revision,
            refusals={key: [sentence]},
            new_total_cents=booking.total_cents,
            fingerprint="",
        )
    )


def _check_may(booking: Booking, wish: Wish, by: Actor, now: datetime) -> None:
    """A customer changes a pending booking themselves; of a paid one they ask (DOMAIN.md)."""
    if by.kind not in {ActorKind.GUEST, ActorKind.CUSTOMER}:
        return
    may = customer_may(booking, None, now)
    if may.reschedule is not CustomerWay.APPLY:
        raise refused(booking, wish, WHOLE, may.why_not or _("Ask us for this change."))


def _lock_days(booking: Booking, wish: Wish, allowances: Allowances) -> None:
    """The days whose room changes hands, in order of date (`services.room.lock_day`)."""
    days: set[date | None] = {booking.pickup_date}
    if isinstance(wish, Reschedule):
        days.add(wish.pickup_date)
    elif isinstance(wish, Reorder):
        days.add(wish.order.request.pickup_date)
    if booking.room_held or allowances.is_staff:
        for day in sorted(filter(None, days)):
            lock_day(day)


def _move(booking: Booking, plan: Plan, by: Actor, now: datetime) -> None:
    wish, change_set = plan.change_set.wish, plan.change_set
    ask_for_all = links_ask_for_all(booking)
    try:
        write_move(booking, plan, by=by, now=now)
    except BookedTwiceError as clash:
        sentence = already_booked(is_staff=by.kind is ActorKind.STAFF)
        raise refused(booking, wish, "pickup_time", sentence) from clash
    except DiscountUsedUpError as used_up:
        raise refused(booking, wish, "discount_code", code_refused()) from used_up
    if plan.replaces_refunds:
        take_back_refunds(booking, by=by, now=now)
    if change_set.refund_cents:
        refund_change(
            booking,
            change_set.refund_cents,
            approves_itself=change_set.approves_itself,
            by=by,
            now=now,
        )
    follow_due(booking, change_set.due_cents, ask_for_all=ask_for_all, now=now)
    # What is paid in part was taken up by staff, whatever it asked for.
    is_settled = isinstance(wish, Reprice) or not booking.needs_staff or plan.is_frozen
    if booking.status == Status.PENDING and is_settled and not change_set.due_cents:
        free_payment(booking, by=by, now=now)
        confirm_booking(booking, by=by, now=now)
        close_alert(AlertKind.PARTLY_PAID, about=f"booking:{booking.pk}", now=now)
        if booking.room_held:  # else vans are still to be arranged
            close_alert(AlertKind.REQUEST, about=f"booking:{booking.pk}", now=now)


def _end(booking: Booking, plan: Plan, by: Actor, now: datetime) -> None:
    withdraw_payment(booking, now=now)
    end_links(booking, now=now)
    close_alert(AlertKind.PARTLY_PAID, about=f"booking:{booking.pk}", now=now)
    write_end(booking, plan, by=by, now=now)
    _return_at_end(booking, plan, by, now)
    for asked in booking.change_requests.filter(state=ChangeRequest.State.OPEN):
        decide(asked, ChangeRequest.State.WITHDRAWN, by=by, now=now)


def _return_at_end(booking: Booking, plan: Plan, by: Actor, now: datetime) -> None:
    wish, cents = plan.change_set.wish, plan.change_set.refund_cents
    if isinstance(wish, Cancel) and cents:
        reason = Refund.Reason.OUR_FAULT if wish.our_fault else Refund.Reason.CANCELLATION
        spread_refund(booking, cents, reason=reason, note=wish.refund_note, by=by, now=now)
