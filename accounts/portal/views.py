"""The customer's first page, its live list, and the way back into a draft."""

from typing import cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_POST, require_safe

from accounts.access import customer_page
from accounts.models import User
from accounts.portal.figures import find_newest_change
from accounts.portal.page import history_context, portal_context, upcoming_context
from accounts.portal.poll import find_unchanged
from booking.models import Draft
from booking.wizard.drafts import SESSION_KEY
from totetaxi.lib import clock
from totetaxi.lib.htmx import is_fragment_request, redirect

HISTORY, BEFORE = "history", "before"


@require_safe
def portal(request: HttpRequest) -> HttpResponseBase:
    """What lies ahead, then what was. Whoever has all of it already is told so at once."""
    return find_unchanged(request, clock.now()) or _portal(request)


@customer_page
def _portal(request: HttpRequest) -> HttpResponseBase:
    """`?q=`, `status`, `year` and `page` look through what was.

    The upcoming bookings ask for themselves again with the ETag that they have; the filters ask
    for the history alone, and so does the place where it will stand, once it is seen.
    """
    customer, now = cast(User, request.user).pk, clock.now()
    if not is_fragment_request(request):
        response = render(
            request, "accounts/portal.html", portal_context(customer, request.GET, now)
        )
    elif (part := request.headers.get("HX-Target")) in {HISTORY, BEFORE}:
        context = history_context(customer, request.GET, now)
        response = render(request, f"accounts/portal/{part}.html", context)
    else:
        response = _upcoming(request, customer)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


@require_POST
@customer_page
def go_on(request: HttpRequest, draft_id: UUID) -> HttpResponseBase:
    """Go on with a draft of one's own, begun in this browser or in another."""
    draft = get_object_or_404(Draft, pk=draft_id, customer_id=cast(User, request.user).pk)
    request.session[SESSION_KEY] = str(draft.pk)
    return redirect(request, reverse("booking:start"))


def _upcoming(request: HttpRequest, customer: UUID) -> HttpResponse:
    now = clock.now()
    newest = find_newest_change(customer)
    context = upcoming_context(customer, newest, now) | {"is_newer": True}
    response = render(request, "accounts/portal/upcoming.html", context)
    response["ETag"] = context["etag"]
    return response
