"""How rows of Today are told: since when or until when, and what they need."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.models import AlertKind, ChangeRequest
from booking.services.policy import certificate_due_at
from staff.today.alerts import OpenAlert
from staff.today.waiting import Waiting
from totetaxi.lib.clock import new_york, today
from totetaxi.lib.money import usd

SOON = timedelta(hours=4)
TODAY_OR_SO = timedelta(hours=24)


def time_of(moment: datetime, now: datetime) -> str:
    """`9:14 AM` of today, `Fri 4:40 PM` of the days next to it, else `Dec 2`."""
    wall, day = new_york(moment), today(now)
    distance = abs((wall.date() - day).days)
    pattern = "g:i A" if not distance else "D g:i A" if distance < 6 else "M j"
    return dateformat.format(wall, pattern)


def late_words(minutes: int) -> str:
    """`24 min late`, `3 h late`, `2 days late`."""
    if minutes < 60:
        return ngettext("%(n)d min late", "%(n)d min late", minutes) % {"n": minutes}
    if minutes < 24 * 60:
        hours = minutes // 60
        return ngettext("%(n)d h late", "%(n)d h late", hours) % {"n": hours}
    days = minutes // (24 * 60)
    return ngettext("%(n)d day late", "%(n)d days late", days) % {"n": days}


def tone_of(row: Waiting, now: datetime) -> str:
    """How a booking presses: red now, amber soon, else empty."""
    if row.queue == "coi":
        due = certificate_due_at(row.pickup_at)
        return "red" if due <= now else "amber" if due - now < TODAY_OR_SO else ""
    if row.queue == "unpaid":
        return "red" if row.pickup_at <= now + SOON else "amber"
    return "red"


def begin_words(row: Waiting, now: datetime) -> tuple[str, str]:
    """(when, what) of a pickup whose window is over."""
    minutes = max(int((now - row.window_ends_at).total_seconds() // 60), 1)
    what = _("Pickup of %(at)s was not started") % {"at": time_of(row.pickup_at, now)}
    return late_words(minutes), _with_van(what, row)


def finish_words(row: Waiting, now: datetime) -> tuple[str, str]:
    """The same of a trip that is still under way when it should be over."""
    what = _("Collected %(at)s, not completed") % {"at": time_of(row.pickup_at, now)}
    return time_of(row.pickup_at, now), _with_van(what, row)


def coi_words(row: Waiting, now: datetime) -> tuple[str, str]:
    """The same of a certificate that is not on file yet."""
    due = certificate_due_at(row.pickup_at)
    missing = _("Building's wording missing") if not row.has_wording else _("Not on file yet")
    what = _("%(missing)s; pickup %(at)s") % {"missing": missing, "at": _pickup(row, now)}
    words = _("Since %(at)s") if due <= now else _("By %(at)s")
    return words % {"at": time_of(due, now)}, what


def unpaid_words(row: Waiting, now: datetime) -> tuple[str, str]:
    """The same of a booking that is not paid and soon to be collected."""
    what = _("%(due)s not paid; %(what)s") % {"due": usd(row.due_cents), "what": row.title}
    return _("Pickup %(at)s") % {"at": _pickup(row, now)}, what


def alert_what(alert: OpenAlert, now: datetime) -> str:
    """What an alert is about, without the number that stands beside it."""
    if alert.kind == AlertKind.CHANGE_REQUEST and alert.request_kind:
        return _request_words(alert, now)
    text = alert.summary
    if alert.number is not None:
        text = text.removeprefix(f"TT-{alert.number:06d}").lstrip(": ")
        text = text[:1].upper() + text[1:]
    if alert.times > 1:
        return _("%(text)s (%(times)d times)") % {"text": text, "times": alert.times}
    return text


def _request_words(alert: OpenAlert, now: datetime) -> str:
    cents = alert.shown_cents or 0
    if alert.request_kind == ChangeRequest.Kind.CANCEL or alert.wanted_date is None:
        what = _("Cancel pickup of %(day)s") % {"day": _day(alert.pickup_at, now)}
        return _("%(what)s; %(sum)s back") % {"what": what, "sum": usd(cents)} if cents else what
    wanted = datetime.combine(alert.wanted_date, alert.wanted_time or time())
    what = _("Move %(day)s to %(to)s") % {
        "day": _day(alert.pickup_at, now),
        "to": dateformat.format(wanted, "D M j, g:i A"),
    }
    if not cents:
        return what
    words = _("%(what)s; %(sum)s more") if cents > 0 else _("%(what)s; %(sum)s less")
    return words % {"what": what, "sum": usd(abs(cents))}


def _day(moment: datetime | None, now: datetime) -> str:
    return dateformat.format(new_york(moment or now), "D M j")


def _pickup(row: Waiting, now: datetime) -> str:
    """`9:30 AM` of today, else with its day."""
    wall = new_york(row.pickup_at)
    return dateformat.format(wall, "g:i A" if wall.date() == today(now) else "D M j, g:i A")


def _with_van(what: str, row: Waiting) -> str:
    if row.van is None:
        return what
    return _("%(what)s; van %(van)d") % {"what": what, "van": row.van}
