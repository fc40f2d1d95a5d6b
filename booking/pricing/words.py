"""Sentences for people, written here in English and translated by whoever shows them.

This package reaches no Django, so it marks its sentences and keeps their parts;
`booking.catalogue.words.translated` turns one into the reader's language.
"""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal


def gettext_noop(text: str) -> str:
    """Mark a sentence for translation; it is returned as it is."""
    return text


Part = str | int | date | time


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text` in English with `{named}` places, and what goes into them, not yet spelled out."""

    text: str
    parts: tuple[tuple[str, Part], ...] = ()

    def __str__(self) -> str:
        return self.text.format(**{name: spoken(part) for name, part in self.parts})


def sentence(text: str, **parts: Part) -> Sentence:
    """`sentence(gettext_noop("At most {limit} items."), limit=15)`."""
    return Sentence(text, tuple(parts.items()))


def verbatim(text: str) -> Sentence:
    """Words that staff wrote in the catalogue: shown as they are."""
    return Sentence("{text}", (("text", text),))


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something is not possible: a code for programs, and what to do instead for people."""

    code: str
    sentence: Sentence

    def __str__(self) -> str:
        return str(self.sentence)


def refusal(code: str, text: str, **parts: Part) -> Refusal:
    """`refusal("too_many", gettext_noop("At most {limit} items."), limit=15)`."""
    return Refusal(code, sentence(text, **parts))


def spoken(part: Part) -> str:
    """A part of a sentence in English."""
    if isinstance(part, date):
        return spoken_date(part)
    if isinstance(part, time):
        return spoken_time(part)
    return str(part)


def spoken_date(day: date) -> str:
    """`Saturday, December 5, 2026`."""
    return f"{day:%A, %B} {day.day}, {day.year}"


def spoken_time(wall: time) -> str:
    """`9:00 AM`."""
    return f"{wall.hour % 12 or 12}:{wall:%M} {'AM' if wall.hour < 12 else 'PM'}"


def spoken_dollars(cents: int) -> str:
    """`$2,000`, or `$147.75` where there are cents."""
    dollars, rest = divmod(cents, 100)
    return f"${dollars:,}.{rest:02d}" if rest else f"${dollars:,}"


def spoken_percent(percent: Decimal) -> str:
    """`15`, or `7.5`; the sign stands in the sentence."""
    return f"{percent.normalize():f}"
