"""Shows the site to somebody of the staff as a customer sees it: to read, and a few pages alone.

The session stays the staff's own, and their right to look is checked at each request. Nothing but
the pages of `SHOWN`, asked for by a method that changes nothing, is ever run as the customer.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotModified,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from booking.models import Booking
from staff.access import forbidden, let_in, sign_in_address
from staff.customers.search import customer_address
from staff.customers.viewing.session import Viewing, end, find_viewing
from totetaxi.lib import clock
from totetaxi.lib.htmx import is_fragment_request, redirect

# What can be looked at. All else of a customer's is shut: their addresses, cards, data, sign-in
# and settings, files to take along, the wizard and the payment pages.
SHOWN = frozenset({"accounts:portal", "accounts:booking", "accounts:receipt"})
_SPACES = ("accounts:", "booking:", "payments:")
_SIGN_IN = ("account_", "mfa_")
_SAFE = frozenset({"GET", "HEAD"})


class ViewAsMiddleware:
    """Sets `request.user` to the customer and `request.viewing` on the pages that are shown."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Any, _args: Any, options: dict[str, Any]
    ) -> HttpResponseBase | None:
        """An answer instead of the page; None lets the page answer."""
        name = _name_of(request)
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not is_a_customers(name):
            return None
        viewing = find_viewing(request)
        if viewing is None:
            return None
        return _over(request, viewing, clock.now()) or _look(request, name, options, viewing)


def is_a_customers(name: str) -> bool:
    """Whether somebody is a customer on a page. The staff's pages and the public ones are not."""
    return name.startswith(_SPACES + _SIGN_IN)


def _name_of(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else ""


def _over(request: HttpRequest, viewing: Viewing, now: datetime) -> HttpResponseBase | None:
    """The way out of a look that has to end; None while it goes on."""
    sign_in = let_in(request, now) if getattr(request.user, "is_staff", False) else None
    if sign_in is None:
        end(request)
        return redirect(request, sign_in_address(request))
    if not sign_in.profile.may("view_as"):
        end(request)
        return forbidden(request)
    if now >= viewing.until:
        end(request)
        messages.info(request, _("You see the site as yourself again: half an hour is over."))
        return redirect(request, customer_address(viewing.customer_id))
    return None


def _look(
    request: HttpRequest, name: str, options: dict[str, Any], viewing: Viewing
) -> HttpResponseBase | None:
    customer = User.objects.filter(pk=viewing.customer_id, is_staff=False, is_active=True).first()
    if customer is None:
        end(request)
        messages.info(request, _("You see the site as yourself again: the account is closed."))
        return redirect(request, reverse("staff:customers"))
    if request.method not in _SAFE or name not in SHOWN:
        return _refuse(request, customer)
    if "If-None-Match" in request.headers and is_fragment_request(request):
        # A page that asks whether something is new: a look shows what was there.
        return HttpResponseNotModified(headers={"ETag": request.headers["If-None-Match"]})
    _check_owner(customer, options)
    request.user = customer
    request.viewing = viewing  # type: ignore[attr-defined]  # read by templates
    return None


def _check_owner(customer: User, options: dict[str, Any]) -> None:
    """A booking that this browser may see for another reason is not the customer's."""
    key = options.get("booking_id")
    if key and not Booking.objects.filter(pk=key, customer=customer).exists():
        raise Http404


def _refuse(request: HttpRequest, customer: User) -> HttpResponse:
    context = {"customer": customer, "is_change": request.method not in _SAFE}
    return render(request, "staff/customers/view_only.html", context, status=403)
