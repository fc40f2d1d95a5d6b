"""The end of a booking: what goes back is said first, then it is cancelled, or asked for."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.bookings.changes.confirm import Confirmed, Other, confirm, may_of, shown_context
from accounts.bookings.own import get_booking, to_booking
from booking.changes import Cancel, ChangeSet, CustomerWay, compute_change_set
from booking.models import Booking, PolicySetting
from booking.services.policy import policy_sentence
from booking.tracking.access import private_page
from payments.money import money_state
from totetaxi.lib import clock
from totetaxi.lib.money import usd


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def cancellation(request: HttpRequest, booking_id: UUID) -> HttpResponseBase:
    """See what a cancellation does (GET), then confirm it (POST)."""
    booking, now = get_booking(request, booking_id), clock.now()
    may = may_of(booking, now)
    if not may.cancel:
        messages.info(request, may.why_not)
        return to_booking(request, booking)
    if request.method != "POST":
        change_set = compute_change_set(booking, Cancel(), money=money_state(booking), now=now)
        return _show(request, booking, change_set, may.cancel)
    answer = confirm(request, booking, Cancel(), may.cancel, now=now)
    if isinstance(answer, Confirmed):
        messages.success(request, _done(may.cancel))
        return to_booking(request, booking)
    if isinstance(answer, Other):
        return _show(request, booking, answer.change_set, answer.way, status=409)
    return answer


def _show(
    request: HttpRequest,
    booking: Booking,
    change_set: ChangeSet,
    way: CustomerWay,
    *,
    status: int = 200,
) -> HttpResponseBase:
    """The policy's sentence and the effect to the cent; what was shown before, if it was other."""
    if not change_set.is_possible or not way:
        texts = [text for told in change_set.refusals.values() for text in told]
        messages.warning(request, " ".join(texts) or may_of(booking, clock.now()).why_not)
        return to_booking(request, booking)
    now = clock.now()
    posted = request.POST
    context = shown_context(
        booking,
        change_set,
        way,
        note=posted.get("note", ""),
        before=posted.get("before", "") if request.method == "POST" else "",
    )
    context |= {
        "note_help": _("Why, if you like to tell us."),
        "policy": policy_sentence(booking.pickup_at, now, PolicySetting.current()),
        "refund": usd(change_set.refund_cents) if change_set.refund_cents else "",
    }
    answer: HttpResponse = render(
        request, "accounts/booking/cancellation.html", context, status=status
    )
    return answer


def _done(way: CustomerWay) -> str:
    if way is CustomerWay.APPLY:
        return _("Your booking is cancelled.")
    return _("We have your request and answer soon. Until then your booking stands.")
