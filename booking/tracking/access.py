"""Who may see a booking's pages: the browser that came by its link, and the account's owner."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.cache import never_cache

from booking.models import AccessToken, Booking
from booking.models.booking import BookingQuerySet

SESSION_KEY = "bookings"
LINKS_KEY = "booking_links"
REMEMBERED = 50

View = Callable[..., HttpResponseBase]


def grant(request: HttpRequest, booking: Booking) -> None:
    """Let this browser, which made the booking, see it from now on."""
    _remember(request, SESSION_KEY, str(booking.pk))


def grant_link(request: HttpRequest, token: AccessToken) -> None:
    """Let this browser, which came by a link, see its booking until the link is revoked."""
    _remember(request, LINKS_KEY, token.token_hash)


def visible_to(request: HttpRequest) -> BookingQuerySet:
    """The bookings that this browser may see; any other is not found."""
    seen = Q(pk__in=_known(request, SESSION_KEY))
    if hashes := _known(request, LINKS_KEY):
        live = AccessToken.objects.filter(token_hash__in=hashes, revoked_at=None)
        seen |= Q(pk__in=live.filter(booking__isnull=False).values("booking"))
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


def _known(request: HttpRequest, name: str) -> list[str]:
    keys: list[str] = request.session.get(name, [])
    return keys


def _remember(request: HttpRequest, name: str, key: str) -> None:
    known = [one for one in _known(request, name) if one != key]
    request.session[name] = [*known, key][-REMEMBERED:]
