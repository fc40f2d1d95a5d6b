"""One helper for a page that is made of the fragments it later swaps."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers


def is_fragment_request(request: HttpRequest) -> bool:
    """True when htmx asks for a piece of a page, not when it restores history or is boosted."""
    htmx = request.htmx  # type: ignore[attr-defined]  # set by HtmxMiddleware
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def render_page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    fragment: str,
    status: int = 200,
) -> HttpResponse:
    """Render `template`, or `fragment` (a template or `page.html#partial`) for an htmx request.

    An invalid form is sent with `status=422` either way. The answer varies by HX-Request, so that
    no cache ever shows a fragment as a page.
    """
    name = fragment if is_fragment_request(request) else template
    response = render(request, name, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def redirect(request: HttpRequest, url: str) -> HttpResponseBase:
    """Send the whole page to `url`: 303 for a plain form, HX-Redirect for an htmx request."""
    if is_fragment_request(request):
        response = HttpResponse()
        response["HX-Redirect"] = url
        return response
    answer = HttpResponseRedirect(url)
    answer.status_code = 303
    return answer
