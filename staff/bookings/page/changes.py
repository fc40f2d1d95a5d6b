"""The end of a booking, and what its customer asks for: shown in full, then decided."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.bookings.changes.asked import wanted_words
from accounts.bookings.changes.shown import remembered, shown_effects
from booking.changes import ChangeSet, Wish, compute_change_set
from booking.changes.words import difference_words
from booking.lifecycle import FINAL
from booking.models import Booking, ChangeRequest
from payments.money import money_state
from payments.services.apply_change import ChangeRefusedError, ChangeSetOutdatedError
from payments.services.change_requests import RequestGoneError, wish_of
from staff.access import StaffRequest, forbidden, staff_page
from staff.bookings.addresses import booking_address
from staff.bookings.page import services
from staff.bookings.page.content import get_booking
from staff.bookings.page.entries import who_words
from staff.bookings.page.forms import CancelForm, RefuseForm
from staff.bookings.page.moves import may_cancel
from staff.bookings.page.stale import changes_since, read_seen, seen_now
from staff.models import StaffProfile
from staff.orders.allowances import allowances_of
from totetaxi.lib import clock
from totetaxi.lib.htmx import is_fragment_request, redirect
from totetaxi.lib.money import usd

CANCELLATION = "staff/bookings/page/booking_cancellation.html"
CANCELLATION_EFFECTS = "staff/bookings/page/cancellation_effects.html"
REQUEST = "staff/bookings/page/change_request.html"


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("edit_bookings")
def booking_cancellation(request: HttpRequest, number: int) -> HttpResponseBase:
    """What the end of the booking does (GET), then confirm it (POST); `step` see only looks again,
    with what was chosen.
    """
    found, now = get_booking(number), clock.now()
    staff = cast(StaffRequest, request).staff
    if found.status in FINAL:
        messages.info(request, _("%(code)s is over already.") % {"code": found.code})
        return redirect(request, booking_address(found.number))
    money = money_state(found)
    if not may_cancel(found, money, staff):
        return forbidden(request)
    may_set = money.left_cents > 0 and staff.may("request_refunds")
    form = CancelForm(request.POST if request.method == "POST" else None, may_set=may_set)
    only_looks = is_fragment_request(request) or request.POST.get("step") == "see"
    if only_looks or not form.is_valid():
        return _show_cancellation(request, found, form, _work_out(found, form.wish, staff, now))
    expected = request.POST.get("fingerprint", "")
    why = form.cleaned_data["why"]
    try:
        services.cancel(
            staff, found, form.wish, expected=expected, why=why, now=now, request=request
        )
    except (ChangeRefusedError, ChangeSetOutdatedError) as other:
        return _show_cancellation(request, found, form, other.change_set, is_other=True)
    messages.success(request, _("%(code)s is cancelled.") % {"code": found.code})
    return redirect(request, booking_address(found.number))


def _show_cancellation(
    request: HttpRequest,
    found: Booking,
    form: CancelForm,
    change_set: ChangeSet,
    *,
    is_other: bool = False,
) -> HttpResponse:
    """The page; for a choice that changed, what it does alone."""
    context = _shown(request, found, change_set, is_other=is_other) | {"form": form}
    if is_fragment_request(request):
        return render(request, CANCELLATION_EFFECTS, context)
    status = 409 if is_other else 422 if form.errors else 200
    return render(request, CANCELLATION, context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("edit_bookings")
def change_request(request: HttpRequest, request_id: UUID) -> HttpResponseBase:
    """What a customer asks for and what it does (GET); `act` is approve or refuse (POST)."""
    rows = ChangeRequest.objects.select_related("booking__customer__customer_profile", "decided_by")
    asked = get_object_or_404(rows, pk=request_id)
    staff = cast(StaffRequest, request).staff
    if request.method != "POST":
        return _show_request(request, asked, staff)
    try:
        if request.POST.get("act") == "approve":
            return _approve(request, asked, staff)
        return _refuse(request, asked, staff)
    except RequestGoneError as gone:
        messages.error(request, gone.sentence)
        return redirect(request, request.path)


def _approve(request: HttpRequest, asked: ChangeRequest, staff: StaffProfile) -> HttpResponseBase:
    if not _may_approve(asked, staff):
        return forbidden(request)
    expected = request.POST.get("fingerprint", "")
    try:
        services.approve(staff, asked, expected=expected, now=clock.now(), request=request)
    except (ChangeRefusedError, ChangeSetOutdatedError) as other:
        return _show_request(request, asked, staff, other=other.change_set)
    messages.success(request, _("Approved. The customer is told by mail."))
    return redirect(request, booking_address(asked.booking.number))


def _refuse(request: HttpRequest, asked: ChangeRequest, staff: StaffProfile) -> HttpResponseBase:
    form = RefuseForm(request.POST)
    if not form.is_valid():
        return _show_request(request, asked, staff, form=form)
    answer = form.cleaned_data["answer"]
    services.refuse(staff, asked, answer=answer, now=clock.now(), request=request)
    messages.success(request, _("Refused. Your answer is mailed to the customer."))
    return redirect(request, booking_address(asked.booking.number))


def _show_request(
    request: HttpRequest,
    asked: ChangeRequest,
    staff: StaffProfile,
    *,
    form: RefuseForm | None = None,
    other: ChangeSet | None = None,
) -> HttpResponse:
    found, now = asked.booking, clock.now()
    context: dict[str, Any] = {"asked": asked, "booking": found, "title": _title(asked)}
    if asked.state == ChangeRequest.State.OPEN:
        change_set = other or _work_out(found, wish_of(asked), staff, now)
        context |= _shown(request, found, change_set, is_other=other is not None)
        context |= {
            "form": form or RefuseForm(),
            "told": _told(asked, change_set),
            "may_approve": _may_approve(asked, staff),
        }
    else:
        context["decided_by"] = who_words(asked.decided_by_kind, asked.decided_by)
    status = 409 if other else 422 if form else 200
    return render(request, REQUEST, context, status=status)


def _work_out(found: Booking, wish: Wish, staff: StaffProfile, now: datetime) -> ChangeSet:
    """What a wish does now, by what this person may do beyond the customers' rules."""
    return compute_change_set(
        found, wish, money=money_state(found), now=now, allowances=allowances_of(staff)
    )


