"""Where a booking stands and what comes, in words. No request, no HTML, no money."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from booking.lifecycle import EXPIRED, FINAL, Status
from booking.models import Booking, BookingEvent, PolicySetting
from booking.notifications.facts import BookingFacts, booking_facts
from booking.notifications.schedule import NextStep, caller, goes_east, time_words
from booking.services.policy import policy_sentence
from booking.tracking.timeline import CUSTOMER, NO_MONEY, SUPERSEDED, Entry, MoneyStory, timeline
from totetaxi.lib.clock import today

JUST_BOOKED = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Headline:
    """The top of the page. `figure` is the one time that matters, `figure_label` says which.

    `road` is how far the van is, 0 to 1.
    """

    label: str
    title: str
    lead: str
    road: float = 0.0
    road_label: str = ""
    figure_label: str = ""
    figure: str = ""


@dataclass(frozen=True)
class _Story:
    """What a headline is written from."""

    facts: BookingFacts
    events: list[BookingEvent]
    now: datetime


@dataclass(frozen=True, kw_only=True)
class BookingPage:
    """What the template shows."""

    facts: BookingFacts
    headline: Headline
    entries: list[Entry]
    steps: list[NextStep]
    caller: str
    policy: str  # empty once there is nothing left to change
    is_final: bool
    has_road: bool
    has_calendar: bool


def booking_page(booking: Booking, now: datetime, money: MoneyStory = NO_MONEY) -> BookingPage:
    """Read a booking as of `now`. Prefetch `addresses`, `lines` and `events` with it."""
    facts = booking_facts(booking, now)
    status = Status(booking.status)
    events = list(booking.events.all())
    ahead = status in {Status.PENDING, Status.PAID}
    return BookingPage(
        facts=facts,
        headline=_HEADLINES[status](_Story(facts, events, now)),
        entries=timeline(facts, events, now, money),
        steps=facts.steps if status in {Status.PAID, Status.IN_PROGRESS} else [],
        caller=caller(booking),
        policy=policy_sentence(booking.pickup_at, now, PolicySetting.current()) if ahead else "",
        is_final=status in FINAL,
        has_road=status is not Status.CANCELLED and goes_east(booking),
        has_calendar=status in {Status.PAID, Status.IN_PROGRESS},
    )


def _pending(story: _Story) -> Headline:
    facts = story.facts
    if facts.booking.needs_staff:
        return Headline(
            label=_("Request received"),
            title=_("We have your request, %(name)s.") % {"name": facts.first_name},
            lead=_("We call you to settle the details. Nothing has been charged."),
            road_label=_road_waiting(facts),
        )
    return Headline(
        label=_("Waiting for payment"),
        title=_("One step is left: the payment."),
        lead=_("Your place on %(day)s, from %(time)s, is kept while you pay.")
        % {"day": facts.collect_day, "time": facts.collect_time},
        road_label=_road_waiting(facts),
        figure_label=_("Kept until") if facts.hold_ends else "",
        figure=facts.hold_ends,
    )


def _paid(story: _Story) -> Headline:
    facts = story.facts
    booking = facts.booking
    is_today = booking.pickup_date == today(story.now)
    title = (
        _("We collect today, from %(time)s.")
        if is_today
        else _("We collect on %(day)s, from %(time)s.")
    )
    return Headline(
        label=_("Paid and confirmed") if booking.total_cents else _("Confirmed"),
        title=title % {"day": facts.collect_day, "time": facts.collect_time},
        lead=" ".join([*_just_booked(story), _set_down(facts)]),
        road_label=_road_waiting(facts),
    )


def _just_booked(story: _Story) -> list[str]:
    """In the first day: that it is booked, and where the confirmation went."""
    paid = [event.at for event in story.events if event.to_status == Status.PAID]
    if not paid or story.now - paid[-1] > JUST_BOOKED:
        return []
    words = _("It is booked, %(name)s. The confirmation goes to %(email)s.")
    contact = story.facts.booking.contact
    return [words % {"name": story.facts.first_name, "email": contact.email}]


def _set_down(facts: BookingFacts) -> str:
    return _("We set everything down in %(place)s the same day, by %(time)s.") % {
        "place": facts.delivery.name,
        "time": facts.delivery_time,
    }


def _in_progress(story: _Story) -> Headline:
    facts = story.facts
    place = facts.delivery.name
    return Headline(
        label=_("On its way"),
        title=_("Your things are on the road."),
        lead=_("We are driving to %(street)s, %(place)s.")
        % {"street": facts.delivery.street_words, "place": place},
        road=0.6,
        road_label=_("The van is between %(start)s and %(end)s.")
        % {"start": facts.pickup.name, "end": place},
        figure_label=_("Set down by"),
        figure=facts.delivery_time,
    )


def _completed(story: _Story) -> Headline:
    facts = story.facts
    place = facts.delivery.name
    done = [event.at for event in story.events if event.to_status == Status.COMPLETED]
    return Headline(
        label=_("Delivered"),
        title=_("Everything is in %(place)s.") % {"place": place},
        lead=_("Thank you for travelling with us, %(name)s.") % {"name": facts.first_name},
        road=1.0,
        road_label=_("The van is in %(place)s.") % {"place": place},
        figure_label=_("Set down at") if done else "",
        figure=time_words(done[-1]) if done else "",
    )


def _cancelled(story: _Story) -> Headline:
    facts = story.facts
    booking = facts.booking
    money = any(event.kind == BookingEvent.Kind.MONEY for event in story.events)
    title, lead = _("This booking is cancelled."), _("If that is a surprise, please call us.")
    if booking.cancel_reason == EXPIRED:
        title = _("The time to pay ran out.")
        lead = (
            _("Your place in the van went back. A payment that came too late is refunded in full.")
            if money
            else _("Your place in the van went back, and nothing was charged.")
        )
    elif booking.cancel_reason == SUPERSEDED:
        title = _("You changed this booking.")
        lead = _("A newer one took its place, and nothing was charged for this one.")
    elif booking.cancel_reason == CUSTOMER:
        lead = _("As you asked. We gladly carry for you another time.")
    return Headline(label=_("Cancelled"), title=title, lead=lead)


def _road_waiting(facts: BookingFacts) -> str:
    return _("The road from %(start)s to %(end)s; the van has not left yet.") % {
        "start": facts.pickup.name,
        "end": facts.delivery.name,
    }


_HEADLINES = {
    Status.PENDING: _pending,
    Status.PAID: _paid,
    Status.IN_PROGRESS: _in_progress,
    Status.COMPLETED: _completed,
    Status.CANCELLED: _cancelled,
}
