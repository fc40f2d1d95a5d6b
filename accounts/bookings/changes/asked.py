"""What a customer has asked for, in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from booking.changes.words import difference_words
from booking.lifecycle import FINAL
from booking.models import Booking, ChangeRequest
from booking.services.spoken import day_words, time_words
from totetaxi.lib.clock import at_new_york
from totetaxi.lib.money import usd


@dataclass(frozen=True, kw_only=True)
class RequestWords:
    """A request as the booking's page tells of it: open, or refused with an answer."""

    label: str
    tone: str
    icon: str
    title: str
    sentences: list[str]
    note: str = ""
    is_open: bool = False


def request_words(booking: Booking) -> RequestWords | None:
    """The newest request where it still says something: it is open, or was refused.

    Prefetch `change_requests` with the booking.
    """
    newest = max(booking.change_requests.all(), key=lambda row: row.created_at, default=None)
    if newest is None or booking.status in FINAL:
        return None
    if newest.state == ChangeRequest.State.OPEN:
        return _open_words(booking, newest)
    return _refused_words(newest) if newest.state == ChangeRequest.State.REFUSED else None


def _open_words(booking: Booking, asked: ChangeRequest) -> RequestWords:
    if asked.kind == ChangeRequest.Kind.CANCEL:
        title = _("You asked us to cancel this booking.")
        sentences = [
            _("It stands until we have answered, within a working day."),
            _("By the refund rules, %(amount)s would go back to you.")
            % {"amount": usd(asked.shown_cents)}
            if asked.shown_cents
            else _("By the refund rules, nothing would go back to you."),
        ]
    else:
        title = _("You asked for %(wanted)s.") % {"wanted": wanted_words(asked)}
        sentences = [
            _("It has not moved yet: until we answer, we collect on %(day)s, from %(time)s.")
            % {"day": day_words(booking.pickup_at), "time": time_words(booking.pickup_at)},
            _difference_sentence(asked.shown_cents),
        ]
    return RequestWords(
        label=_("Asked, not decided"),
        tone="amber",
        icon="clock",
        title=title,
        sentences=sentences,
        note=asked.note,
        is_open=True,
    )


def _refused_words(asked: ChangeRequest) -> RequestWords:
    title = (
        _("We could not cancel it as you asked.")
        if asked.kind == ChangeRequest.Kind.CANCEL
        else _("We could not move it to %(wanted)s.") % {"wanted": wanted_words(asked)}
    )
    answer = asked.answer or _("Please call us: we look for another way with you.")
    return RequestWords(
        label=_("Not possible"), tone="outline", icon="info", title=title, sentences=[answer]
    )


def _difference_sentence(cents: int) -> str:
    if not cents:
        return _("The price would stay the same. We answer within a working day.")
    text = _("It would cost %(difference)s. We answer within a working day.")
    return text % {"difference": difference_words(cents)}


def wanted_words(asked: ChangeRequest) -> str:
    """The day and time that a request for another day names, in words."""
    if asked.wanted_date is None or asked.wanted_time is None:
        raise ValueError("a request for another day names it")
    wanted = at_new_york(asked.wanted_date, asked.wanted_time)
    return _("%(day)s, from %(time)s") % {"day": day_words(wanted), "time": time_words(wanted)}
