"""The outbox, in development: every mail as it would have arrived."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from booking.models import OutboxMail

SHOWN_AT_MOST = 200

View = Callable[..., HttpResponseBase]


def only_where_shown(view: View) -> View:
    """404 unless `OUTBOX_SHOWN`: the mails hold private links."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **options: Any) -> HttpResponseBase:
        if not settings.OUTBOX_SHOWN:
            raise Http404
        return view(request, *args, **options)

    return guarded


@require_safe
@never_cache
@only_where_shown
def outbox(request: HttpRequest) -> HttpResponse:
    """The newest mails."""
    mails = OutboxMail.objects.defer("html", "text")[:SHOWN_AT_MOST]
    return render(request, "booking/outbox.html", {"mails": mails})


@require_safe
@never_cache
@only_where_shown
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # its stub wants a mutable dict of Any
def outbox_mail(request: HttpRequest, mail_id: int) -> HttpResponse:
    """One mail: its HTML in a frame, its text, its calendar file."""
    mail = get_object_or_404(OutboxMail, pk=mail_id)
    return render(request, "booking/outbox_mail.html", {"mail": mail})


# A mail's HTML carries its styles within itself. It is shown by itself, without any script.
@require_safe
@never_cache
@only_where_shown
@xframe_options_sameorigin
@csp_replace(  # type: ignore[arg-type]  # its stub knows views of a request alone
    {
        "default-src": [NONE],
        "script-src": [NONE],
        "connect-src": [NONE],
        "style-src": [UNSAFE_INLINE],
        "img-src": [SELF, settings.SITE_URL],
        "font-src": [SELF, settings.SITE_URL],
        "frame-ancestors": [SELF],
        "base-uri": [NONE],
        "form-action": [NONE],
    }
)
def outbox_html(_request: HttpRequest, mail_id: int) -> HttpResponse:
    """The HTML body of one mail, as a page of its own."""
    return HttpResponse(get_object_or_404(OutboxMail, pk=mail_id).html)


@require_safe
@never_cache
@only_where_shown
def outbox_calendar(_request: HttpRequest, mail_id: int) -> HttpResponse:
    """The calendar file of one mail."""
    mail = get_object_or_404(OutboxMail.objects.exclude(calendar=""), pk=mail_id)
    response = HttpResponse(mail.calendar, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="totetaxi.ics"'
    return response
