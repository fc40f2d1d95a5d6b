"""One row of the page Money: what happened, what both sides say, and the one safe thing to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import dateformat
from django.utils.translation import gettext as _

from booking.models import Booking
from payments.reconciliation.currency import USD, in_words
from totetaxi.lib import clock
from totetaxi.lib.money import usd

DASH = "–"
_GLYPHS = {"open": ("octagon", "text-red"), "expected": ("clock", "text-amber")}
_MATCHED = ("status-completed", "text-green")


@dataclass(frozen=True)
class Act:
    """The one safe thing to do: a page that does it, and what its button says."""

    url: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """In words, all of it. `cents` is what the row adds to its group: what differs, or moves.

    `standing` is open, expected or matched; `state` its word. `number` leads to the booking.
    """

    standing: str
    at: datetime
    when: str
    what: str
    cents: int
    ours: str = DASH
    stripe: str = DASH
    difference: str = DASH
    state: str = ""
    number: int | None = None
    act: Act | None = None

    @property
    def code(self) -> str:
        """`TT-000440`."""
        return f"TT-{self.number:06d}" if self.number else DASH

    @property
    def glyph(self) -> str:
        """The shape beside the state."""
        return _GLYPHS.get(self.standing, _MATCHED)[0]

    @property
    def tone(self) -> str:
        """The colour of the state, as a class."""
        return _GLYPHS.get(self.standing, _MATCHED)[1]


def when_words(at: datetime, now: datetime) -> str:
    """`Today 8:33 AM`, `Fri 5:18 PM`, `Nov 3, 5:18 PM`."""
    moment, today = clock.new_york(at), clock.today(now)
    time = dateformat.time_format(moment, "g:i A")
    if moment.date() == today:
        return _("Today %(time)s") % {"time": time}
    if today - timedelta(days=6) <= moment.date() <= today + timedelta(days=6):
        return f"{dateformat.format(moment, 'D')} {time}"
    year = "" if moment.year == today.year else ", Y"
    return f"{dateformat.format(moment, f'M j{year}')}, {time}"


def until_words(at: datetime, now: datetime) -> str:
    """`To 9:31 AM`, `To Fri 5:18 PM`."""
    moment = clock.new_york(at)
    is_today = moment.date() == clock.today(now)
    words = dateformat.time_format(moment, "g:i A") if is_today else when_words(at, now)
    return _("To %(at)s") % {"at": words}


def signed(cents: int, currency: str = USD) -> str:
    """A sum in words: `$95.00`, `refunded $95.00`."""
    words = in_words(abs(cents), currency)
    return words if cents >= 0 else _("refunded %(sum)s") % {"sum": words}


def taken(cents: int, currency: str = USD) -> str:
    """The same of what was not ours to give back: `taken $95.00`."""
    words = in_words(abs(cents), currency)
    return words if cents >= 0 else _("taken %(sum)s") % {"sum": words}


def apart_words(ours: int, stripe: int) -> str:
    """`$285.00 over`, `$147.75 short`: what Stripe has beside what we have."""
    if stripe == ours:
        return usd(0)
    text = _("%(sum)s over") if stripe > ours else _("%(sum)s short")
    return text % {"sum": usd(abs(stripe - ours))}


def number_of(booking: Booking | None) -> int | None:
    """For the row's link."""
    return booking.number if booking else None
