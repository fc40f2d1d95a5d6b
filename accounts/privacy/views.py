"""Seeing, taking along and deleting what we hold."""

from __future__ import annotations

from typing import cast

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import customer_page
from accounts.models import User
from accounts.privacy.erase import ErasureRefusedError, erase_customer, find_obstacles
from accounts.privacy.export import collect, count_held
from accounts.privacy.forms import DeleteForm
from accounts.privacy.person import Person, find_person
from accounts.privacy.summary import summary
from accounts.privacy.words import read_out
from totetaxi.lib import clock
from totetaxi.lib.actor import actor_of
from totetaxi.lib.htmx import redirect


@require_safe
@customer_page
def data(request: HttpRequest) -> HttpResponse:
    """What we hold, in plain words, and how to take it along."""
    held = summary(count_held(_person(request)))
    return render(request, "accounts/data.html", {"held": held})


@require_safe
@customer_page
@reauthentication_required
def data_file(request: HttpRequest) -> HttpResponse:
    """Everything we hold, as a file for machines."""
    now = clock.now()
    export = collect(_person(request), now=now)
    answer = HttpResponse(export.as_json(), content_type="application/json; charset=utf-8")
    name = f"totetaxi-{clock.today(now):%Y-%m-%d}.json"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_safe
@customer_page
@reauthentication_required
def data_page(request: HttpRequest) -> HttpResponse:
    """Everything we hold, to be read or printed."""
    export = collect(_person(request), now=clock.now())
    facts = {"sections": read_out(export), "made_at": export.made_at}
    return render(request, "accounts/data_page.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
@customer_page
@reauthentication_required
def delete_account(request: HttpRequest) -> HttpResponseBase:
    """What goes and what stays, the last question, and the end of the account."""
    form = DeleteForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _ask(request, form)
    if not form.is_valid():
        return _ask(request, form, status=422)
    try:
        erase_customer(_user(request).pk, by=actor_of(request.user), now=clock.now())
    except ErasureRefusedError:
        return _ask(request, form, status=409)
    logout(request)
    messages.success(request, _("Your account is deleted. Thank you for having been with us."))
    return redirect(request, reverse("home"))


def _ask(request: HttpRequest, form: DeleteForm, *, status: int = 200) -> HttpResponse:
    facts = {"form": form, "obstacles": find_obstacles(_person(request))}
    return render(request, "accounts/delete_account.html", facts, status=status)


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)


def _person(request: HttpRequest) -> Person:
    return find_person(_user(request))
