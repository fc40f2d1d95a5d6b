"""In by a private link; the booking's own page, with its money, is the layer above's."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from booking.models import AccessToken
from booking.tracking.access import grant_link, private_page
from totetaxi.lib import clock
from totetaxi.lib.htmx import redirect
from totetaxi.lib.ratelimit import Limit, client_ip

WRONG_TOKENS = Limit("wrong-tokens", times=20, seconds=600)


@require_safe
@private_page
def open_link(request: HttpRequest, token: str) -> HttpResponseBase:
    """A private link: this browser may see its booking from now on, at an address without token."""
    now = clock.now()
    sender = client_ip(request)
    if WRONG_TOKENS.is_reached(sender, now=now):
        return render(request, "booking/tracking/too_many.html", status=429)
    found = AccessToken.find(token)
    if found is None or found.booking is None or found.booking.deleted_at:
        WRONG_TOKENS.count(sender, now=now)
        return render(request, "booking/tracking/wrong_link.html", status=404)
    found.mark_used(now)
    grant_link(request, found)
    return redirect(request, reverse("accounts:booking", args=[found.booking.pk]))
