"""What staff change about days, vans and where a booking stands. Each writes its audit row.

The rules are booking's (`booking.services.days`, `fleet`, `assign`) and payments'
(`apply_change_set`); their errors pass through.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest

from booking.changes import ChangeSet, Reschedule
from booking.models import Booking, Day, Van
from booking.services.assign import assign_van as assign
from booking.services.days import Change, DayRules, VanRules, VanUsual, change_day, change_van_day
from booking.services.fit import refit
from booking.services.fleet import add_van, change_van
from payments.services.apply_change import apply_change_set
from staff.audit import changed, record
from staff.models import Action, StaffProfile
from staff.orders.allowances import allowances_of
from totetaxi.lib.actor import actor_of
from totetaxi.lib.contention import retried


@retried
def set_day(
    staff: StaffProfile,
    on: date,
    rules: DayRules,
    *,
    seen: str,
    confirmed: str,
    request: HttpRequest,
    now: datetime,
) -> Change:
    """Close, reopen or cap a day."""
    with transaction.atomic():
        day, change = change_day(on, rules, seen=seen, confirmed=confirmed, now=now)
        _record_change(staff, Action.CHANGED_DAY, day, change, request=request, now=now)
    return change


@retried
def set_van_day(
    staff: StaffProfile,
    on: date,
    van: Van,
    rules: VanRules,
    *,
    seen: str,
    confirmed: str,
    request: HttpRequest,
    now: datetime,
) -> Change:
    """Set one van for one day."""
    with transaction.atomic():
        day, change = change_van_day(on, van, rules, seen=seen, confirmed=confirmed, now=now)
        about = {"van": van.number}
        _record_change(
            staff, Action.CHANGED_VAN_DAY, day, change, about=about, request=request, now=now
        )
    return change


@retried
def set_van(
    staff: StaffProfile,
    van: Van,
    usual: VanUsual,
    *,
    seen: str,
    confirmed: str,
    request: HttpRequest,
    now: datetime,
) -> Change:
    """Change a van of the fleet."""
    with transaction.atomic():
        van, change = change_van(van, usual, seen=seen, confirmed=confirmed, now=now)
        _record_change(staff, Action.CHANGED_VAN, van, change, request=request, now=now)
    return change


@retried
def new_van(staff: StaffProfile, usual: VanUsual, *, request: HttpRequest, now: datetime) -> Van:
    """Add a van to the fleet."""
    with transaction.atomic():
        van = add_van(usual)
        record(staff, Action.ADDED_VAN, van, after=_kept(usual), request=request, now=now)
    return van


@retried
def assign_van(
    staff: StaffProfile,
    booking: Booking,
    van: Van,
    *,
    seen: UUID | None,
    request: HttpRequest,
    now: datetime,
) -> None:
    """Put a booking into another van of its day."""
    with transaction.atomic():
        assign(booking.pk, van.pk, seen=seen, now=now)
        record(
            staff,
            Action.ASSIGNED_VAN,
            booking,
            before={"van": booking.van.number if booking.van else None},
            after={"van": van.number},
            request=request,
            now=now,
        )


@retried
def move_booking(
    staff: StaffProfile,
    booking: Booking,
    wish: Reschedule,
    *,
    expected: str,
    request: HttpRequest,
    now: datetime,
) -> ChangeSet:
    """Move a booking to another day or time, with all that it does to its money."""
    day, wall = booking.pickup_date, booking.pickup_time
    with transaction.atomic():
        done = apply_change_set(
            booking.pk,
            wish,
            expected=expected,
            by=actor_of(staff.user),
            now=now,
            allowances=allowances_of(staff),
        )
        refit(day, now=now)
        record(
            staff,
            Action.MOVED_BOOKING,
            booking,
            before={
                "pickup_date": day,
                "pickup_time": wall,
                "total_cents": done.new_total_cents - done.difference_cents,
            },
            after={
                "pickup_date": wish.pickup_date,
                "pickup_time": wish.pickup_time,
                "total_cents": done.new_total_cents,
            },
            request=request,
            now=now,
        )
    return done


def _record_change(
    staff: StaffProfile,
    action: Action,
    row: Day | Van,
    change: Change,
    *,
    about: Mapping[str, Any] = MappingProxyType({}),
    request: HttpRequest,
    now: datetime,
) -> None:
    """What of the rules became another, and who does not fit any more. Nothing where none did."""
    if change.before == change.after:
        return
    before, after = changed(_kept(change.before), _kept(change.after))
    record(
        staff,
        action,
        row,
        before={**about, **before},
        after={**about, **after, **_unfit(change)},
        request=request,
        now=now,
    )


def _unfit(change: Change) -> dict[str, Any]:
    """The bookings that were left although they do not fit, for the log."""
    numbers = [f"{one.kept.number}" for day in sorted(change.unfit) for one in change.unfit[day]]
    return {"do_not_fit": numbers} if numbers else {}


def _kept(rules: Any) -> dict[str, Any]:
    """Rules for the log. A van's name is nobody's, so it is kept: under a name not withheld."""
    return {"van_name" if name == "name" else name: value for name, value in asdict(rules).items()}
