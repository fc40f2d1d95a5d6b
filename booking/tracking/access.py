"""Who may see a booking's pages: the browser that came by its link, and the account's owner."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.cache import never_cache

from booking.models import Booking
from booking.models.booking import BookingQuerySet

SESSION_KEY = "bookings"
REMEMBERED = 50

View = Callable[..., HttpResponseBase]


def grant(request: HttpRequest, booking: Booking) -> None:
    """Let this browser see the booking from now on."""
    key = str(booking.pk)
    known = [one for one in _granted(request) if one != key]
    request.session[SESSION_KEY] = [*known, key][-REMEMBERED:]


def visible_to(request: HttpRequest) -> BookingQuerySet:
    """The bookings that this browser may see; any other is not found."""
    seen = Q(pk__in=_granted(request))
    customer_id = _customer_id(request)
    if customer_id is not None:
        seen |= Q(customer_id=customer_id)
    rows: BookingQuerySet = Booking.objects.filter(seen)
    return rows


def private_page(view: View) -> View:
    """For pages about one booking: kept by no cache, found by no search, told to no other site."""

    @wraps(view)
    def private(request: HttpRequest, *args: Any, **options: Any) -> HttpResponseBase:
        response = view(request, *args, **options)
        response["X-Robots-Tag"] = "noindex"
        response["Referrer-Policy"] = "same-origin"
        return response

    return never_cache(private)


def _customer_id(request: HttpRequest) -> UUID | None:
    """The signed-in customer; staff own no booking."""
    user = request.user
    return user.pk if user.is_authenticated and not getattr(user, "is_staff", False) else None


def _granted(request: HttpRequest) -> list[str]:
    keys: list[str] = request.session.get(SESSION_KEY, [])
    return keys
