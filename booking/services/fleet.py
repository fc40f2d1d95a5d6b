"""The fleet: the vans as they are on any day for which nothing else is said."""

from __future__ import annotations

from copy import copy
from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from booking.availability.types import DayLoad
from booking.catalogue.fleet import van_on
from booking.models import Booking, CatalogueVersion, Day, Van, VanDay
from booking.services.days import Change, VanUsual, check, judge, with_van
from booking.services.fit import settle_fit
from totetaxi.lib.clock import today


def van_usual(van: Van) -> VanUsual:
    """What is said about a van."""
    return VanUsual(van.name, van.pieces, van.has_rack, van.is_active)


def add_van(usual: VanUsual) -> Van:
    """One more van, with the next number."""
    with transaction.atomic():
        CatalogueVersion.bump()  # who adds another one waits, and gets the number after
        last = Van.objects.aggregate(last=Max("number"))["last"] or 0
        van: Van = Van.objects.create(number=last + 1, **asdict(usual))
    return van


def change_van(
    van: Van, after: VanUsual, *, seen: str, confirmed: str, now: datetime
) -> tuple[Van, Change]:
    """Change a van for all days from today on that have nothing of their own said about it.

    Raises ChangedMeanwhileError, UnfitError.
    """
    with transaction.atomic():
        # Every day on which anybody ever took room: who is at it now is waited for.
        list(Day.objects.filter(date__gte=today(now)).order_by("date").select_for_update())
        van = Van.objects.select_for_update().get(pk=van.pk)
        changed = copy(van)
        for name, value in asdict(after).items():
            setattr(changed, name, value)
        own = {row.date: row for row in VanDay.objects.filter(van=van)}

        def as_changed(day: date, load: DayLoad) -> DayLoad:
            return with_van(load, van.pk, van_on(changed, own.get(day)))

        change = judge(van_usual(van), after, _days_with(van, now), as_changed)
        check(change, seen=seen, confirmed=confirmed)
        if change.before != after:
            changed.save()
            for day, unfit in change.unfit.items():
                settle_fit(day, unfit, now=now)
    return changed, change


def _days_with(van: Van, now: datetime) -> list[date]:
    """The days from today on for which the van holds bookings."""
    held = Booking.objects.filter(room_held=True, van=van, pickup_date__gte=today(now))
    return sorted(held.order_by().values_list("pickup_date", flat=True).distinct())
