"""Setting up what is shown besides the password.

The pages to add one are open to colleagues who are signed in and have just confirmed who they
are, and to somebody who has given the password and has no second factor yet.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import cast
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from staff.access import StaffRequest, let_in, safe_next, sign_in_address, staff_page
from staff.identity import factors as kept
from staff.identity import pending, services
from staff.identity.forms import FirstCodeForm, PasskeyForm
from staff.identity.sessions import is_confirmed
from staff.models import StaffProfile, StaffSignIn
from totetaxi.lib import clock
from totetaxi.lib.htmx import redirect


@dataclass(frozen=True)
class Visitor:
    """Who sets up a factor: `sign_in` is None for somebody who is not in yet."""

    profile: StaffProfile
    sign_in: StaffSignIn | None = None
    back: str = ""


def _visitor(request: HttpRequest, now: datetime) -> Visitor | HttpResponseBase:
    """Who this is; or where they have to go first."""
    expected = pending.find_expected(request, now)
    if expected is not None and not kept.factors_of(expected[0].user):
        return Visitor(expected[0], back=expected[1])
    sign_in = let_in(request, now)
    if sign_in is None:
        return redirect(request, sign_in_address(request))
    if not is_confirmed(sign_in, now):
        return redirect(request, f"{reverse('staff:confirm')}?next={request.path}")
    return Visitor(sign_in.profile, sign_in)


def _go_on(request: HttpRequest, visitor: Visitor, method: str, now: datetime) -> HttpResponseBase:
    """After adding one: in, if they were not; and to the recovery codes, if they are new."""
    has_codes = kept.factors_of(visitor.profile.user).codes is not None
    if visitor.sign_in is None:
        services.sign_in(request, visitor.profile, method=method, now=now)
    if has_codes:
        messages.success(request, _("Added."))
        return redirect(request, reverse("staff:account"))
    services.make_recovery_codes(request, visitor.profile, now=now)
    query = urlencode({"next": visitor.back or reverse("staff:account")})
    return redirect(request, f"{reverse('staff:recovery_codes')}?{query}")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def add_app(request: HttpRequest) -> HttpResponseBase:
    """An authenticator app: scan, then type its first code."""
    now = clock.now()
    visitor = _visitor(request, now)
    if not isinstance(visitor, Visitor):
        return visitor
    form = FirstCodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if services.add_app(request, visitor.profile, form.cleaned_data["code"], now=now):
            return _go_on(request, visitor, StaffSignIn.Method.TOTP, now)
        form.add_error(
            "code",
            _("This code did not fit. Take the newest one; the phone's clock must be right."),
        )
    context = {
        "form": form,
        "visitor": visitor,
        "setup": kept.app_setup(visitor.profile.user, anew=not form.is_bound),
        "replaces": kept.factors_of(visitor.profile.user).app is not None,
    }
    return render(
        request, "staff/identity/add_app.html", context, status=422 if form.is_bound else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def add_passkey(request: HttpRequest) -> HttpResponseBase:
    """A passkey: this computer, a phone, or a key on a ring."""
    now = clock.now()
    visitor = _visitor(request, now)
    if not isinstance(visitor, Visitor):
        return visitor
    form = PasskeyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        name, answer = form.cleaned_data["name"], form.cleaned_data["passkey"]
        if services.add_passkey(request, visitor.profile, name, answer, now=now):
            return _go_on(request, visitor, StaffSignIn.Method.PASSKEY, now)
        form.add_error(None, _("The passkey could not be made. Please try again."))
    context = {
        "form": form,
        "visitor": visitor,
        "options": kept.passkey_creation(visitor.profile.user),
    }
    return render(
        request, "staff/identity/add_passkey.html", context, status=422 if form.is_bound else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(None, confirmed=True)
def recovery_codes(request: HttpRequest) -> HttpResponseBase:
    """The unused codes, to keep on paper; POST makes others in their place."""
    profile = cast(StaffRequest, request).staff
    if request.method == "POST":
        services.make_recovery_codes(request, profile, now=clock.now())
        messages.success(request, _("These are your new codes. The ones before are worth nothing."))
        return redirect(request, reverse("staff:recovery_codes"))
    found = kept.factors_of(profile.user)
    context = {"codes": found.unused_codes, "next": safe_next(request)}
    return render(request, "staff/identity/recovery_codes.html", context)


@require_POST
@staff_page(None, confirmed=True)
def remove_factor(request: HttpRequest, factor_id: int) -> HttpResponseBase:
    """Forget the app or a passkey; the last one stays, it can be replaced."""
    profile = cast(StaffRequest, request).staff
    factor = get_object_or_404(
        Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES),
        pk=factor_id,
        user=profile.user,
    )
    if not kept.factors_of(profile.user).may_remove_one:
        messages.error(request, _("This is your only second factor. Add another one first."))
    else:
        services.remove_factor(request, profile, factor, now=clock.now())
        messages.success(request, _("Removed."))
    return redirect(request, reverse("staff:account"))
