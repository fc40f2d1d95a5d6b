"""The portal's address, where allauth's middleware would lead staff on."""

from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase


class PortalMiddleware:
    """Staff find nothing at the portal (404), as at every page of a customer.

    allauth's own middleware turns a 404 at the address above its pages into a redirect to the
    e-mail page, so this one looks at what it answers.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        is_led_on = request.path == settings.LOGIN_REDIRECT_URL and "Location" in response
        if is_led_on and getattr(request.user, "is_staff", False):
            raise Http404
        return response
