"""A change of a day or a van: saved, or not, with what it would do or what changed before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.availability.misfits import Unfit
from booking.models import Booking
from booking.services.days import Change, ChangedMeanwhileError, Rules, UnfitError, token_of
from staff.calendar.queries import last_change
from staff.calendar.words import rules_words, what_to_do, why_words
from totetaxi.lib.clock import new_york
from totetaxi.lib.htmx import redirect


@dataclass(frozen=True, slots=True)
class UnfitRow:
    """A booking that would not fit any more."""

    number: int
    code: str
    name: str
    title: str
    day: date
    time: time
    pieces: int
    why: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Editing:
    """A form about a day or a van. `rules`: how it stands; `act(seen, confirmed)` changes it.

    `about` is the row by which the log knows it, None where nothing was ever said; `words` what
    was done, `back` where to go then.
    """

    form: Any
    rules: Rules
    act: Callable[[str, str], Change]
    about: models.Model | None
    template: str
    context: dict[str, Any]
    words: Callable[[Change], str]
    back: str


@dataclass(frozen=True, slots=True)
class NotSaved:
    """What to show instead of having saved, and with which status."""

    context: dict[str, Any]
    status: int


def change_page(request: HttpRequest, editing: Editing) -> HttpResponseBase:
    """The form; once it is sent, the change done, or what is to be confirmed first."""
    form, status = editing.form, 422 if editing.form.is_bound else 200
    seen = request.POST.get("seen", "") if form.is_bound else token_of(editing.rules)
    context = {"form": form, "seen": seen, "back": editing.back, **editing.context}
    if form.is_valid():
        outcome = _attempt(request, editing)
        if isinstance(outcome, Change):
            _tell(request, editing, outcome)
            return redirect(request, editing.back)
        context |= outcome.context
        status = outcome.status
    return render(request, editing.template, context, status=status)


def _tell(request: HttpRequest, editing: Editing, change: Change) -> None:
    if change.before == change.after:
        messages.info(request, _("Nothing was changed."))
        return
    messages.success(request, editing.words(change))
    count = sum(map(len, change.unfit.values()))
    if count:
        text = ngettext(
            "%(count)d booking does not fit any more. Move it, or call the customer.",
            "%(count)d bookings do not fit any more. Move them, or call the customers.",
            count,
        )
        messages.warning(request, text % {"count": count})


def _attempt(request: HttpRequest, editing: Editing) -> Change | NotSaved:
    try:
        return editing.act(request.POST.get("seen", ""), request.POST.get("confirmed", ""))
    except UnfitError as refused:
        change = refused.change
        shown = {
            "unfit": unfit_rows(change.unfit),
            "confirmed": change.fingerprint,
            "was_confirmed": bool(request.POST.get("confirmed")),
            "seen": request.POST.get("seen", ""),
        }
        return NotSaved(shown, 422)
    except ChangedMeanwhileError as other:
        told = {
            "meanwhile": meanwhile_words(other.rules, editing.about),
            "seen": token_of(other.rules),
        }
        return NotSaved(told, 409)


def meanwhile_words(rules: Rules, about: models.Model | None) -> str:
    """`Ada Whitlock changed it at 9:14 AM. Now: closed (van inspection).`"""
    row = last_change(about) if about is not None else None
    now = _("Now: %(state)s.") % {"state": rules_words(rules)}
    if row is None or row.actor is None:
        return now
    who = _("%(name)s changed it on %(at)s.") % {"name": row.actor.name, "at": _stamp(row.at)}
    return f"{who} {now}"


def unfit_rows(unfit: Mapping[date, tuple[Unfit, ...]]) -> list[UnfitRow]:
    """In order of day and time. One query."""
    by_number = {one.kept.number: one for found in unfit.values() for one in found}
    rows = Booking.objects.filter(number__in=by_number).select_related("customer")
    return [
        UnfitRow(
            number=row.number,
            code=row.code,
            name=row.contact.name or row.contact.email,
            title=row.title,
            day=row.pickup_date,
            time=row.pickup_time,
            pieces=row.room_pieces,
            why=why_words(by_number[row.number]),
            remedy=what_to_do(by_number[row.number]),
        )
        for row in rows.order_by("pickup_at", "number")
    ]


def _stamp(moment: datetime) -> str:
    return date_format(new_york(moment), "M j, g:i A")
