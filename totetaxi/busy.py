"""The page for a moment in which the database cannot keep up."""

from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from totetaxi.lib.contention import is_contention

RETRY_AFTER_SECONDS = 5


class BusyMiddleware:
    """Answers 503 with a kind page where a row stayed locked; any other error is a 500 as ever."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """None leaves the error to Django."""
        if not isinstance(error, OperationalError) or not is_contention(error):
            return None
        answer = render(request, "503.html", status=503)
        answer["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return answer
