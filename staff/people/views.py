"""Colleagues: the list, one of them, invitations."""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from staff.access import StaffRequest, staff_page
from staff.identity.browsers import browser_words
from staff.models import Invitation, StaffProfile
from staff.people import invitations, queries, services
from staff.people.forms import AcceptForm, InviteForm, RoleForm
from staff.people.invitations import InvitationRefusedError
from staff.people.services import StaffChangeRefusedError
from staff.permissions import MANAGER_REFUND_LIMIT_CENTS, Role
from totetaxi.lib import clock
from totetaxi.lib.htmx import redirect
from totetaxi.lib.ratelimit import Limit, client_ip

SHOWN_SIGN_INS = 8
INVITED = "staff_invitation"
# Tokens cannot be guessed; trying them is stopped all the same.
WRONG_LINKS = Limit("staff-invitation", times=20, seconds=600)


@require_safe
@staff_page("manage_staff")
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, and who is invited."""
    now = clock.now()
    waiting = [
        {"row": row, "is_too_old": queries.is_too_old(row, now)}
        for row in queries.waiting_invitations()
    ]
    context = {"people": queries.colleagues(), "waiting": waiting}
    return render(request, "staff/people/people.html", context)


@require_safe
@staff_page(None)
def roles(request: HttpRequest) -> HttpResponse:
    """Who may do what: the table that the checks and the menu come from."""
    context = {
        "roles": queries.role_names(),
        "groups": queries.rights_table(),
        "limit_cents": MANAGER_REFUND_LIMIT_CENTS,
        "own_role": list(Role).index(Role(cast(StaffRequest, request).staff.role)),
    }
    return render(request, "staff/people/roles.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("manage_staff", confirmed=True)
def invite(request: HttpRequest) -> HttpResponseBase:
    """Ask somebody in."""
    form = InviteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            invitation = invitations.invite(
                form.cleaned_data["email"], Role(form.cleaned_data["role"]), **_by(request)
            )
        except InvitationRefusedError as refusal:
            form.add_error("email", str(refusal))
        else:
            messages.success(
                request, _("Invitation sent to %(email)s.") % {"email": invitation.email}
            )
            return redirect(request, reverse("staff:people"))
    return render(
        request, "staff/people/invite.html", {"form": form}, status=422 if form.is_bound else 200
    )


@require_POST
@staff_page("manage_staff")
def resend_invitation(request: HttpRequest, invitation_id: UUID) -> HttpResponseBase:
    """Send an invitation again."""
    words = _("Sent again. The link in the mail before opens nothing any more.")
    return _settle(request, invitation_id, invitations.resend, words)


@require_POST
@staff_page("manage_staff")
def withdraw_invitation(request: HttpRequest, invitation_id: UUID) -> HttpResponseBase:
    """Take an invitation back."""
    return _settle(request, invitation_id, invitations.withdraw, _("Invitation withdrawn."))


def _settle(
    request: HttpRequest, invitation_id: UUID, act: Callable[..., None], words: str
) -> HttpResponseBase:
    invitation = get_object_or_404(Invitation, pk=invitation_id)
    try:
        act(invitation, **_by(request))
        messages.success(request, words)
    except InvitationRefusedError as refusal:
        messages.error(request, str(refusal))
    return redirect(request, reverse("staff:people"))


@require_safe
@staff_page("manage_staff")
def person(request: HttpRequest, profile_id: UUID) -> HttpResponse:
    """One colleague: role, sign-ins, and what can be done."""
    profile = get_object_or_404(queries.colleagues(), pk=profile_id)
    return _person_page(request, profile, RoleForm(initial={"role": profile.role}))


def _person_page(
    request: HttpRequest, profile: StaffProfile, form: RoleForm, *, status: int = 200
) -> HttpResponse:
    sign_ins = [
        {"row": row, "browser": browser_words(row.user_agent)}
        for row in profile.sign_ins.all()[:SHOWN_SIGN_INS]
    ]
    context = {
        "person": profile,
        "form": form,
        "sign_ins": sign_ins,
        "is_self": profile.pk == cast(StaffRequest, request).staff.pk,
    }
    return render(request, "staff/people/person.html", context, status=status)


@require_POST
@staff_page("manage_staff", confirmed=True)
def change_role(request: HttpRequest, profile_id: UUID) -> HttpResponseBase:
    """Give a colleague another role."""
    profile = get_object_or_404(queries.colleagues(), pk=profile_id)
    form = RoleForm(request.POST)
    if form.is_valid():
        try:
            changed = services.change_role(profile, Role(form.cleaned_data["role"]), **_by(request))
        except StaffChangeRefusedError as refusal:
            form.add_error("role", str(refusal))
        else:
            words = {"name": changed.name, "role": changed.get_role_display()}
            messages.success(request, _("%(name)s is %(role)s from now on.") % words)
            return redirect(request, reverse("staff:person", args=[profile.pk]))
    return _person_page(request, profile, form, status=422)


@require_POST
@staff_page("manage_staff", confirmed=True)
def deactivate(request: HttpRequest, profile_id: UUID) -> HttpResponseBase:
    """Let a colleague in no more."""
    return _act(
        request, profile_id, services.deactivate, _("%(name)s is signed out and stays out.")
    )


@require_POST
@staff_page("manage_staff", confirmed=True)
def reactivate(request: HttpRequest, profile_id: UUID) -> HttpResponseBase:
    """Let a colleague in again."""
    return _act(request, profile_id, services.reactivate, _("%(name)s can sign in again."))


@require_POST
@staff_page("manage_staff", confirmed=True)
def reset_factors(request: HttpRequest, profile_id: UUID) -> HttpResponseBase:
    """Forget a colleague's second factors."""
    words = _("%(name)s sets up a new second factor at the next sign-in.")
    return _act(request, profile_id, services.reset_factors, words)


