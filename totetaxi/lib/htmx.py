"""Pages that are made of the fragments they later swap."""

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


def render_list(
    request: HttpRequest, template: str, context: dict[str, Any], *, part: str, target: str
) -> HttpResponse:
    """Render `template`, or `part` where htmx swaps the element `target` alone.

    The answer varies by HX-Target, so that no cache ever shows a part as a page.
    """
    htmx = request.htmx  # type: ignore[attr-defined]  # set by HtmxMiddleware
    is_swap = htmx.target == target and not htmx.history_restore_request
    response = render(request, part if is_swap else template, context)
    patch_vary_headers(response, ["HX-Target"])
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
