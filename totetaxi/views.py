"""Views that belong to no app: health, and the page for a failed CSRF check."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from totetaxi.lib import queue


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
