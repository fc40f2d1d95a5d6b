"""The portal's address, where allauth's middleware would lead staff on."""

from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse


class PortalMiddleware:
    """Staff find nothing at the portal (404), as at every page of a customer.

    allauth's own middleware turns a 404 at the address above its pages into a redirect to the
    e-mail page, so this one looks at what it answers.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.path == settings.LOGIN_REDIRECT_URL and "Location" in response:
            is_led_on = response["Location"] == reverse("account_email")
            if is_led_on and getattr(request.user, "is_staff", False):
                raise Http404
        return response
