"""What happened to a booking and what comes, step by step, read from its events."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from booking.lifecycle import EXPIRED, Status
from booking.models import Booking, BookingEvent, CoiState
from booking.notifications.facts import BookingFacts
from booking.notifications.schedule import (
    certificate_due,
    day_words,
    time_words,
)
from booking.tracking.happened import happened
from totetaxi.lib.clock import new_york
from totetaxi.lib.money import usd

SUPERSEDED, CUSTOMER = "superseded", "customer"


@dataclass
class Entry:
    """One step. `state` is done, now, next or failed; `at` is when it happened, if it has."""

    title: str
    when: str = ""
    detail: str = ""
    state: str = "next"
    at: datetime | None = None


@dataclass(frozen=True)
class MoneyStory:
    """What the layer above knows of a booking's money: how it was paid, and what came after.

    Each of the `entries` has its `at` and stands where it happened.
    """

    paid_with: str = ""
    entries: Iterable[Entry] = ()


NO_MONEY = MoneyStory()


def timeline(
    facts: BookingFacts, events: list[BookingEvent], now: datetime, money: MoneyStory
) -> list[Entry]:
    """The steps of a booking, past ones first. The first that is not done is `now`."""
    booking = facts.booking
    reached = {event.to_status: event.at for event in events if event.to_status}
    changes = [_change(event, now) for event in events if event.kind == BookingEvent.Kind.CHANGE]
    entries = (
        _ended(booking, reached, now)
        if booking.status == Status.CANCELLED
        else _steps(facts, reached, now, money.paid_with)
    )
    for entry in sorted((*changes, *money.entries), key=_moment):
        entries.insert(_place(entry, entries), entry)
    waiting = next((entry for entry in entries if entry.state == "next"), None)
    if waiting:
        waiting.state = "now"
    return entries


def moment_words(moment: datetime, now: datetime) -> str:
    """When something was: `Today, 9:08 AM`, or its day."""
    if new_york(moment).date() == new_york(now).date():
        return _("Today, %(time)s") % {"time": time_words(moment)}
    return day_words(moment)


def happened_entry(title: str, at: datetime, now: datetime, detail: str = "") -> Entry:
    """Something that is over, for the timeline."""
    return Entry(title, moment_words(at, now), detail, "done", at)


def _change(event: BookingEvent, now: datetime) -> Entry:
    title, detail = happened(event)
    return happened_entry(title, event.at, now, detail)


def _moment(entry: Entry) -> datetime:
    if entry.at is None:
        raise ValueError("what happened has a moment")
    return entry.at


def _place(entry: Entry, entries: list[Entry]) -> int:
    """Before the first step that came later, or is still to come."""
    moment = _moment(entry)
    return next(
        (
            place
            for place, other in enumerate(entries)
            if other.state == "next" or (other.at is not None and other.at > moment)
        ),
        len(entries),
    )


def _steps(
    facts: BookingFacts, reached: dict[str, datetime], now: datetime, paid_with: str
) -> list[Entry]:
    return [
        _booked(facts, reached, now, paid_with),
        *_certificate(facts.booking),
        _collected(facts, reached, now),
        *_on_the_road(facts),
        _set_down(facts, reached, now),
    ]


def _booked(
    facts: BookingFacts, reached: dict[str, datetime], now: datetime, paid_with: str
) -> Entry:
    booking = facts.booking
    total = usd(booking.total_cents)
    if booking.status == Status.PENDING:
        title = _("We call you") if booking.needs_staff else _("Payment")
        held = _("Your place is kept until %(when)s.") % {"when": facts.hold_ends}
        return Entry(title, detail=held if facts.hold_ends else "", when=total)
    at = reached.get(Status.PAID, booking.created_at)
    if booking.unpaid_reason:
        return happened_entry(_("Booked"), at, now, _("%(total)s, to be paid") % {"total": total})
    if not booking.total_cents:
        return happened_entry(_("Booked"), at, now, _("Nothing to pay"))
    return happened_entry(_("Booked and paid"), at, now, paid_with)


def _certificate(booking: Booking) -> list[Entry]:
    if booking.coi_state == CoiState.NOT_NEEDED:
        return []
    title = _("Certificate of insurance for your building")
    if booking.coi_state == CoiState.APPROVED or booking.status != Status.PAID:
        state = "done" if booking.coi_state == CoiState.APPROVED else "next"
        return [Entry(title, state=state)]
    due = certificate_due(booking)
    return [Entry(title, _("By %(day)s") % {"day": day_words(due)})]


def _collected(facts: BookingFacts, reached: dict[str, datetime], now: datetime) -> Entry:
    booking = facts.booking
    started = reached.get(Status.IN_PROGRESS)
    if started:
        return happened_entry(_("Collected"), started, now, facts.pickup.street_words)
    return Entry(
        _("Pickup at %(street)s") % {"street": facts.pickup.street_words},
        day_words(booking.pickup_at),
        _("Between %(start)s and %(end)s")
        % {"start": facts.collect_time, "end": time_words(booking.window_ends_at)},
    )


def _on_the_road(facts: BookingFacts) -> list[Entry]:
    if facts.booking.status != Status.IN_PROGRESS:
        return []
    return [Entry(_("On the road to %(place)s") % {"place": facts.delivery.name})]


def _set_down(facts: BookingFacts, reached: dict[str, datetime], now: datetime) -> Entry:
    title = _("Set down at %(street)s") % {"street": facts.delivery.street_words}
    done = reached.get(Status.COMPLETED)
    if done:
        return happened_entry(title, done, now, facts.delivery.city_words)
    when = _("By %(time)s") % {"time": facts.delivery_time}
    return Entry(title, when, facts.delivery.city_words)


def _ended(booking: Booking, reached: dict[str, datetime], now: datetime) -> list[Entry]:
    entries = [happened_entry(_("Booked"), booking.created_at, now)]
    paid = reached.get(Status.PAID)
    if paid:
        entries.append(happened_entry(_("Paid"), paid, now))
    reasons = {
        EXPIRED: _("The time to pay ran out."),
        SUPERSEDED: _("A changed booking took its place."),
        CUSTOMER: _("As you asked."),
    }
    at = reached.get(Status.CANCELLED, booking.updated_at)
    why = reasons.get(booking.cancel_reason, "")
    entries.append(Entry(_("Cancelled"), moment_words(at, now), why, "failed", at))
    return entries
