"""Signing in and out: the password, then the second factor."""

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from staff.access import StaffRequest, let_in, safe_next, staff_page
from staff.identity import pending, services
from staff.identity.factors import factors_of, passkey_request
from staff.identity.forms import CODE_REFUSED, PASSKEY_REFUSED, REFUSED, CodeForm, SignInForm
from staff.identity.sessions import find_sign_in
from staff.models import StaffProfile
from totetaxi.lib import clock
from totetaxi.lib.htmx import redirect


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def login(request: HttpRequest) -> HttpResponseBase:
    """E-mail and password. The same words for whatever does not fit, so that they tell nothing."""
    back = safe_next(request)
    if request.method != "POST":
        if getattr(request.user, "is_staff", False) and let_in(request, clock.now()):
            return redirect(request, back)
        return _login_page(request, SignInForm(), back)
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _login_page(request, form, back, status=422)
    now = clock.now()
    try:
        profile = services.check_password(request, **form.cleaned_data, now=now)
    except services.LockedError:
        profile = None
    if profile is None:
        form.add_error(None, REFUSED)
        return _login_page(request, form, back, status=422)
    if factors_of(profile.user) or settings.STAFF_SECOND_FACTOR:
        pending.expect(request, profile, back=back, now=now)
        has_one = bool(factors_of(profile.user))
        return redirect(request, reverse("staff:second_factor" if has_one else "staff:add_app"))
    services.sign_in(request, profile, method="", now=now)
    return redirect(request, back)


def _login_page(
    request: HttpRequest, form: SignInForm, back: str, *, status: int = 200
) -> HttpResponse:
    return render(request, "staff/identity/login.html", {"form": form, "next": back}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def second_factor(request: HttpRequest) -> HttpResponseBase:
    """A code or a passkey of the person whose password was just given."""
    now = clock.now()
    expected = pending.find_expected(request, now)
    if expected is None:
        messages.info(request, _("Please sign in."))
        return redirect(request, reverse("staff:login"))
    profile, back = expected
    if request.method != "POST":
        return _code_page(request, CodeForm(), profile)
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _code_page(request, form, profile, status=422)
    try:
        method = services.check_second_factor(request, profile, **form.cleaned_data, now=now)
    except services.LockedError:
        pending.forget(request)
        messages.error(request, REFUSED)
        return redirect(request, reverse("staff:login"))
    if not method:
        by_key = form.cleaned_data["passkey"] is not None
        form.add_error(None if by_key else "code", PASSKEY_REFUSED if by_key else CODE_REFUSED)
        return _code_page(request, form, profile, status=422)
    services.sign_in(request, profile, method=method, now=now)
    return redirect(request, back)


def _code_page(
    request: HttpRequest, form: CodeForm, profile: StaffProfile, *, status: int = 200
) -> HttpResponse:
    factors = factors_of(profile.user)
    context = {
        "form": form,
        "has_app": factors.app is not None,
        "options": passkey_request(profile.user) if factors.passkeys else "",
    }
    return render(request, "staff/identity/second_factor.html", context, status=status)


@require_POST
def logout(request: HttpRequest) -> HttpResponseBase:
    """Leave; also for a browser whose session is over already."""
    return sign_out(request)


def sign_out(request: HttpRequest) -> HttpResponseBase:
    """End this browser's session, and go to the sign-in page."""
    sign_in = find_sign_in(request)
    if sign_in is not None:
        services.sign_out(request, sign_in, now=clock.now())
        messages.success(request, _("You are signed out."))
    return redirect(request, reverse("staff:login"))


@require_POST
@staff_page(None)
def logout_everywhere(request: HttpRequest) -> HttpResponseBase:
    """Leave on every browser."""
    services.sign_out_everywhere(request, cast(StaffRequest, request).sign_in, now=clock.now())
    messages.success(request, _("You are signed out everywhere."))
    return redirect(request, reverse("staff:login"))
