"""The Django admin: the last resort of admins who are signed in to the back office.

It has no sign-in of its own, so nothing gets round the second factor (FAULTS.md, 68).
"""

from typing import Any
from urllib.parse import urlencode

from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from staff.access import forbidden, let_in
from staff.identity.views.sign_in import sign_out
from totetaxi.lib import clock


class OfficeAdminSite(AdminSite):
    """`admin.site`, open to who may manage the staff."""

    def has_permission(self, request: HttpRequest) -> bool:
        try:
            sign_in = let_in(request, clock.now())
        except Http404:
            return False
        return sign_in is not None and sign_in.profile.may("manage_staff")

    def login(  # type: ignore[override]  # any response will do
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseBase:
        """Its own page is never shown: the staff's leads back here."""
        if self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        if hasattr(request, "staff"):
            return forbidden(request)
        back = request.GET.get(REDIRECT_FIELD_NAME, reverse("admin:index"))
        query = urlencode({REDIRECT_FIELD_NAME: back})
        return HttpResponseRedirect(f"{reverse('staff:login')}?{query}")

    def logout(  # type: ignore[override]  # any response will do
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseBase:
        return sign_out(request)

    def password_change(  # type: ignore[override]  # any response will do
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseBase:
        return HttpResponseRedirect(reverse("staff:password"))