def _shown(
    request: HttpRequest, found: Booking, change_set: ChangeSet, *, is_other: bool = False
) -> dict[str, Any]:
    """A change before it is confirmed; where it is another than was shown, both, and who did it."""
    before = request.POST.get("before", "") if is_other else ""
    return {
        "booking": found,
        "change_set": change_set,
        "effects": shown_effects(change_set, before),
        "refusals": [text for texts in change_set.refusals.values() for text in texts],
        "remembered": remembered(change_set),
        "is_other": is_other,
        "changes": changes_since(found, read_seen(request.POST)) if is_other else [],
        "seen": seen_now(found),
        "refund": usd(change_set.refund_cents) if change_set.refund_cents else "",
        "due": usd(change_set.due_cents) if change_set.due_cents else "",
    }


def _may_approve(asked: ChangeRequest, staff: StaffProfile) -> bool:
    """Granting a cancellation is cancelling (DOMAIN.md, "Roles")."""
    if asked.kind != ChangeRequest.Kind.CANCEL:
        return True
    return may_cancel(asked.booking, money_state(asked.booking), staff)


def _title(asked: ChangeRequest) -> str:
    if asked.kind == ChangeRequest.Kind.CANCEL:
        return _("Asks to be cancelled")
    return _("Asks for %(wanted)s") % {"wanted": wanted_words(asked)}


def _told(asked: ChangeRequest, change_set: ChangeSet) -> str:
    """What the customer was told when they asked, where it is not so any more."""
    if asked.kind == ChangeRequest.Kind.CANCEL:
        now_cents, words = change_set.refund_cents, usd(asked.shown_cents)
        text = _("When they asked, they were told that %(words)s would go back.")
    else:
        now_cents, words = change_set.difference_cents, difference_words(asked.shown_cents)
        text = _("When they asked, they were told that the price would be: %(words)s.")
    if not change_set.is_possible or now_cents == asked.shown_cents:
        return ""
    return text % {"words": words}