def _act(
    request: HttpRequest, profile_id: UUID, act: Callable[..., None], words: str
) -> HttpResponseBase:
    profile = get_object_or_404(queries.colleagues(), pk=profile_id)
    try:
        act(profile, **_by(request))
        messages.success(request, words % {"name": profile.name})
    except StaffChangeRefusedError as refusal:
        messages.error(request, str(refusal))
    return redirect(request, reverse("staff:person", args=[profile.pk]))


def _by(request: HttpRequest) -> dict[str, Any]:
    return {"by": cast(StaffRequest, request).staff, "now": clock.now(), "request": request}


@require_safe
@never_cache
def open_invitation(request: HttpRequest, token: str) -> HttpResponseBase:
    """The link in the mail: its token goes into the session, and out of the address."""
    now = clock.now()
    if WRONG_LINKS.is_reached(client_ip(request), now=now):
        return render(request, "staff/people/invitation_over.html", status=429)
    if invitations.find_invitation(token, now) is None:
        WRONG_LINKS.count(client_ip(request), now=now)
        return render(request, "staff/people/invitation_over.html", status=404)
    request.session[INVITED] = token
    return redirect(request, reverse("staff:accept"))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def accept(request: HttpRequest) -> HttpResponseBase:
    """A new colleague: name and password, then they sign in and set up a second factor."""
    now = clock.now()
    invitation = invitations.find_invitation(request.session.get(INVITED, ""), now)
    if invitation is None:
        return render(request, "staff/people/invitation_over.html", status=404)
    form = AcceptForm(request.POST if request.method == "POST" else None, email=invitation.email)
    if form.is_valid():
        try:
            invitations.accept(invitation, **form.cleaned_data, now=now, request=request)
        except InvitationRefusedError:
            return render(request, "staff/people/invitation_over.html", status=404)
        request.session.flush()
        messages.success(request, _("Your account is ready. Sign in with your new password."))
        return redirect(request, reverse("staff:login"))
    context = {"form": form, "invitation": invitation}
    return render(
        request, "staff/people/accept.html", context, status=422 if form.is_bound else 200
    )
