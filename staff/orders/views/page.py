"""What the pages about one booking's order share."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from accounts.bookings.changes.shown import remembered, shown_effects
from booking.changes import ChangeSet, Reprice, Reschedule
from booking.models import Booking
from booking.wizard.answers import clean_text
from payments.services.link_amounts import SMALLEST_CENTS
from staff.bookings.search import LARGEST_NUMBER
from staff.orders.edit import Edit
from staff.orders.outcome import changed_words
from totetaxi.lib.htmx import redirect
from totetaxi.lib.money import usd

SEND_LINK = "send_link"


def get_order(number: int) -> Booking:
    """A booking with all that an order has. Raises Http404."""
    rows = Booking.objects.select_related("customer__customer_profile")
    booking = None
    if number <= LARGEST_NUMBER:
        booking = rows.prefetch_related("addresses").filter(number=number).first()
    if booking is None:
        raise Http404
    found: Booking = booking
    return found


def effects_context(request: HttpRequest, edit: Edit, *, is_other: bool = False) -> dict[str, Any]:
    """What `staff/orders/effects.html` needs: what the change does, and the button that saves it.

    `is_other`: it is not what was shown when the button was pressed; both are told.
    """
    change_set = edit.change_set
    context: dict[str, Any] = {
        "booking": edit.booking,
        "change_set": change_set,
        "is_wrong": edit.is_wrong,
        "is_other": is_other,
    }
    if change_set is None:
        return context
    before = clean_text(request.POST.get("before", "")) if is_other else ""
    asked = bool(request.POST.get(SEND_LINK)) if "fingerprint" in request.POST else True
    return context | {
        "effects": shown_effects(change_set, before),
        "remembered": remembered(change_set),
        "save": save_words(change_set),
        "link_cents": change_set.due_cents if change_set.due_cents >= SMALLEST_CENTS else 0,
        "recipient": _recipient(edit),
        "sends_link": asked,
    }


def to_booking(request: HttpRequest, booking: Booking) -> HttpResponseBase:
    """Back to the booking's page."""
    return redirect(request, reverse("staff:booking", args=[booking.number]))


def saved(request: HttpRequest, edit: Edit) -> HttpResponseBase:
    """It is done: what became of it, read again, on the booking's page."""
    messages.success(request, changed_words(edit.booking.pk, edit.now))
    return to_booking(request, edit.booking)


def save_words(change_set: ChangeSet) -> str:
    """The words of the button: what it does, and the sum (`Move to Thu, Dec 10 and ...`)."""
    wish, refund = change_set.wish, change_set.refund_cents
    if isinstance(wish, Reschedule):
        words = _("Move to %(day)s") % {"day": format_date(wish.pickup_date, "D, M j")}
    elif isinstance(wish, Reprice):
        words = _("Set the price to %(total)s") % {"total": usd(wish.total_cents)}
    else:
        words = _("Save the change")
    if not refund:
        return words
    text = _("%(words)s and request a refund of %(amount)s")
    if change_set.approves_itself:
        text = _("%(words)s and refund %(amount)s")
    return text % {"words": words, "amount": usd(refund)}


def _recipient(edit: Edit) -> str:
    """Whom a payment link goes to once it is saved."""
    typed = edit.values.get("contact_email", "")
    return typed if typed and not edit.has_account else edit.booking.contact.email
