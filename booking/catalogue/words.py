"""The engine's sentences in the reader's language."""

from datetime import date, time

from django.utils.formats import date_format, time_format
from django.utils.translation import gettext

from booking.pricing.words import Part, Sentence


def translated(sentence: Sentence) -> str:
    """A sentence of the pure packages, translated, its days and times as the reader writes them."""
    return gettext(sentence.text).format(**{name: _spoken(part) for name, part in sentence.parts})


def _spoken(part: Part) -> str:
    if isinstance(part, date):
        return date_format(part, "l, F j, Y")
    if isinstance(part, time):
        return time_format(part, "g:i A")
    return str(part)
