"""Signing in by a code from a mail."""

from typing import Any

from allauth.account.views import ConfirmLoginCodeView
from django.http import HttpRequest, HttpResponse

from accounts.identity.people import has_confirmed_email
from accounts.identity.sign_up import signed_up_here
from accounts.models import User


class ConfirmLoginCode(ConfirmLoginCodeView):
    """allauth's, but that a code never confirms an account whose password a stranger may know."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Without allauth's `phone`, the person's, which would hide ours in header and footer."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        del context["phone"]
        return context

    def _verify_form_valid(self, form: Any) -> HttpResponse:
        drop_strangers_password(self.request, self._process.user)
        response: HttpResponse = super()._verify_form_valid(form)
        return response


confirm_login_code = ConfirmLoginCode.as_view()


def drop_strangers_password(request: HttpRequest, user: User) -> None:
    """Of an account that was never confirmed, keep the password only if this browser chose it."""
    if has_confirmed_email(user) or signed_up_here(request, user):
        return
    if user.has_usable_password():
        user.set_unusable_password()
        user.save(update_fields=["password"])
