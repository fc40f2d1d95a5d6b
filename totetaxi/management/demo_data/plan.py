"""What becomes of the demo's bookings, in which shares, and when each was made."""

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from totetaxi.lib.clock import at_new_york, today

FIRST_DAY, LAST_DAY = -60, 30  # of the pickups, from today
LONGEST_LEAD = 30
FEWEST = 40  # so that there is at least one of each fate


class Fate(StrEnum):
    """How a booking's story ends, or how far it has come."""

    COMPLETED = "completed"
    PAID = "paid"
    UNDER_WAY = "under_way"
    OPEN = "open"
    REQUEST = "request"
    ARRANGED = "arranged"
    GIFT = "gift"
    STARTED_UNPAID = "started_unpaid"
    EXPIRED = "expired"
    DECLINED = "declined"
    SUPERSEDED = "superseded"
    BY_CUSTOMER = "by_customer"
    BY_STAFF = "by_staff"
    REVIVED = "revived"
    TOO_LATE = "too_late"


@dataclass(frozen=True)
class FateRule:
    """How many of 200 have a fate, the days of their pickups, and when they were made.

    `days` are the first, the last and the likeliest one, counted from today. `leads` are the
    fewest and the most days between booking and pickup; `ago` instead is minutes before now.
    """

    share: int
    days: tuple[int, int, int]
    leads: tuple[int, int] = (1, LONGEST_LEAD)
    ago: tuple[int, int] | None = None


RULES = {
    Fate.COMPLETED: FateRule(86, (FIRST_DAY, -1, -4), leads=(0, LONGEST_LEAD)),
    Fate.PAID: FateRule(60, (0, LAST_DAY, 2)),
    Fate.UNDER_WAY: FateRule(3, (0, 0, 0)),
    Fate.OPEN: FateRule(4, (2, 27, 5), ago=(0, 2)),
    Fate.REQUEST: FateRule(3, (4, 28, 10), ago=(60, 2400)),
    Fate.ARRANGED: FateRule(4, (-40, 20, 0), leads=(4, 20)),
    Fate.GIFT: FateRule(2, (-20, 10, 0), leads=(2, 20)),
    Fate.STARTED_UNPAID: FateRule(1, (-30, -2, -5), leads=(1, 2)),
    Fate.EXPIRED: FateRule(10, (-50, 25, 0)),
    Fate.DECLINED: FateRule(5, (-40, 25, 0)),
    Fate.SUPERSEDED: FateRule(4, (-40, 25, 0)),
    Fate.BY_CUSTOMER: FateRule(9, (-50, 25, 0), leads=(2, LONGEST_LEAD)),
    Fate.BY_STAFF: FateRule(4, (-30, 20, 0), leads=(3, LONGEST_LEAD)),
    Fate.REVIVED: FateRule(3, (-30, 20, 0), leads=(2, 20)),
    Fate.TOO_LATE: FateRule(2, (-25, 15, 0), leads=(2, 20)),
}


@dataclass(frozen=True)
class Slot:
    """One booking to be made: when, for which New York day at best, and its fate.

    `of_showcase`: by the one customer whose story is written out (showcase.py).
    """

    made_at: datetime
    day: date
    fate: Fate
    of_showcase: bool = False

    def days(self, now: datetime) -> list[date]:
        """The days that its fate allows, the wanted one first, then the nearest to it."""
        if self.of_showcase:
            return [self.day + timedelta(days=later) for later in range(6)]
        rule, asked_on = RULES[self.fate], today(self.made_at)
        first, last, _likeliest = rule.days
        allowed = [today(now) + timedelta(days=passed) for passed in range(first, last + 1)]
        fewest, most = rule.leads if rule.ago is None else (1, LONGEST_LEAD)
        return sorted(
            (day for day in allowed if fewest <= (day - asked_on).days <= most),
            key=lambda day: (abs(day - self.day), day),
        )


def plan_slots(count: int, *, now: datetime, rng: random.Random) -> list[Slot]:
    """As many slots, in the order in which the bookings are made."""
    slots = [
        _draw_slot(fate, now=now, rng=rng)
        for fate, many in fate_counts(count).items()
        for _ in range(many)
    ]
    return sorted(slots, key=lambda slot: slot.made_at)


def fate_counts(count: int) -> dict[Fate, int]:
    """How many bookings get each fate: at least one; what is left over is completed."""
    counts = {fate: max(1, rule.share * count // 200) for fate, rule in RULES.items()}
    counts[Fate.COMPLETED] += count - sum(counts.values())
    return counts


def _draw_slot(fate: Fate, *, now: datetime, rng: random.Random) -> Slot:
    rule = RULES[fate]
    first, last, likeliest = rule.days
    passed = min(int(rng.triangular(first, last + 1, likeliest)), last)
    day = today(now) + timedelta(days=passed)
    return Slot(made_at=_draw_made_at(rule, day, now=now, rng=rng), day=day, fate=fate)


def _draw_made_at(rule: FateRule, day: date, *, now: datetime, rng: random.Random) -> datetime:
    if rule.ago is not None:
        return now - timedelta(minutes=rng.randint(*rule.ago), seconds=rng.randint(0, 50))
    fewest, most = rule.leads
    fewest = max(fewest, (day - today(now)).days)  # what lies ahead was booked by today
    lead = min(fewest + int(rng.expovariate(1 / 6)), most)
    # What is wanted the same day is asked for at breakfast.
    hour = rng.randint(7, 22) if lead else 5
    moment = time(hour, rng.randint(0, 59), rng.randint(0, 59))
    made_at = at_new_york(day - timedelta(days=lead), moment)
    # Late enough ago for a hold to have run out since.
    latest = now - timedelta(minutes=rng.randint(90, 240))
    return min(made_at, latest)
