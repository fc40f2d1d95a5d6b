"""Where a booking stands: another van of its day, or another day with all that it does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.bookings.changes.shown import remembered, shown_effects
from booking.catalogue.snapshot import Snapshot, get_snapshot
from booking.changes import ChangeSet, Reschedule, compute_change_set
from booking.changes.room import room_of
from booking.models import Booking, ChangeRequest, Van
from booking.services.assign import VanRefusedError
from booking.services.room import free_days_near
from booking.services.spoken import day_words, time_words
from payments.money import money_state
from payments.services.apply_change import ChangeRefusedError, ChangeSetOutdatedError
from staff.access import StaffRequest, safe_next, staff_page
from staff.bookings.search import LARGEST_NUMBER
from staff.calendar import day_views, services
from staff.calendar.forms import MoveForm
from staff.calendar.words import WHY
from staff.orders.allowances import allowances_of
from totetaxi.lib import clock
from totetaxi.lib.clock import at_new_york
from totetaxi.lib.htmx import redirect
from totetaxi.lib.money import usd


@require_POST
@staff_page("change_status")
def assign_van(request: HttpRequest, number: int) -> HttpResponseBase:
    """Put a booking into another van of its day: `van` by number, `seen` where it was shown."""
    booking = _get_booking(number)
    van, seen = _van(request, "van"), _van(request, "seen")
    if van is None:
        messages.error(request, _("Choose a van. Nothing was moved."))
        return redirect(request, safe_next(request))
    words = {"code": booking.code, "number": van.number}
    try:
        services.assign_van(
            cast(StaffRequest, request).staff,
            booking,
            van,
            seen=seen.pk if seen else None,
            request=request,
            now=clock.now(),
        )
    except VanRefusedError as refused:
        messages.error(request, _refused(refused, words))
    else:
        messages.success(request, _("%(code)s is in van %(number)d now.") % words)
    return redirect(request, safe_next(request))


def _refused(refused: VanRefusedError, words: dict[str, Any]) -> str:
    if refused.why is None:
        return _("%(code)s was changed meanwhile. Look at it again; nothing was moved.") % words
    text = _("%(code)s stays where it is: van %(number)d cannot take it. %(why)s.")
    return text % (words | {"why": WHY[refused.why]})


def _van(request: HttpRequest, name: str) -> Van | None:
    """The van whose number was sent; None for nothing of the kind."""
    text = request.POST.get(name, "")
    if not (text.isascii() and text.isdecimal()):
        return None
    return Van.objects.filter(number=min(int(text[:9]), day_views.LARGEST_NUMBER)).first()


def _get_booking(number: int) -> Booking:
    rows = Booking.objects.select_related("customer__customer_profile", "van")
    return get_object_or_404(rows, number=min(number, LARGEST_NUMBER))


@dataclass(frozen=True)
class Moving:
    """One request for another day."""

    request: HttpRequest
    booking: Booking
    snapshot: Snapshot
    form: MoveForm
    now: datetime

    @property
    def wish(self) -> Reschedule:
        """What a valid form wants."""
        given = self.form.cleaned_data
        return Reschedule(given["pickup_date"], given["pickup_time"])


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("edit_bookings")
def move_booking(request: HttpRequest, number: int) -> HttpResponseBase:
    """Choose a day and time, see all that it does (GET with both), confirm just that (POST)."""
    booking, snapshot = _get_booking(number), get_snapshot()
    sent = request.POST if request.method == "POST" else request.GET
    form = MoveForm(
        sent if "pickup_date" in sent else None,
        hours=snapshot.book.hours.get(booking.service),
        initial={
            "pickup_date": booking.pickup_date,
            "pickup_time": f"{booking.pickup_time:%H:%M}",
        },
    )
    moving = Moving(request, booking, snapshot, form, clock.now())
    if not form.is_valid():
        return _page(moving, status=422 if form.is_bound else 200)
    if request.method == "POST":
        return _apply(moving)
    change_set = compute_change_set(
        booking,
        moving.wish,
        money=money_state(booking),
        now=moving.now,
        snapshot=snapshot,
        allowances=allowances_of(cast(StaffRequest, request).staff),
    )
    return _show(moving, change_set)


def _apply(moving: Moving) -> HttpResponseBase:
    request, booking = moving.request, moving.booking
    try:
        done = services.move_booking(
            cast(StaffRequest, request).staff,
            booking,
            moving.wish,
            expected=request.POST.get("fingerprint", ""),
            request=request,
            now=moving.now,
        )
    except ChangeRefusedError as refused:
        return _show(moving, refused.change_set)
    except ChangeSetOutdatedError as other:
        return _show(moving, other.change_set, before=request.POST.get("before", ""), status=409)
    messages.success(request, _done(booking, moving.wish, done))
    if done.due_cents:
        return redirect(request, reverse("staff:booking", args=[booking.number]))
    return redirect(request, reverse("staff:calendar_day", args=[moving.wish.pickup_date]))


def _show(
    moving: Moving, change_set: ChangeSet, *, before: str = "", status: int = 200
) -> HttpResponse:
    """The whole effect; or beside the form why it cannot be."""
    if not change_set.is_possible:
        for key, sentences in change_set.refusals.items():
            for sentence in sentences:
                moving.form.add_error(key if key in moving.form.fields else None, sentence)
        return _page(moving, status=422)
    shown = {
        "effects": shown_effects(change_set, before),
        "remembered": remembered(change_set),
        "fingerprint": change_set.fingerprint,
        "is_other": bool(before),
        "to_words": _moment_words(moving.wish),
        "wish": moving.wish,
    }
    return _page(moving, shown, status=status)


def _page(
    moving: Moving, shown: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    booking = moving.booking
    near = booking.pickup_date
    if moving.form.is_bound:
        near = moving.form.cleaned_data.get("pickup_date") or near
    asked = booking.change_requests.filter(state=ChangeRequest.State.OPEN).first()
    context = {
        "booking": booking,
        "contact": booking.contact,
        "form": moving.form,
        "asked": asked,
        "free_days": free_days_near(
            near,
            need=room_of(booking),
            service=booking.service,
            snapshot=moving.snapshot,
            now=moving.now,
            without=booking.pk,
        ),
        "time": f"{booking.pickup_time:%H:%M}",
        **(shown or {}),
    }
    return render(moving.request, "staff/calendar/move_booking.html", context, status=status)


def _done(booking: Booking, wish: Reschedule, done: ChangeSet) -> str:
    """What was done, with its money; re-read from what was applied."""
    words = {"code": booking.code, "moment": _moment_words(wish)}
    sentences = [_("%(code)s is moved to %(moment)s.") % words]
    if done.refund_cents:
        text = _("A refund of %(amount)s is asked for.")
        sentences.append(text % {"amount": usd(done.refund_cents)})
    if done.due_cents:
        text = _("%(amount)s is to be paid now: send a payment link.")
        sentences.append(text % {"amount": usd(done.due_cents)})
    return " ".join(sentences)


def _moment_words(wish: Reschedule) -> str:
    moment = at_new_york(wish.pickup_date, wish.pickup_time)
    return _("%(day)s, %(time)s") % {"day": day_words(moment), "time": time_words(moment)}
