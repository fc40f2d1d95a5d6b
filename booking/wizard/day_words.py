"""What a day of the calendar says: its price and why, its room, or why it cannot be chosen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from booking.availability.types import DayRoom, RoomState
from booking.pricing.codes import LineCode, SurchargeKind
from booking.pricing.types import Line, Quote, Refused, Surcharge
from booking.pricing.words import spoken_dollars, spoken_percent

# Rules of the time of day are told by the price's lines; these tell days apart.
DAY_KINDS = {
    SurchargeKind.WEEKEND: gettext_lazy("Weekend"),
    SurchargeKind.PEAK: gettext_lazy("Peak"),
    SurchargeKind.HOLIDAY: gettext_lazy("Holiday"),
}


@dataclass(frozen=True, slots=True)
class Day:
    """One cell. `state` is open, full, closed, soon or later; only an open day has a price.

    `why` says why it costs more, `word` and `detail` why it cannot be chosen, `left` how much
    room there is, `spoken` all of it for a screen reader.
    """

    date: date
    iso: str
    label: str
    state: str
    spoken: str
    price: str = ""
    why: str = ""
    left: str = ""
    word: str = ""
    detail: str = ""
    total_cents: int = 0

    @property
    def dollars(self) -> str:
        """The price without its sign, which a phone leaves out, and without its cents."""
        return self.price.removeprefix("$").partition(".")[0]

    @property
    def cents(self) -> str:
        """`.75`, or nothing: where a narrow cell may break the line."""
        return "".join(self.price.partition(".")[1:])

    @property
    def is_open(self) -> bool:
        """Whether it can be chosen."""
        return self.state == "open"


class DayWords:
    """Writes the cells of one calendar, and remembers which rules made which days dearer."""

    def __init__(self, rules: Iterable[Surcharge]) -> None:
        self.rules = {rule.name: rule for rule in rules if rule.kind in DAY_KINDS}
        self.dear: dict[str, tuple[Line, list[date]]] = {}
        self.first: date | None = None

    def day(self, day: date, answer: Quote | Refused, room: DayRoom) -> Day:
        """A day within reach, whether or not it can be chosen."""
        if room.state is RoomState.CLOSED:
            return self._shut(day, "closed", _("Closed"), room.closed_reason)
        if isinstance(answer, Refused):
            return self._shut(day, "soon", _("Too soon"))
        if room.state is RoomState.FULL:
            return self._shut(day, "full", _("Full"))
        why, price = self._why(day, answer), spoken_dollars(answer.total_cents)
        left = (
            ngettext("%(count)d left", "%(count)d left", room.left) % {"count": room.left}
            if room.is_scarce
            else ""
        )
        return Day(
            date=day,
            iso=day.isoformat(),
            label=self._label(day),
            state="open",
            price=price,
            why=why,
            left=left,
            total_cents=answer.total_cents,
            spoken=_joined(_long(day), price, why, left),
        )

    def later(self, day: date, would_be: Quote, *, opens: date) -> Day:
        """A day beyond the horizon: when it opens, and what it will add."""
        word = _("Opens %(day)s") % {"day": _spelled(opens, "M j", get_language())}
        return self._shut(day, "later", word, self._why(day, would_be))

    def dearer(self) -> str:
        """Why some days cost more, in a few sentences; empty where none does."""
        return " ".join(self._rule_words(name) for name in self.dear)

    def _shut(self, day: date, state: str, word: str, detail: str = "") -> Day:
        return Day(
            date=day,
            iso=day.isoformat(),
            label=self._label(day),
            state=state,
            word=word,
            detail=detail,
            spoken=_joined(_long(day), word, detail),
        )

    def _label(self, day: date) -> str:
        """The day's number; the month with it for the first cell and the first of a month."""
        if self.first is None:
            self.first = day
        if day.day == 1 or day == self.first:
            return _spelled(day, "M j", get_language())
        return str(day.day)

    def _why(self, day: date, quote: Quote) -> str:
        reasons = []
        for line in quote.lines:
            rule = self.rules.get(line.label) if line.code == LineCode.SURCHARGE else None
            if rule is not None:
                self.dear.setdefault(rule.name, (line, []))[1].append(day)
                reasons.append(_short(rule))
            elif line.code == LineCode.SAME_DAY:
                reasons.append(
                    _("Same day + %(amount)s") % {"amount": spoken_dollars(line.amount_cents)}
                )
        return ", ".join(reasons)

    def _rule_words(self, name: str) -> str:
        rule, (line, days) = self.rules[name], self.dear[name]
        here = spoken_dollars(line.amount_cents)
        parts = {
            "who": _subject(rule, days),
            "percent": spoken_percent(rule.percent) if rule.percent is not None else "",
            "amount": here,
        }
        if rule.percent is None:
            return _("%(who)s add %(amount)s.") % parts
        return _("%(who)s add %(percent)s%%: %(amount)s here.") % parts


def spans(days: Iterable[date]) -> str:
    """Days in words: `December 23 to 27, December 31`."""
    runs: list[list[date]] = []
    for day in sorted(set(days)):
        if runs and day - runs[-1][-1] == timedelta(days=1):
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(_span(run[0], run[-1]) for run in runs)


def _span(first: date, last: date) -> str:
    if first == last:
        return date_format(first, "F j")
    end = date_format(last, "j" if first.month == last.month else "F j")
    return _("%(first)s to %(last)s") % {"first": date_format(first, "F j"), "last": end}


def _subject(rule: Surcharge, days: list[date]) -> str:
    if rule.kind is SurchargeKind.WEEKEND:
        return _("Saturday and Sunday")
    if rule.kind is SurchargeKind.PEAK:
        return _("Peak dates, %(days)s,") % {"days": spans(days)}
    return _("Holidays, %(days)s,") % {"days": spans(days)}


def _short(rule: Surcharge) -> str:
    """`Weekend 15%` or `Peak + $175`."""
    kind = DAY_KINDS[rule.kind]
    if rule.percent is not None:
        return f"{kind} {spoken_percent(rule.percent)}%"
    return f"{kind} + {spoken_dollars(rule.flat_cents or 0)}"


def _long(day: date) -> str:
    return _spelled(day, "l, F j", get_language())


@lru_cache(maxsize=1024)
def _spelled(day: date, style: str, language: str | None) -> str:  # noqa: ARG001  names depend on it
    """A day in words. The same few days are spelled with every calendar."""
    return date_format(day, style)


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)
