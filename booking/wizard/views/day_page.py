"""How the third step is prepared, judged and shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Any

from django.utils.dates import WEEKDAYS as WEEKDAY_NAMES
from django.utils.dates import WEEKDAYS_ABBR as WEEKDAY_ABBR
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from booking.pricing.codes import SurchargeKind
from booking.pricing.hours import MINUTES_IN_AN_HOUR, open_times, pickup_times
from booking.pricing.surcharges import rules_for
from booking.pricing.types import Hours
from booking.pricing.words import spoken_dollars
from booking.wizard.answers import typed_date
from booking.wizard.days import Month, load_month, usual_time
from booking.wizard.forms import StepForm, WhenForm
from booking.wizard.pages import errors_of, with_errors
from booking.wizard.panel import spoken_wall
from booking.wizard.steps import WHEN
from booking.wizard.visit import Visit

MONTH = "month"
# From Sunday on, as New Yorkers read a week: the whole name and the short one.
WEEKDAYS = [(WEEKDAY_NAMES[day], WEEKDAY_ABBR[day]) for day in (6, 0, 1, 2, 3, 4, 5)]


@dataclass(frozen=True, slots=True)
class Chip:
    """A time that may be chosen. `half` is AM or PM."""

    value: str
    label: str
    half: str
    checked: bool
    too_soon: bool


def month_of(visit: Visit) -> Month:
    """The visit's calendar, loaded once."""
    if MONTH not in visit.cache:
        visit.cache[MONTH] = load_month(visit)
    month: Month = visit.cache[MONTH]
    return month


def with_usual_day(visit: Visit) -> Visit:
    """The day that a link brings; else what was answered; else the next plain weekday at 9:00."""
    answers, hours = dict(visit.answers), _hours(visit)
    if not answers.get("pickup_time"):
        answers["pickup_time"] = _wall(usual_time(hours, None, visit.now))
        visit = visit.with_answers(answers)
    month = month_of(visit)
    linked = typed_date(visit.request.GET.get("pickup_date"))
    if linked is not None:
        answers["pickup_date"] = linked.isoformat()
        answers.pop("other_date", None)
    elif not answers.get("pickup_date"):
        usual = month.usual_day()
        if usual is not None:
            answers["pickup_date"] = usual.isoformat()
            if visit.asked.pickup_time not in open_times(hours, usual, visit.now):
                answers["pickup_time"] = _wall(usual_time(hours, usual, visit.now))
    visit = visit.with_answers(answers)
    visit.cache[MONTH] = month
    return visit


def when_form(visit: Visit) -> WhenForm:
    """The form of a visit whose room is judged."""
    full = month_of(visit).refusal_of(visit.asked.pickup_date)
    return WhenForm(visit.answers, price=visit.price, full=full)


def when_context(visit: Visit, form: StepForm | None) -> dict[str, Any]:
    """The calendar, the times, and the day that costs less."""
    errors = errors_of(form)
    return {
        **calendar_context(visit),
        **times_context(visit),
        **hint_context(visit),
        "other_date": visit.answers.get("other_date", ""),
        **with_errors(errors, _targets(visit)),
    }


def calendar_context(visit: Visit) -> dict[str, Any]:
    """What `booking/wizard/calendar.html` needs."""
    month, day = month_of(visit), visit.asked.pickup_date
    return {
        "month": month,
        "chosen": day.isoformat() if day else "",
        "horizon_days": _hours(visit).horizon_days,
        "weekdays": WEEKDAYS,
    }


def times_context(visit: Visit) -> dict[str, Any]:
    """What `booking/wizard/times.html` needs."""
    hours, day, chosen = _hours(visit), visit.asked.pickup_date, visit.asked.pickup_time
    still_open = open_times(hours, day, visit.now) if day else pickup_times(hours)
    chips = [_chip(wall, wall == chosen, wall not in still_open) for wall in pickup_times(hours)]
    weekday = date_format(day, "l") if day else ""
    return {
        "times_title": _("From what time, on %(weekday)s?") % {"weekday": weekday}
        if weekday
        else _("From what time?"),
        "times": chips,
        "arrival": _arrival(hours),
    }


def hint_context(visit: Visit) -> dict[str, str]:
    """The foot of the price panel: the nearest day that costs less."""
    found = month_of(visit).cheaper_day(visit.asked.pickup_date)
    if found is None:
        return {}
    day, cents = found
    return {
        "foot": _("%(day)s is %(amount)s less.")
        % {"day": date_format(day.date, "l, F j"), "amount": spoken_dollars(cents)},
        "foot_href": f"{WHEN.url}?pickup_date={day.iso}",
        "foot_action": _("Choose %(weekday)s") % {"weekday": date_format(day.date, "l")},
    }


def time_matters(visit: Visit) -> bool:
    """Whether the time of day changes the price of a day."""
    kinds = {rule.kind for rule in rules_for(visit.asked.service, visit.book)}
    return bool(kinds & {SurchargeKind.EARLY, SurchargeKind.LATE})


def _targets(visit: Visit) -> dict[str, str]:
    """Where the links of the error summary lead: into the calendar, and to the first time."""
    month, day = month_of(visit), visit.asked.pickup_date
    cells = month.days
    shown = day if day and day in cells and cells[day].is_open else month.usual_day()
    wall = next(iter(pickup_times(_hours(visit))), None)
    return {
        "pickup_date": f"day-{shown.isoformat()}" if shown else "id_other_date",
        "pickup_time": f"time-{_wall(wall)}",
    }


def _arrival(hours: Hours) -> str:
    """When we come and when it is delivered (DECISIONS.md, 20)."""
    parts = {"minutes": hours.window_minutes, "end": spoken_wall(hours.delivered_by)}
    if hours.window_minutes == MINUTES_IN_AN_HOUR:
        text = _(
            "We come within an hour of the time you choose, and deliver the same day by %(end)s."
        )
    else:
        text = _(
            "We come within %(minutes)d minutes of the time you choose, "
            "and deliver the same day by %(end)s."
        )
    return text % parts


def _hours(visit: Visit) -> Hours:
    return visit.book.hours[visit.asked.service or ""]


def _wall(wall: time | None) -> str:
    return f"{wall:%H:%M}" if wall else ""


def _chip(wall: time, checked: bool, too_soon: bool) -> Chip:
    label, _space, half = spoken_wall(wall).partition(" ")
    return Chip(_wall(wall), label, half, checked, too_soon)
