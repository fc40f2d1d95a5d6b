"""Another day: chosen in the calendar, its whole effect shown, then done or asked for."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.bookings.changes import days
from accounts.bookings.changes.confirm import Confirmed, Other, confirm, may_of, shown_context
from accounts.bookings.own import get_booking, to_booking
from booking.changes import ChangeSet, CustomerWay, Reschedule, compute_change_set
from booking.changes.words import difference_words
from booking.services.spoken import day_words, time_words
from booking.tracking.access import private_page
from booking.wizard.pages import with_errors
from totetaxi.lib import clock
from totetaxi.lib.clock import at_new_york
from totetaxi.lib.htmx import is_fragment_request

# What a GET carries that wants to see the effect of its choice.
SEE = "see"
DAYS, HOURS = "calendar-part", "times-part"


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def reschedule(request: HttpRequest, booking_id: UUID) -> HttpResponseBase:
    """Choose (GET), see what it does (GET with `see`), confirm (POST).

    A booking that waits for its payment moves at once; a paid one is asked about.
    """
    booking, now = get_booking(request, booking_id), clock.now()
    may = may_of(booking, now)
    sent = request.POST if request.method == "POST" else request.GET
    chosen = days.chosen_of(booking, {name: sent[name] for name in sent})
    moving = days.open_moving(request, booking, may, chosen, now) if may.reschedule else None
    if moving is None:
        messages.info(request, may.why_not or _("Please call us to choose another day."))
        return to_booking(request, booking)
    if is_fragment_request(request):
        return _changed(request, moving)
    if request.method != "POST" and SEE not in request.GET:
        return _choose(request, moving)
    wish = _wish(moving)
    if wish is None:
        return _choose(request, moving, _unreadable(moving))
    if request.method != "POST":
        return _see(request, moving, wish)
    return _confirm(request, moving, wish)


def _wish(moving: days.Moving) -> Reschedule | None:
    if moving.wanted_date is None or moving.wanted_time is None:
        return None
    return Reschedule(moving.wanted_date, moving.wanted_time)


def _unreadable(moving: days.Moving) -> dict[str, list[str]]:
    """What is missing, or is no day or time at all."""
    errors = {}
    if moving.wanted_date is None:
        name = "other_date" if moving.visit.answers.get("other_date") else "pickup_date"
        errors[name] = [_("Choose a day in the calendar, or enter one such as 12/5/2026")]
    if moving.wanted_time is None:
        errors["pickup_time"] = [_("Choose one of the times")]
    return errors


def _choose(
    request: HttpRequest, moving: days.Moving, errors: dict[str, list[str]] | None = None
) -> HttpResponse:
    """The calendar; with what is wrong with the choice."""
    told = dict(errors or {})
    general = told.pop("all", [])
    context = {
        "booking": moving.booking,
        "may": moving.may,
        **days.calendar_context(moving),
        **days.times_of(moving),
        **_difference(moving),
        "general": general,
        **with_errors(told, days.targets(moving)),
    }
    status = 422 if errors else 200
    return render(request, "accounts/booking/reschedule.html", context, status=status)


def _changed(request: HttpRequest, moving: days.Moving) -> HttpResponse:
    """The difference anew, and what else depends on the control that changed."""
    changed = request.headers.get("HX-Trigger")
    context: dict[str, Any] = {"booking": moving.booking, **_difference(moving)}
    if changed == DAYS:
        context |= days.times_of(moving) | {"has_times": True}
    elif changed == HOURS and days.prices_follow_time(moving):
        context |= days.calendar_context(moving) | {"has_calendar": True}
    return render(request, "accounts/booking/reschedule_update.html", context)


def _difference(moving: days.Moving) -> dict[str, Any]:
    """The choice in words, and what it does to the price."""
    day, wall = moving.wanted_date, moving.wanted_time
    if day is None or wall is None:
        return {}
    cents = moving.difference_on(day)
    return {
        "wanted": _moment_words(at_new_york(day, wall)),
        "difference": difference_words(cents) if cents else _("The price stays the same"),
    }


def _see(request: HttpRequest, moving: days.Moving, wish: Reschedule) -> HttpResponse:
    """What the choice would do; or, in the calendar, why it cannot be."""
    change_set = compute_change_set(
        moving.booking,
        wish,
        money=moving.money,
        now=moving.now,
        snapshot=moving.visit.snapshot,
    )
    if not change_set.is_possible:
        return _choose(request, moving, change_set.refusals)
    return _show(request, moving, change_set, moving.may.reschedule)


def _show(
    request: HttpRequest,
    moving: days.Moving,
    change_set: ChangeSet,
    way: CustomerWay,
    *,
    note: str = "",
    before: str = "",
    status: int = 200,
) -> HttpResponse:
    """The whole effect, to be confirmed; `before` tells what was shown when it was not this."""
    booking, wish = moving.booking, change_set.wish
    if not isinstance(wish, Reschedule):
        raise TypeError("the effect of another day is shown here")
    context = shown_context(booking, change_set, way, note=note, before=before) | {
        "wish": wish,
        "note_help": _("Why, or which other days would do."),
        "from_words": _moment_words(booking.pickup_at),
        "to_words": _moment_words(at_new_york(wish.pickup_date, wish.pickup_time)),
    }
    return render(request, "accounts/booking/reschedule_confirm.html", context, status=status)


def _confirm(request: HttpRequest, moving: days.Moving, wish: Reschedule) -> HttpResponseBase:
    """Do it or ask for it; where it is another change than was shown, show that one."""
    way = moving.may.reschedule
    answer = confirm(request, moving.booking, wish, way, now=moving.now)
    if isinstance(answer, Confirmed):
        messages.success(request, _done(wish, way))
        return to_booking(request, moving.booking)
    if isinstance(answer, Other):
        if not answer.change_set.is_possible or not answer.way:
            return _choose(request, moving, answer.change_set.refusals)
        posted = request.POST
        return _show(
            request,
            moving,
            answer.change_set,
            answer.way,
            note=posted.get("note", ""),
            before=posted.get("before", ""),
            status=409,
        )
    return answer


def _done(wish: Reschedule, way: CustomerWay) -> str:
    words = _moment_words(at_new_york(wish.pickup_date, wish.pickup_time))
    if way is CustomerWay.APPLY:
        return _("Your booking has moved to %(wanted)s.") % {"wanted": words}
    text = _("We have your wish for %(wanted)s. Nothing has moved yet: we answer soon.")
    return text % {"wanted": words}


def _moment_words(moment: datetime) -> str:
    return _("%(day)s, from %(time)s") % {"day": day_words(moment), "time": time_words(moment)}
