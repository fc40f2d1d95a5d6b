"""The confirmed wish: done at once, or asked of staff, exactly as it was shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse

from accounts.bookings.changes.shown import remembered, shown_effects
from accounts.bookings.own import open_request, too_often
from booking.changes import (
    Cancel,
    ChangeSet,
    CustomerMay,
    CustomerWay,
    Reschedule,
    Wish,
    customer_may,
)
from booking.models import Booking
from booking.wizard.answers import clean_text
from payments.services.apply_change import (
    ChangeRefusedError,
    ChangeSetOutdatedError,
    apply_change_set,
)
from payments.services.change_requests import LONGEST_NOTE, ask_change
from totetaxi.lib.actor import actor_of


@dataclass(frozen=True)
class Confirmed:
    """It is done, or asked for."""


@dataclass(frozen=True)
class Other:
    """Nothing was done: the change is another than was shown, or not possible any more.

    `way` is how the customer may do it now; it may have been paid for meanwhile.
    """

    change_set: ChangeSet
    way: CustomerWay


def may_of(booking: Booking, now: datetime) -> CustomerMay:
    """What its owner may do to a booking now."""
    return customer_may(booking, open_request(booking), now)


def shown_context(
    booking: Booking,
    change_set: ChangeSet,
    way: CustomerWay,
    *,
    note: str = "",
    before: str = "",
) -> dict[str, Any]:
    """What the page shows that asks for confirmation."""
    return {
        "booking": booking,
        "change_set": change_set,
        "effects": shown_effects(change_set, before),
        "remembered": remembered(change_set),
        "is_other": bool(before),
        "asks": way is CustomerWay.ASK,
        "note": note,
        "longest_note": LONGEST_NOTE,
    }


def confirm(
    request: HttpRequest,
    booking: Booking,
    wish: Reschedule | Cancel,
    way: CustomerWay,
    *,
    now: datetime,
) -> Confirmed | Other | HttpResponse:
    """Do or ask what was confirmed by its `fingerprint`. A response: it was tried too often."""
    refused = too_often(request, booking, now)
    if refused is not None:
        return refused
    shown = clean_text(request.POST.get("fingerprint", ""))
    by = actor_of(request.user)
    try:
        if way is CustomerWay.APPLY:
            apply_change_set(booking.pk, wish, expected=shown, by=by, now=now)
        else:
            note = clean_text(request.POST.get("note", ""))[:LONGEST_NOTE].strip()
            ask_change(booking.pk, wish, expected=shown, note=note, by=by, now=now)
    except (ChangeRefusedError, ChangeSetOutdatedError) as other:
        return Other(other.change_set, _way_now(booking, wish, now))
    return Confirmed()


def _way_now(booking: Booking, wish: Wish, now: datetime) -> CustomerWay:
    may = may_of(Booking.objects.get(pk=booking.pk), now)
    return may.cancel if isinstance(wish, Cancel) else may.reschedule
