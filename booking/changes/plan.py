"""A wish becomes a ChangeSet, and what is needed to make it true. Reads; never writes.

Whoever shows a change and whoever applies it come through `plan_change`: the one with the booking
as it is, the other with the booking and its days locked.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import astuple, dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from booking.catalogue.snapshot import Snapshot, get_snapshot
from booking.changes.case import Case
from booking.changes.effects import Move, Sums, effects_of_end, effects_of_move
from booking.changes.judge import (
    Found,
    refused_as_computed,
    refused_as_it_stands,
    refused_as_wished,
)
from booking.changes.price import SELF_APPROVED_CENTS, PriceChange, price_change
from booking.changes.room import RoomChange, change_room, room_of
from booking.changes.types import (
    BookingMoney,
    Cancel,
    ChangeSet,
    Reorder,
    Reprice,
    Wish,
    kept_cents,
)
from booking.lifecycle import Status
from booking.models import Booking, CoiState
from booking.pricing.refunds import cancellation_refund
from booking.pricing.types import CUSTOMER, Allowances, Request
from booking.services.policy import cancellation_policy
from totetaxi.lib.clock import at_new_york
from totetaxi.lib.money import usd


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What a booking becomes that is not cancelled."""

    request: Request
    pickup_at: datetime
    price: PriceChange
    room: RoomChange
    coi_state: CoiState
    person_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A ChangeSet with what it was made from. `moved` is None for a cancellation or a refusal.

    `replaces_refunds`: what former changes asked back, and nobody approved yet, is asked anew.
    """

    change_set: ChangeSet
    snapshot: Snapshot
    is_frozen: bool
    replaces_refunds: bool = False
    moved: Moved | None = None


def compute_change_set(
    booking: Booking,
    wish: Wish,
    *,
    money: BookingMoney,
    now: datetime,
    snapshot: Snapshot | None = None,
    allowances: Allowances = CUSTOMER,
) -> ChangeSet:
    """The whole effect of a wish, or why it cannot be. Writes nothing.

    `allowances` are those of whoever wishes it; without any it is a customer.

    At most four queries; three with a `snapshot`. Select `customer` with the booking, and for a
    Reorder prefetch its `addresses`.
    """
    return plan_change(
        booking, wish, money=money, now=now, snapshot=snapshot, allowances=allowances
    ).change_set


def plan_change(
    booking: Booking,
    wish: Wish,
    *,
    money: BookingMoney,
    now: datetime,
    snapshot: Snapshot | None = None,
    allowances: Allowances = CUSTOMER,
) -> Plan:
    """`compute_change_set`, with what is needed to apply it."""
    case = Case(
        booking=booking,
        wish=wish,
        money=money,
        snapshot=snapshot or get_snapshot(),
        now=now,
        allowances=allowances,
    )
    if found := list(refused_as_it_stands(case)):
        return _refused(case, found)
    return _end(case, wish) if isinstance(wish, Cancel) else _move(case)


def _end(case: Case, wish: Cancel) -> Plan:
    """The booking is cancelled; its money goes back by the policy (DECISIONS.md, 10), or as staff
    say.
    """
    booking, money = case.booking, case.money
    back = money.refunded_cents + money.under_way_cents
    left = max(money.paid_cents - back, 0)
    share = cancellation_refund(
        captured_cents=money.paid_cents,
        refunded_cents=back,
        pickup_at=booking.pickup_at,
        now=wish.asked_at or case.now,
        is_started=booking.status == Status.IN_PROGRESS,
        our_fault=wish.our_fault,
        policy=cancellation_policy(case.snapshot.policy),
    )
    cents = share.amount_cents if wish.refund_cents is None else wish.refund_cents
    if cents > left:
        text = _("Only %(left)s can still go back.") % {"left": usd(left)}
        return _refused(case, [("refund", text)])
    change_set = ChangeSet(
        wish=case.wish,
        revision=booking.revision,
        effects=effects_of_end(
            booking,
            share=share,
            paid_cents=left,
            former_cents=money.under_way_cents,
            set_cents=wish.refund_cents,
            is_staff=case.is_staff,
        ),
        refusals={},
        new_total_cents=booking.total_cents,
        refund_cents=cents,
        fingerprint=_fingerprint(case, cents),
    )
    return Plan(change_set=change_set, snapshot=case.snapshot, is_frozen=case.is_frozen)


def _move(case: Case) -> Plan:
    """Another day, or anything else."""
    old = case.priced()
    new = case.wanted(old.request)
    found = list(refused_as_wished(case, new))
    service, day, wall = new.service, new.pickup_date, new.pickup_time
    if found or service is None or day is None or wall is None:
        return _refused(case, found)
    price = price_change(old, new, case.snapshot.book, case.now)
    if isinstance(case.wish, Reprice):
        price = replace(price, new_total_cents=case.wish.total_cents, is_set=True)
    pickup_at = at_new_york(day, wall)
    need = price.after.room if isinstance(case.wish, Reorder) else room_of(case.booking)
    room = change_room(case, day, need, service=service)
    if found := list(refused_as_computed(case, new, price, room, pickup_at)):
        return _refused(case, found)
    return _moved(
        case,
        Moved(
            request=new,
            pickup_at=pickup_at,
            price=price,
            room=room,
            coi_state=case.coi_after(price.after),
            person_key=case.person_key(),
        ),
    )


def _moved(case: Case, moved: Moved) -> Plan:
    sums, price = _sums(case, moved.price), moved.price
    change_set = ChangeSet(
        wish=case.wish,
        revision=case.booking.revision,
        effects=effects_of_move(
            Move(
                booking=case.booking,
                pickup_at=moved.pickup_at,
                price=price,
                sums=sums,
                room=moved.room,
                coi_state=moved.coi_state,
                recipient=case.recipient(),
                now=case.now,
                is_staff=case.is_staff,
            )
        ),
        refusals={},
        difference_cents=price.difference_cents,
        new_total_cents=price.new_total_cents,
        due_cents=sums.due_cents,
        refund_cents=sums.refund_cents,
        approves_itself=sums.approves_itself,
        fingerprint=_fingerprint(
            case,
            price.new_total_cents,
            *astuple(sums),
            moved.coi_state,
            moved.room.van_id is not None,
        ),
    )
    return Plan(
        change_set=change_set,
        snapshot=case.snapshot,
        is_frozen=case.is_frozen,
        replaces_refunds=sums.former_cents > 0,
        moved=moved,
    )


def _sums(case: Case, price: PriceChange) -> Sums:
    """What is to be paid or returned. A refund that was asked for before and still is the right
    one stays as it is: nothing is asked back by this change.
    """
    money = case.money
    over = kept_cents(money) - price.new_total_cents
    former = money.revisable_cents
    # Courtesies count as paid, and still cannot be returned twice.
    left = money.paid_cents - money.refunded_cents - money.under_way_cents + former
    if former and over == former:
        return Sums(due_cents=0, refund_cents=0, is_frozen=case.is_frozen)
    refund = max(min(over, left), 0)
    # Staff who name a price return nothing alone, not even a little (DECISIONS.md, 12).
    is_small = money.self_approved_cents + refund <= SELF_APPROVED_CENTS
    return Sums(
        due_cents=max(-over, 0),
        refund_cents=refund,
        former_cents=former,
        approves_itself=refund > 0 and is_small and not price.is_set,
        is_frozen=case.is_frozen,
    )


def _refused(case: Case, found: Iterable[Found]) -> Plan:
    refusals: dict[str, list[str]] = {}
    for key, text in found:
        refusals.setdefault(key, []).append(text)
    change_set = ChangeSet(
        wish=case.wish,
        revision=case.booking.revision,
        refusals=refusals,
        new_total_cents=case.booking.total_cents,
        fingerprint=_fingerprint(case, *sorted(refusals)),
    )
    return Plan(change_set=change_set, snapshot=case.snapshot, is_frozen=case.is_frozen)


def _fingerprint(case: Case, *effect: object) -> str:
    """SHA-256 of the wish, of the revision that it is about, and of its effect; no clock in it."""
    wish = case.wish
    said = wish.order.hash if isinstance(wish, Reorder) else astuple(wish)
    facts = [type(wish).__name__, said, case.booking.revision, case.is_frozen, *effect]
    return hashlib.sha256(json.dumps(facts, default=str).encode()).hexdigest()
