"""What staff set for a day and its vans. Nothing is moved or cancelled by it.

A change is judged under the day's lock, so that who takes room meanwhile waits for it, or is seen
by it. Where bookings would not fit any more, it is refused until the person confirms just that:
then they keep their vans, stand in an alert, and have to be moved one by one (`fit`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from booking.availability.misfits import Kept, Unfit, unfit_on
from booking.availability.types import DayLoad, VanLoad
from booking.catalogue.calendar import load_calendar
from booking.catalogue.fleet import van_on
from booking.models import Day, Van, VanDay
from booking.services.fit import load_kept, settle_fit
from booking.services.room import lock_day


@dataclass(frozen=True, slots=True)
class DayRules:
    """What is said about a day. `cap_pieces` None: no cap. A reason only for a closed day."""

    is_closed: bool = False
    closed_reason: str = ""
    cap_pieces: int | None = None


@dataclass(frozen=True, slots=True)
class VanRules:
    """A van on one day. None: as usual."""

    in_service: bool
    pieces: int | None = None
    has_rack: bool | None = None


@dataclass(frozen=True, slots=True)
class VanUsual:
    """A van on any day for which nothing else is said."""

    name: str
    pieces: int
    has_rack: bool
    is_active: bool


Rules = DayRules | VanRules | VanUsual


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What was said, what shall be, and the bookings that would then not fit, by day.

    `is_worse`: some of them fit until now; that needs to be confirmed by its `fingerprint`.
    """

    before: Rules
    after: Rules
    unfit: Mapping[date, tuple[Unfit, ...]]
    is_worse: bool

    @property
    def fingerprint(self) -> str:
        """Equal for equal changes with equal effects."""
        hit = [
            (f"{day}", [(one.kept.number, one.why.value) for one in self.unfit[day]])
            for day in sorted(self.unfit)
        ]
        return _digest((astuple(self.before), astuple(self.after), hit))


class ChangedMeanwhileError(Exception):
    """Somebody changed the same after the person had opened it: `rules` is how it stands now."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        super().__init__("changed by somebody else meanwhile")


class UnfitError(Exception):
    """Bookings would not fit any more, and the person has not confirmed just this `change`."""

    def __init__(self, change: Change) -> None:
        self.change = change
        super().__init__("bookings would not fit any more")


def token_of(rules: Rules) -> str:
    """What a form carries, to tell whether it was changed since it was opened."""
    return _digest(astuple(rules))


def day_rules(row: Day | None) -> DayRules:
    """What is said about a day; None: nothing."""
    return DayRules(row.is_closed, row.closed_reason, row.cap_pieces) if row else DayRules()


def van_rules(van: Van, row: VanDay | None) -> VanRules:
    """What is said about a van on a day; None: nothing."""
    return VanRules(row.in_service, row.pieces, row.has_rack) if row else VanRules(van.is_active)


def change_day(
    on: date, after: DayRules, *, seen: str, confirmed: str, now: datetime
) -> tuple[Day, Change]:
    """Close, reopen or cap a day. `seen` is the token of what the form showed.

    Raises ChangedMeanwhileError, UnfitError.
    """
    with transaction.atomic():
        row = lock_day(on)

        def changed(load: DayLoad) -> DayLoad:
            return replace(load, is_closed=after.is_closed, cap_pieces=after.cap_pieces)

        change = judge(day_rules(row), after, [on], lambda _day, load: changed(load))
        check(change, seen=seen, confirmed=confirmed)
        if change.before != after:
            row.is_closed, row.closed_reason = after.is_closed, after.closed_reason
            row.cap_pieces = after.cap_pieces
            row.save()
            settle_fit(on, change.unfit.get(on, ()), now=now)
    return row, change


def change_van_day(
    on: date, van: Van, after: VanRules, *, seen: str, confirmed: str, now: datetime
) -> tuple[Day, Change]:
    """Take a van out of service for a day, call it in, or give it other room than usual.

    Raises ChangedMeanwhileError, UnfitError.
    """
    with transaction.atomic():
        day = lock_day(on)
        row = VanDay.objects.filter(van=van, date=on).first()
        after = _normal(after, van)
        wanted = VanDay(van=van, date=on, **_named(after))
        change = judge(
            van_rules(van, row),
            after,
            [on],
            lambda _day, load: with_van(load, van.pk, van_on(van, wanted)),
        )
        check(change, seen=seen, confirmed=confirmed)
        if change.before != after:
            _write(row or wanted, after, van)
            settle_fit(on, change.unfit.get(on, ()), now=now)
    return day, change


def judge(
    before: Rules,
    after: Rules,
    days: Sequence[date],
    changed: Callable[[date, DayLoad], DayLoad],
) -> Change:
    """What does not fit on the days once they are changed. Three queries, whatever the days."""
    calendar, kept = load_calendar(days), load_kept(days)
    unfit: dict[date, tuple[Unfit, ...]] = {}
    is_worse = False
    for day in days:
        rows: list[Kept] = kept.get(day, [])
        if found := unfit_on(changed(day, calendar[day]), rows):
            unfit[day] = found
            is_worse |= not _numbers(found) <= _numbers(unfit_on(calendar[day], rows))
    return Change(before=before, after=after, unfit=unfit, is_worse=is_worse)


def check(change: Change, *, seen: str, confirmed: str) -> None:
    """Raises ChangedMeanwhileError, UnfitError."""
    if token_of(change.before) != seen:
        raise ChangedMeanwhileError(change.before)
    if change.is_worse and change.fingerprint != confirmed:
        raise UnfitError(change)


def with_van(load: DayLoad, van_id: UUID, van: VanLoad | None) -> DayLoad:
    """The day with one van as it shall be, or without it."""
    others = [each for each in load.vans if each.id != van_id]
    vans = sorted([*others, van] if van else others, key=lambda each: each.number)
    return replace(load, vans=tuple(vans))


def _normal(rules: VanRules, van: Van) -> VanRules:
    """What is as usual is not said; a van that is out of service has no room to speak of."""
    pieces, has_rack = rules.pieces, rules.has_rack
    if not rules.in_service:
        return VanRules(in_service=False)
    return VanRules(
        in_service=True,
        pieces=None if pieces == van.pieces else pieces,
        has_rack=None if has_rack == van.has_rack else has_rack,
    )


def _write(row: VanDay, rules: VanRules, van: Van) -> None:
    """A day on which a van is as usual has no row."""
    if rules == VanRules(van.is_active):
        if not row._state.adding:
            row.delete()
        return
    for name, value in _named(rules).items():
        setattr(row, name, value)
    row.save()


def _named(rules: VanRules) -> dict[str, Any]:
    return {
        "in_service": rules.in_service,
        "pieces": rules.pieces,
        "has_rack": rules.has_rack,
    }


def _numbers(unfit: tuple[Unfit, ...]) -> set[int]:
    return {one.kept.number for one in unfit}


def _digest(value: object) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()[:32]
