"""Views that belong to no app: health, the admin's sign-in, the page for a failed CSRF check."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from totetaxi.lib import clock, queue
from totetaxi.lib.ratelimit import Limit, client_ip


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """`{"ok": true, "work": true}`, for load balancers and monitors.

    200 as long as this process reaches its database. `work` is false when background work stands
    still: that is a monitor's alarm, and no reason to take web processes out of service.
    """
    return JsonResponse({"ok": True, "work": queue.health().ok})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """A form that was open too long, or in a second tab after signing in: say how to go on."""
    return render(request, "403_csrf.html", status=403)


# Django's own sign-in has no limit: guessing a password is stopped here, before it is hashed.
ADMIN_TRIES = Limit("admin-login", times=10, seconds=600)


def admin_login(request: HttpRequest) -> HttpResponseBase:
    """The sign-in of the Django admin, ten tries in ten minutes from one address."""
    if request.method == "POST" and not ADMIN_TRIES.take(client_ip(request), now=clock.now()):
        return HttpResponse(
            _("Too many tries. Wait ten minutes, then try again."),
            status=429,
            content_type="text/plain",
        )
    return admin.site.login(request)
