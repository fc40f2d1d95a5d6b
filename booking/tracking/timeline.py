"""What happened to a booking and what comes, step by step, read from its events."""

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
from totetaxi.lib.clock import new_york
from totetaxi.lib.money import usd

SUPERSEDED = "superseded"


@dataclass
class Entry:
    """One step. `state` is done, now, next or failed."""

    title: str
    when: str = ""
    detail: str = ""
    state: str = "next"


def timeline(facts: BookingFacts, events: list[BookingEvent], now: datetime) -> list[Entry]:
    """The steps of a booking, past ones first. The first that is not done is `now`."""
    booking = facts.booking
    reached = {event.to_status: event.at for event in events if event.to_status}
    if booking.status == Status.CANCELLED:
        return _ended(booking, reached, now)
    entries = [
        _booked(facts, reached, now),
        *_certificate(booking),
        _collected(facts, reached, now),
        *_on_the_road(facts),
        _set_down(facts, reached, now),
    ]
    waiting = next((entry for entry in entries if entry.state == "next"), None)
    if waiting:
        waiting.state = "now"
    return entries


def moment_words(moment: datetime, now: datetime) -> str:
    """When something was: `Today, 9:08 AM`, or its day."""
    if new_york(moment).date() == new_york(now).date():
        return _("Today, %(time)s") % {"time": time_words(moment)}
    return day_words(moment)


def _booked(facts: BookingFacts, reached: dict[str, datetime], now: datetime) -> Entry:
    booking = facts.booking
    total = usd(booking.total_cents)
    if booking.status == Status.PENDING:
        title = _("We call you") if booking.needs_staff else _("Payment")
        held = _("Your place is kept until %(when)s.") % {"when": facts.hold_ends}
        return Entry(title, detail=held if facts.hold_ends else "", when=total)
    when = moment_words(reached.get(Status.PAID, booking.created_at), now)
    if booking.unpaid_reason:
        detail = _("%(total)s, to be paid") % {"total": total}
        return Entry(_("Booked"), when, detail, "done")
    if not booking.total_cents:
        return Entry(_("Booked"), when, _("Nothing to pay"), "done")
    return Entry(_("Booked and paid"), when, total, "done")


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
        when = moment_words(started, now)
        return Entry(_("Collected"), when, facts.pickup.street_words, "done")
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
        return Entry(title, moment_words(done, now), facts.delivery.city_words, "done")
    when = _("By %(time)s") % {"time": facts.delivery_time}
    return Entry(title, when, facts.delivery.city_words)


def _ended(booking: Booking, reached: dict[str, datetime], now: datetime) -> list[Entry]:
    entries = [Entry(_("Booked"), moment_words(booking.created_at, now), state="done")]
    paid = reached.get(Status.PAID)
    if paid:
        entries.append(Entry(_("Paid"), moment_words(paid, now), state="done"))
    reasons = {
        EXPIRED: _("The time to pay ran out."),
        SUPERSEDED: _("A changed booking took its place."),
        "customer": _("As you asked."),
    }
    entries.append(
        Entry(
            _("Cancelled"),
            moment_words(reached.get(Status.CANCELLED, booking.updated_at), now),
            reasons.get(booking.cancel_reason, ""),
            "failed",
        )
    )
    return entries
