"""A recent sign-in, for accounts that have nothing but a mailbox: a code is shown again."""

import secrets
import time
from typing import Any, cast

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.internal.flows.reauthentication import (
    get_reauthentication_flows,
    resume_request,
)
from allauth.account.utils import get_next_redirect_url
from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import customer_page
from accounts.identity import mails
from accounts.identity.forms import CodeForm
from accounts.models import User
from totetaxi.lib.htmx import redirect

SESSION_KEY = "recent_code"
TRIES = 5


def has_own_means(user: Any) -> bool:
    """Whether the account has a password or a second factor to be asked for."""
    return bool(get_reauthentication_flows(user))


def signed_in_recently(request: HttpRequest) -> bool:
    """Whether this browser has shown who it is within the last minutes, in whatever way."""
    records = get_authentication_records(request, cast(User, request.user))
    return bool(records) and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@customer_page
def account_reauthenticate_by_code(request: HttpRequest) -> HttpResponseBase:
    """Send a code to the account's mailbox, and take it; then go on where the question came up.

    Who has a password or a second factor shows that: a mailbox never stands in for them.
    """
    user = cast(User, request.user)
    if has_own_means(user):
        query = request.GET.urlencode()
        url = get_adapter().get_reauthentication_methods(user)[0]["url"]
        return redirect(request, f"{url}?{query}" if query else url)
    waiting = _waiting(request)
    form = CodeForm(request.POST if "code" in request.POST else None, code=waiting.get("code", ""))
    if request.method == "POST":
        limited = ratelimit.consume_or_429(request, action="reauthenticate", user=user)
        if limited:
            return limited
        if "code" not in request.POST:
            return _send(request, user)
        if form.is_valid():
            return _accept(request, user)
        _count_a_miss(request, waiting)
    context = {
        "form": form,
        "is_sent": bool(_waiting(request)),
        "next": get_next_redirect_url(request) or "",
    }
    status = 422 if form.is_bound else 200
    return render(request, "account/reauthenticate_by_code.html", context, status=status)


def _send(request: HttpRequest, user: User) -> HttpResponseBase:
    if not ratelimit.consume(request, action="request_login_code", key=user.email):
        return cast(HttpResponse, ratelimit.respond_429(request))
    code = f"{secrets.randbelow(1_000_000):06d}"
    request.session[SESSION_KEY] = {"code": code, "at": time.time(), "misses": 0}
    mails.plan_code(user.email, code)
    query = request.GET.urlencode()
    url = reverse("account_reauthenticate_by_code")
    return redirect(request, f"{url}?{query}" if query else url)


def _accept(request: HttpRequest, user: User) -> HttpResponseBase:
    request.session.pop(SESSION_KEY, None)
    record_authentication(request, user, method="code", reauthenticated=True)
    resumed: HttpResponse | None = resume_request(request)
    return resumed or redirect(request, get_adapter(request).get_login_redirect_url(request))


def _waiting(request: HttpRequest) -> dict[str, Any]:
    """The code that was sent and is still good; empty without one."""
    found: dict[str, Any] = request.session.get(SESSION_KEY) or {}
    return found if found and time.time() - found["at"] < app_settings.LOGIN_BY_CODE_TIMEOUT else {}


def _count_a_miss(request: HttpRequest, waiting: dict[str, Any]) -> None:
    misses = waiting.get("misses", 0) + 1
    request.session[SESSION_KEY] = waiting | {"misses": misses} if misses < TRIES else {}
