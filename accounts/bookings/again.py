"""From a booking into the wizard: the same once more, or this one with another order."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.bookings.own import get_booking, to_booking
from booking.lifecycle import Status
from booking.models import Booking, Draft
from booking.services.drafts import link_draft
from booking.tracking.access import private_page
from booking.wizard.drafts import SESSION_KEY
from booking.wizard.order import IncompleteDraftError, order_from_draft
from booking.wizard.people import customer_id_of
from booking.wizard.prefill import draft_of
from totetaxi.lib import clock
from totetaxi.lib.htmx import redirect


@require_POST
@private_page
def book_again(request: HttpRequest, booking_id: UUID) -> HttpResponseBase:
    """A new draft with the booking's addresses, things and contact; the day is still to choose."""
    booking = get_booking(request, booking_id)
    draft_of(request, booking, with_day=False, now=clock.now())
    text = _("Filled in from %(code)s. Choose a day; everything else can be changed as you go.")
    messages.success(request, text % {"code": booking.code})
    return redirect(request, reverse("booking:start"))


@require_POST
@private_page
def change_order(request: HttpRequest, booking_id: UUID) -> HttpResponseBase:
    """Back into the wizard with a booking that waits for its payment.

    Nothing changes yet: only another order, once it is saved there, takes the booking's place
    (DECISIONS.md, 6).
    """
    booking = get_booking(request, booking_id)
    if not may_reorder(booking):
        messages.warning(request, _("This booking can no longer be changed here. Please call us."))
        return to_booking(request, booking)
    if booking.customer_id is not None and customer_id_of(request) not in {
        None,
        booking.customer_id,
    }:
        text = _("This booking belongs to another account. Sign out first to change its order.")
        messages.warning(request, text)
        return to_booking(request, booking)
    _open_draft(request, booking)
    return redirect(request, reverse("booking:start"))


def _open_draft(request: HttpRequest, booking: Booking) -> None:
    """The booking's draft in this browser; a new one where staff made the booking, or it was too
    old to be kept. A booking that joined an account takes its draft along.
    """
    now, draft = clock.now(), booking.draft
    if draft is None:
        draft = draft_of(request, booking, with_day=True, now=now)
        is_same = True
    else:
        request.session[SESSION_KEY] = str(draft.pk)
        if booking.customer_id in {None, draft.customer_id}:
            return
        is_same = _hash_of(draft, now) == booking.order_hash
    draft.customer_id = booking.customer_id or draft.customer_id
    order_hash = _hash_of(draft, now) if is_same else booking.order_hash
    link_draft(booking.pk, draft, order_hash=order_hash)


def _hash_of(draft: Draft, now: datetime) -> str:
    """The hash of a draft's order; empty, so that any answer is another order, where some answer
    will not do any more.
    """
    try:
        return order_from_draft(draft, now=now).hash
    except IncompleteDraftError:
        return ""


def may_reorder(booking: Booking) -> bool:
    """Whether the wizard may change it: it waits for its payment, not for staff."""
    return booking.status == Status.PENDING and not booking.needs_staff
