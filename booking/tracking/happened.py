"""A change of a booking in words, read from its event (`BookingEvent.Kind.CHANGE`)."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from django.utils.translation import gettext as _

from booking.changes.words import difference_words
from booking.models import BookingEvent
from booking.services.spoken import day_words, time_words
from totetaxi.lib.clock import at_new_york


def happened(event: BookingEvent) -> tuple[str, str]:
    """What happened, and its figures: the reasons and details that the services write."""
    detail: dict[str, Any] = event.detail
    wanted, difference = _when(detail, "to"), _difference(detail)
    before = _("Before: %(day)s") % {"day": _when(detail, "from")}
    as_booked = _("Everything stays as booked")
    told = {
        "rescheduled": (_("Moved to %(day)s") % {"day": wanted}, _joined(before, difference)),
        "reordered": (_("The order was changed"), difference),
        "repriced": (_("Another price was agreed"), difference),
        "certificate_on_file": (_("The certificate of insurance is on file"), ""),
        "asked_reschedule": (_("Another day asked for"), _joined(wanted, difference)),
        "asked_cancel": (_("Cancellation asked for"), ""),
        "request_withdrawn": (_("Request withdrawn"), as_booked),
        "request_refused": (_("Request not possible"), as_booked),
    }
    return told.get(event.reason, (_("The booking was changed"), ""))


def _when(detail: dict[str, Any], end: str) -> str:
    """`Tuesday, December 8, from 9:00 AM`; empty where the event names no day."""
    if not detail.get(f"{end}_date"):
        return ""
    day = date.fromisoformat(detail[f"{end}_date"])
    moment = at_new_york(day, time.fromisoformat(detail[f"{end}_time"]))
    return _("%(day)s, from %(time)s") % {"day": day_words(moment), "time": time_words(moment)}


def _difference(detail: dict[str, Any]) -> str:
    cents = detail.get("difference_cents", detail.get("shown_cents", 0))
    return difference_words(cents) if cents else ""


def _joined(*parts: str) -> str:
    return "; ".join(part for part in parts if part)
