"""Who may open a page of the back office. Decided anew at each request, from the rows."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from staff.identity.sessions import drop, find_sign_in, is_confirmed, note_use
from staff.models import StaffProfile, StaffSignIn
from totetaxi.lib import clock
from totetaxi.lib.htmx import is_fragment_request, redirect, render_page

View = Callable[..., HttpResponseBase]


class StaffRequest(HttpRequest):
    """A request that `staff_page` let in. Its person and its browser, as their rows are now."""

    staff: StaffProfile
    sign_in: StaffSignIn


def staff_page(permission: str | None, *, confirmed: bool = False) -> Callable[[View], View]:
    """For pages of the back office: kept by no cache, open to who has `permission` now.

    Strangers, and staff whose session is over, sign in first; a customer finds nothing (404);
    staff without the permission get 403, as a page or a fragment. None opens a page to all staff.
    `confirmed`: who has not shown who they are within fifteen minutes is asked to, first.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **options: Any) -> HttpResponseBase:
            now = clock.now()
            sign_in = let_in(request, now)
            if sign_in is None:
                return redirect(request, sign_in_address(request))
            if permission is not None and not sign_in.profile.may(permission):
                return forbidden(request)
            if confirmed and not is_confirmed(sign_in, now):
                return redirect(request, _with_next(request, "staff:confirm"))
            return view(request, *args, **options)

        return never_cache(checked)

    return decorate


def let_in(request: HttpRequest, now: datetime) -> StaffSignIn | None:
    """The browser's sign-in if it may be in the back office now; sets `staff` and `sign_in`.

    None for whoever has to sign in: their session is ended, and a message says why. Raises
    Http404 for a customer.
    """
    if not request.user.is_authenticated:
        return None
    if not getattr(request.user, "is_staff", False):
        raise Http404
    sign_in = find_sign_in(request)
    why = _why_out(sign_in, now)
    if why is not None or sign_in is None:
        drop(request, sign_in, why=why or StaffSignIn.End.SIGNED_OUT, now=now)
        messages.info(request, _sentence(why))
        return None
    # What an open page asks by itself is no use of it: nobody would ever be signed out.
    if "If-None-Match" not in request.headers:
        note_use(sign_in, now)
    request.staff, request.sign_in = sign_in.profile, sign_in  # type: ignore[attr-defined]
    return sign_in


def _why_out(sign_in: StaffSignIn | None, now: datetime) -> str | None:
    """One of `StaffSignIn.End`, or None for a browser that is in."""
    if sign_in is None:
        return StaffSignIn.End.SIGNED_OUT
    if not sign_in.profile.active:
        return StaffSignIn.End.BY_ADMIN
    if settings.STAFF_SECOND_FACTOR and not sign_in.method:
        return StaffSignIn.End.SIGNED_OUT
    return sign_in.over_at(now) or None


def _sentence(why: str | None) -> str:
    if why == StaffSignIn.End.UNUSED:
        return _("You were signed out after an hour without use.")
    if why == StaffSignIn.End.TOO_LONG:
        return _("You were signed out after twelve hours.")
    return _("You were signed out. Please sign in.")


def forbidden(request: HttpRequest) -> HttpResponse:
    """403 for staff without a permission: a page, or a piece that takes the place of the page's."""
    return render_page(
        request, "staff/forbidden.html", fragment="staff/components/forbidden.html", status=403
    )


def sign_in_address(request: HttpRequest) -> str:
    """The sign-in page, which leads back to where the person was."""
    return _with_next(request, "staff:login")


def _with_next(request: HttpRequest, name: str) -> str:
    """A page that leads back: to this one, or for a form or a piece to the page it stands on."""
    if is_fragment_request(request):
        back = request.htmx.current_url_abs_path or ""  # type: ignore[attr-defined]
    elif request.method in {"GET", "HEAD"}:
        back = request.get_full_path()
    else:
        back = urlsplit(request.headers.get("Referer", "")).path
    return f"{reverse(name)}?{urlencode({REDIRECT_FIELD_NAME: back})}" if back else reverse(name)


def safe_next(request: HttpRequest) -> str:
    """Where to go after signing in: what `next` names if that is a page of ours, else the first."""
    wanted = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME, "")
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours and wanted.startswith(("/staff/", "/admin/")) else reverse("staff:home")
