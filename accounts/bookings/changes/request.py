"""A customer takes back what they asked for."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.bookings.own import get_booking, open_request, to_booking, too_often
from booking.tracking.access import private_page
from payments.services.change_requests import RequestGoneError, withdraw_request
from totetaxi.lib import clock
from totetaxi.lib.actor import actor_of


@require_POST
@private_page
def change_request(request: HttpRequest, booking_id: UUID) -> HttpResponseBase:
    """Withdraw what was asked for: the booking stays as it is."""
    booking, now = get_booking(request, booking_id), clock.now()
    found = open_request(booking)
    if found is None:
        messages.info(request, _("There is no open request any more."))
        return to_booking(request, booking)
    refused = too_often(request, booking, now)
    if refused is not None:
        return refused
    try:
        withdraw_request(found.pk, by=actor_of(request.user), now=now)
    except RequestGoneError as gone:
        messages.info(request, gone.sentence)
    else:
        messages.success(request, _("Your request is withdrawn. Everything stays as booked."))
    return to_booking(request, booking)
