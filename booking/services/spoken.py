"""Days and times as we say them, in New York."""

from datetime import datetime

from django.utils.formats import date_format

from totetaxi.lib.clock import new_york


def day_words(moment: datetime) -> str:
    """An instant's day in New York: `Saturday, December 5`. The last space does not break."""
    return date_format(new_york(moment), "l, F\u00a0j")


def time_words(moment: datetime) -> str:
    """An instant's time in New York: `9:00 AM`. The space does not break."""
    return date_format(new_york(moment), "g:i\u00a0A")
