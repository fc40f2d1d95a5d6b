"""What Today shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from booking.catalogue.snapshot import get_snapshot
from booking.models import AlertKind
from staff.live import Standing
from staff.models import StaffProfile
from staff.today.actions import of_booking
from staff.today.alerts import OpenAlert, find_alerts
from staff.today.load import VanToday, load_days
from staff.today.queues import KINDS, SHOWN, Candidate, Queue, QueueKind, by_queue, counted
from staff.today.waiting import TO_COLLECT, Waiting, find_waiting
from staff.today.words import time_of
from totetaxi.lib.clock import today

NEXT_DAYS = 4
VANS_SHOWN = 6
WHOSE = {
    "": gettext_lazy("Everyone"),
    "mine": gettext_lazy("Mine"),
    "nobody": gettext_lazy("Nobody’s"),
}


@dataclass(frozen=True)
class Asked:
    """What an address asks for: whose things, and one queue alone; empty is all."""

    whose: str
    queue: str

    @classmethod
    def read(cls, query: QueryDict) -> Asked:
        """What an address cannot mean is left out."""
        whose, queue = query.get("whose", ""), query.get("queue", "")
        return cls(
            whose=whose if whose in WHOSE else "",
            queue=queue if queue in {kind.key for kind in KINDS} else "",
        )

    def fits(self, one: Candidate) -> bool:
        """Whether a thing is of those whose things are asked for."""
        return {"mine": one.is_mine, "nobody": not one.is_taken}.get(self.whose, True)


@dataclass(frozen=True)
class VanLine:
    """A van of today, and what it does next."""

    van: VanToday
    words: str
    tone: str


def today_context(asked: Asked, staff: StaffProfile, standing: Standing) -> dict[str, Any]:
    """The page: three queries, four where the fleet has changed."""
    now = standing.at
    alerts, waiting = find_alerts(), find_waiting(now)
    found = by_queue(alerts, waiting, staff, now)
    everything = [one for queue in found.values() for one in queue]
    queues = [
        _queue(kind, list(filter(asked.fits, found[kind.key])), asked, staff, now)
        for kind in KINDS
        if asked.queue in {"", kind.key}
    ]
    days = load_days(now, get_snapshot(standing.catalogue).fleet, days=1 + NEXT_DAYS)
    return {
        "asked": asked,
        "queues": queues,
        "is_empty": not any(queue.rows for queue in queues),
        "note": _note(everything),
        "whose": _tabs(everything, asked),
        "collect": _to_collect(waiting, standing),
        "load": days[0],
        "vans": tuple(_van_line(van, standing) for van in days[0].vans[:VANS_SHOWN]),
        "more_vans": max(len(days[0].vans) - VANS_SHOWN, 0),
        "next_days": tuple(days[1:]),
        "tomorrow": today(now) + timedelta(days=1),
        "down": [alert for alert in alerts if alert.kind == AlertKind.PROVIDER_DOWN],
        "services": _services(alerts, standing),
        "may_take": staff.may("edit_bookings"),
        "now": now,
    }


def _queue(
    kind: QueueKind, found: list[Candidate], asked: Asked, staff: StaffProfile, now: datetime
) -> Queue:
    """All of a queue that is looked at alone, else its most urgent rows."""
    shown = found if asked.queue else found[:SHOWN]
    rows = tuple(one.row(staff, now) for one in shown)
    return Queue(kind, rows, hidden=len(found) - len(rows))


def _note(found: list[Candidate]) -> str:
    """`12 things wait for a person, 3 of them now`."""
    if not found:
        return _("Nothing waits for a person")
    pressing = sum(bool(one.tone) for one in found)
    words = ngettext(
        "%(n)s thing waits for a person", "%(n)s things wait for a person", len(found)
    ) % {"n": counted(len(found))}
    if not pressing:
        return words
    more = ngettext("%(n)s is pressing", "%(n)s are pressing", pressing)
    return f"{words}, {more % {'n': counted(pressing)}}"


def _tabs(found: list[Candidate], asked: Asked) -> list[dict[str, Any]]:
    base = reverse("staff:today")
    return [
        {
            "label": label,
            "count": counted(sum(Asked(key, "").fits(one) for one in found)),
            "url": f"{base}?whose={key}" if key else base,
            "is_current": key == asked.whose,
        }
        for key, label in WHOSE.items()
    ]


def _to_collect(waiting: list[Waiting], standing: Standing) -> list[dict[str, Any]]:
    """The next pickups of today that nobody has started, those whose window is open first."""
    ahead = [one for one in waiting if one.queue == "collect"]
    return [
        {
            "at": time_of(one.pickup_at, standing.at),
            "code": f"TT-{one.number:06d}",
            "url": of_booking("booking", one.number),
            "name": one.name,
            "title": one.title,
            "van": one.van,
        }
        for one in ahead[:TO_COLLECT]
    ]


def _van_line(van: VanToday, standing: Standing) -> VanLine:
    """A van with what it does next, in words."""
    tone = "red" if van.late_minutes else "sea"
    if van.next_at is None:
        words = _("All collected") if van.bookings else _("Nothing today")
        tone = ""
    elif van.late_minutes:
        words = _("%(at)s not started") % {"at": time_of(van.next_at, standing.at)}
    else:
        words = _("Next %(at)s") % {"at": time_of(van.next_at, standing.at)}
    return VanLine(van, words, tone)


def _services(alerts: list[OpenAlert], standing: Standing) -> list[dict[str, str]]:
    """How the site's own parts are, as far as it knows; Onfleet will be one of them."""
    late = any(alert.kind == AlertKind.WORK_LATE for alert in alerts)
    down = [alert for alert in alerts if alert.kind == AlertKind.PROVIDER_DOWN]
    stripe = next((alert for alert in down if "stripe" in alert.about), None)
    unsent = sum(alert.kind == AlertKind.MESSAGE_FAILED for alert in alerts)
    queue_state = ("red", _("Not running")) if not standing.is_queue_alive else ("green", "")
    if standing.is_queue_alive and late:
        queue_state = ("amber", _("Late"))
    stripe_state = (
        ("red", _("Down since %(at)s") % {"at": time_of(stripe.created_at, standing.at)})
        if stripe
        else ("green", "")
    )
    mail_state = (
        ("amber", ngettext("%(n)d not sent", "%(n)d not sent", unsent) % {"n": unsent})
        if unsent
        else ("green", "")
    )
    states = (
        (_("Scheduler and queue"), *queue_state),
        (_("Stripe"), *stripe_state),
        (_("Mail"), *mail_state),
    )
    return [
        {"label": label, "tone": tone, "words": words or _("Working")}
        for label, tone, words in states
    ]
