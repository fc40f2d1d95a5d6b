"""Vans and days as staff set them, for tests."""

from datetime import date, datetime

from booking.models import Day, Van, VanDay
from booking.services.days import (
    Change,
    DayRules,
    VanRules,
    change_day,
    change_van_day,
    day_rules,
    token_of,
    van_rules,
)
from totetaxi.lib.clock import NEW_YORK

NOW = datetime(2026, 11, 22, 10, tzinfo=NEW_YORK)
TUESDAY = date(2026, 12, 1)
CLOSED = DayRules(is_closed=True, closed_reason="van inspection")
OUT = VanRules(in_service=False)


def van(number: int) -> Van:
    return Van.objects.get(number=number)


def seen_day(day: date = TUESDAY) -> str:
    """The token of a day as it stands."""
    return token_of(day_rules(Day.objects.filter(date=day).first()))


def seen_van(number: int, day: date = TUESDAY) -> str:
    """The token of a van on a day as it stands."""
    row = VanDay.objects.filter(van__number=number, date=day).first()
    return token_of(van_rules(van(number), row))


def set_day(rules: DayRules, *, seen: str = "", confirmed: str = "") -> Change:
    _day, change = change_day(TUESDAY, rules, seen=seen or seen_day(), confirmed=confirmed, now=NOW)
    return change


def set_van(number: int, rules: VanRules, *, seen: str = "", confirmed: str = "") -> Change:
    _day, change = change_van_day(
        TUESDAY,
        van(number),
        rules,
        seen=seen or seen_van(number),
        confirmed=confirmed,
        now=NOW,
    )
    return change


def numbers(change: Change) -> list[int]:
    """The bookings that do not fit, whatever the day."""
    return [one.kept.number for found in change.unfit.values() for one in found]
