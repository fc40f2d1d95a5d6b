"""When the many bookings of a busy house were made, for which days, and what became of them."""

import random
from bisect import bisect
from datetime import date, datetime, time, timedelta
from itertools import accumulate

from totetaxi.lib.clock import at_new_york, today
from totetaxi.management.demo_data.plan import Fate, Slot

FIRST_DAY, LAST_DAY = -730, 30  # of the pickups, from today
LONGEST_LEAD = 30
# From Memorial Day to Labor Day the town is out east; Fridays and Saturdays are the busy ones.
MONTHS = (0.75, 0.75, 0.8, 0.95, 1.15, 1.25, 1.2, 1.2, 1.15, 0.95, 0.85, 0.85)
WEEKDAYS = (0.95, 0.9, 0.9, 1.0, 1.15, 1.15, 0.95)
GROWTH = 0.25  # over the whole time
# What lies ahead is booked the less, the farther off it is.
BOOKED_AHEAD_DAYS = 12

# How many of 1,000 have a fate.
PAST = {
    Fate.COMPLETED: 842,
    Fate.ARRANGED: 3,
    Fate.GIFT: 4,
    Fate.STARTED_UNPAID: 3,
    Fate.EXPIRED: 52,
    Fate.DECLINED: 20,
    Fate.SUPERSEDED: 16,
    Fate.BY_CUSTOMER: 40,
    Fate.BY_STAFF: 12,
    Fate.REVIVED: 5,
    Fate.TOO_LATE: 3,
}
AHEAD = {
    Fate.PAID: 862,
    Fate.ARRANGED: 3,
    Fate.GIFT: 3,
    Fate.EXPIRED: 58,
    Fate.DECLINED: 20,
    Fate.SUPERSEDED: 16,
    Fate.BY_CUSTOMER: 26,
    Fate.BY_STAFF: 6,
    Fate.REVIVED: 4,
    Fate.TOO_LATE: 2,
}
# The fewest days between booking and pickup, where there must be time for what happens between.
LEADS = {
    Fate.BY_CUSTOMER: 2,
    Fate.BY_STAFF: 3,
    Fate.REVIVED: 2,
    Fate.TOO_LATE: 2,
    Fate.ARRANGED: 4,
    Fate.GIFT: 2,
    Fate.STARTED_UNPAID: 1,
}
# Just now somebody pays, and somebody waits to be called; a minute or hours ago.
JUST_NOW = {Fate.OPEN: (0, 25), Fate.REQUEST: (60, 2400)}
MOST_JUST_NOW = 12


def plan_many(count: int, *, now: datetime, rng: random.Random) -> list[Slot]:
    """As many slots, in the order in which the bookings are made."""
    calendar = _Calendar(today(now))
    just_now = [
        _just_now(fate, now=now, rng=rng)
        for fate in JUST_NOW
        for _ in range(min(MOST_JUST_NOW, count // 500))
    ]
    usual = [_slot(calendar.draw(rng), now=now, rng=rng) for _ in range(count - len(just_now))]
    return sorted([*usual, *just_now], key=lambda slot: slot.made_at)


def busiest_day(count: int) -> float:
    """How many bookings of so many fall on the busiest day, about."""
    days = LAST_DAY - FIRST_DAY + 1
    return count / days * max(MONTHS) * max(WEEKDAYS) * (1 + GROWTH / 2)


class _Calendar:
    """Draws days as often as they are booked."""

    def __init__(self, first: date) -> None:
        self.days = [first + timedelta(days=passed) for passed in range(FIRST_DAY, LAST_DAY + 1)]
        weights = (self._weight(day, (day - first).days) for day in self.days)
        self.sums = list(accumulate(weights))

    def draw(self, rng: random.Random) -> date:
        return self.days[bisect(self.sums, rng.random() * self.sums[-1], hi=len(self.days) - 1)]

    @staticmethod
    def _weight(day: date, ahead: int) -> float:
        season = MONTHS[day.month - 1] * WEEKDAYS[day.weekday()]
        grown = 1 + GROWTH * (ahead - FIRST_DAY) / -FIRST_DAY
        booked = 0.5 ** (ahead / BOOKED_AHEAD_DAYS) if ahead > 0 else 1.0
        return season * grown * booked


def _slot(day: date, *, now: datetime, rng: random.Random) -> Slot:
    first = today(now)
    fates = PAST if day < first else AHEAD
    fate = rng.choices(tuple(fates), weights=list(fates.values()))[0]
    # What lies ahead was booked by yesterday, so that a hold has run out since.
    fewest = max(LEADS.get(fate, 0), (day - first).days + 1)
    lead = min(fewest + int(rng.expovariate(1 / 6)), max(fewest, LONGEST_LEAD))
    # What is wanted the same day is asked for at breakfast.
    hour = rng.randint(7, 22) if lead else 5
    moment = time(hour, rng.randint(0, 59), rng.randint(0, 59))
    made_at = at_new_york(day - timedelta(days=lead), moment)
    return Slot(made_at=min(made_at, now - timedelta(hours=3)), day=day, fate=fate)


def _just_now(fate: Fate, *, now: datetime, rng: random.Random) -> Slot:
    ago = timedelta(minutes=rng.randint(*JUST_NOW[fate]), seconds=rng.randint(0, 50))
    day = today(now) + timedelta(days=rng.randint(4, 24))
    return Slot(made_at=now - ago, day=day, fate=fate)
