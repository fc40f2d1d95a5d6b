"""The queues of Today: what waits, in which order, and whose it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from booking.models import AlertKind
from staff.models import StaffProfile
from staff.models.profile import initials_of
from staff.today.actions import alert_action, booking_action, of_booking, of_key
from staff.today.alerts import OpenAlert
from staff.today.waiting import Waiting
from staff.today.words import (
    alert_what,
    begin_words,
    coi_words,
    finish_words,
    time_of,
    tone_of,
    unpaid_words,
)

SHOWN = 8  # of a queue, unless it is looked at alone
COUNTED = 99

Words = Callable[[Waiting, datetime], tuple[str, str]]


@dataclass(frozen=True)
class QueueKind:
    """A queue: the alerts and the queues of bookings that come to it. Delivery tasks that did not
    reach the drivers, and mail that bounced, will be further ones.
    """

    key: str
    label: Any
    note: Any
    alerts: frozenset[str] = frozenset()
    waiting: tuple[str, ...] = ()


# In the order of urgency.
KINDS = (
    QueueKind(
        "road",
        _("On the road"),
        _("A pickup or a delivery is late"),
        waiting=("begin", "finish"),
    ),
    QueueKind(
        "coi",
        _("Certificates of insurance"),
        _("On file a day before the pickup"),
        waiting=("coi",),
    ),
    QueueKind(
        "vans",
        _("Vans"),
        _("Booked, and fits no more"),
        alerts=frozenset({AlertKind.ROOM_CONFLICT}),
    ),
    QueueKind(
        "customers",
        _("Customers waiting for an answer"),
        _("Paid bookings change only when we decide"),
        alerts=frozenset({AlertKind.REQUEST, AlertKind.CHANGE_REQUEST}),
    ),
    QueueKind(
        "money",
        _("Money"),
        _("A sum needs a person"),
        alerts=frozenset(
            {
                AlertKind.REFUND_REQUESTED,
                AlertKind.PAYMENT_MISMATCH,
                AlertKind.LATE_PAYMENT,
                AlertKind.SURPLUS,
                AlertKind.OVERPAID,
                AlertKind.PARTLY_PAID,
                AlertKind.PAYMENT_FAILING,
                AlertKind.REFUND_FAILED,
                AlertKind.REFUND_BY_HAND,
                AlertKind.DISPUTE,
                AlertKind.UNKNOWN_PAYMENT,
            }
        ),
        waiting=("unpaid",),
    ),
    QueueKind(
        "messages",
        _("Messages not sent"),
        _("We tried for a day"),
        alerts=frozenset({AlertKind.MESSAGE_FAILED}),
    ),
    # Whatever kind of alert is added finds its place here until it has one.
    QueueKind("system", _("The site itself"), _("For whoever looks after it")),
)
BY_ALERT = {kind: queue.key for queue in KINDS for kind in queue.alerts}
BY_WAITING = {name: queue.key for queue in KINDS for name in queue.waiting}
WORDS: dict[str, Words] = {
    "begin": begin_words,
    "finish": finish_words,
    "coi": coi_words,
    "unpaid": unpaid_words,
}
# Who waits in one of these is not told of as unpaid once more.
UNPAID_ALERTS = frozenset(
    {
        AlertKind.REQUEST,
        AlertKind.PAYMENT_FAILING,
        AlertKind.PAYMENT_MISMATCH,
        AlertKind.PARTLY_PAID,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One thing that waits. `taker` is empty where nobody has it, or nobody can: `take_url`."""

    id: str
    when: str
    tone: str
    code: str
    booking_url: str
    name: str
    what: str
    action: str
    action_url: str
    taker: str = ""
    initials: str = ""
    is_mine: bool = False
    take_url: str = ""


@dataclass(frozen=True)
class Queue:
    """A queue with its rows. `count` is what waits, `hidden` how many of it are not shown."""

    kind: QueueKind
    rows: tuple[Row, ...] = ()
    hidden: int = 0

    @property
    def count(self) -> str:
        """`12`; `99+` for more than are counted."""
        return counted(len(self.rows) + self.hidden)


def counted(number: int) -> str:
    """A number up to 99, or that there are more."""
    return str(number) if number <= COUNTED else f"{COUNTED}+"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that waits, before it is put into words: most of a flood never is."""

    source: OpenAlert | Waiting
    tone: str
    sort: datetime
    is_taken: bool = False
    is_mine: bool = False

    def row(self, staff: StaffProfile, now: datetime) -> Row:
        """In words."""
        if isinstance(self.source, OpenAlert):
            return _alert_row(self.source, staff, now)
        return _booking_row(self.source, self.tone, staff, now)


def by_queue(
    alerts: Iterable[OpenAlert], waiting: Iterable[Waiting], staff: StaffProfile, now: datetime
) -> dict[str, list[Candidate]]:
    """Everything in its queue, what waits longest or must be done first at the top."""
    found: dict[str, list[Candidate]] = {kind.key: [] for kind in KINDS}
    asked = set()
    for alert in alerts:
        is_mine = alert.taken_by == staff.user_id
        one = Candidate(alert, "", alert.created_at, bool(alert.taker), is_mine)
        found[BY_ALERT.get(alert.kind, "system")].append(one)
        if alert.kind in UNPAID_ALERTS:
            asked.add(alert.number)
    for booking in waiting:
        is_told = booking.queue == "unpaid" and booking.number in asked
        if booking.queue in WORDS and not is_told:
            one = Candidate(booking, tone_of(booking, now), booking.pickup_at)
            found[BY_WAITING[booking.queue]].append(one)
    for queue in found.values():
        queue.sort(key=lambda one: (TONES.index(one.tone), one.sort))
    return found


TONES = ("red", "amber", "")


def _alert_row(alert: OpenAlert, staff: StaffProfile, now: datetime) -> Row:
    action, url = alert_action(alert, staff)
    return Row(
        id=f"alert-{alert.id}",
        when=time_of(alert.created_at, now),
        tone="",
        code=f"TT-{alert.number:06d}" if alert.number is not None else "",
        booking_url=of_booking("booking", alert.number) if alert.number is not None else "",
        name=alert.name,
        what=alert_what(alert, now),
        action=action,
        action_url=url,
        taker=alert.taker,
        initials=initials_of(alert.taker),
        is_mine=alert.taken_by == staff.user_id,
        take_url=of_key("alert", alert.id),
    )


def _booking_row(one: Waiting, tone: str, staff: StaffProfile, now: datetime) -> Row:
    when, what = WORDS[one.queue](one, now)
    action, url = booking_action(one, staff)
    return Row(
        id=f"{one.queue}-{one.number}",
        when=when,
        tone=tone,
        code=f"TT-{one.number:06d}",
        booking_url=of_booking("booking", one.number),
        name=one.name,
        what=what,
        action=action,
        action_url=url,
    )
