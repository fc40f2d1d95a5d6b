"""One's own account: where one is signed in, second factors, password, keys."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from staff.access import StaffRequest, safe_next, staff_page
from staff.identity import services
from staff.identity.browsers import browser_words
from staff.identity.confirming import confirm_by, confirm_context, confirm_form
from staff.identity.factors import factors_of
from staff.identity.forms import NewPasswordForm, SettingsForm
from staff.models import StaffSignIn
from totetaxi.lib import clock
from totetaxi.lib.htmx import redirect

SHOWN_SIGN_INS = 12


@require_safe
@staff_page(None)
def account(request: HttpRequest) -> HttpResponse:
    """Everything about oneself on one page."""
    staff_request = cast(StaffRequest, request)
    profile = staff_request.staff
    now = clock.now()
    sign_ins = [
        {
            "row": row,
            "browser": browser_words(row.user_agent),
            "is_this": row.pk == staff_request.sign_in.pk,
            "over": StaffSignIn.End(row.over_at(now)).label if row.over_at(now) else "",
        }
        for row in profile.sign_ins.all()[:SHOWN_SIGN_INS]
    ]
    context = {
        "sign_ins": sign_ins,
        "factors": factors_of(profile.user),
        "settings_form": SettingsForm(initial={"single_keys": profile.single_keys}),
    }
    return render(request, "staff/identity/account.html", context)


@require_POST
@staff_page(None)
def settings(request: HttpRequest) -> HttpResponseBase:
    """Switch the single keys on or off."""
    form = SettingsForm(request.POST)
    form.is_valid()  # a box is ticked or not: nothing can be wrong
    services.change_settings(
        request,
        cast(StaffRequest, request).staff,
        single_keys=form.cleaned_data["single_keys"],
        now=clock.now(),
    )
    messages.success(request, _("Saved."))
    return redirect(request, reverse("staff:account"))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(None, confirmed=True)  # else whoever holds the browser may guess the password here
def password(request: HttpRequest) -> HttpResponseBase:
    """A new password; the other browsers are signed out."""
    sign_in = cast(StaffRequest, request).sign_in
    user = sign_in.profile.user
    form = NewPasswordForm(request.POST if request.method == "POST" else None, user=user)
    if form.is_valid():
        services.change_password(
            request, sign_in, form.cleaned_data["new_password"], now=clock.now()
        )
        messages.success(request, _("Your password is changed. Other browsers are signed out."))
        return redirect(request, reverse("staff:account"))
    return render(
        request,
        "staff/identity/password.html",
        {"form": form},
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(None)
def confirm(request: HttpRequest) -> HttpResponseBase:
    """Show again who one is: by a second factor, or where there is none by the password."""
    staff_request = cast(StaffRequest, request)
    form = confirm_form(staff_request, request.POST if request.method == "POST" else None)
    if form.is_valid() and confirm_by(staff_request, form, now=clock.now()):
        return redirect(request, safe_next(request))
    context = confirm_context(staff_request, form) | {"next": safe_next(request)}
    return render(
        request, "staff/identity/confirm.html", context, status=422 if form.is_bound else 200
    )
