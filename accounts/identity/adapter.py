"""What allauth asks us: who may sign in, where to go on, which mail to plan."""

from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.stagekit import clear_login
from allauth.core import context
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from accounts.identity import mails
from accounts.identity.backends import CustomerBackend
from accounts.identity.recent import has_own_means, signed_in_recently
from accounts.models import User
from totetaxi.lib.htmx import redirect
from totetaxi.lib.ratelimit import client_ip

WORDS = {
    "account_inactive": _("This account is closed."),
    "duplicate_email": _("This is your address already."),
    "email_password_mismatch": _("E-mail and password do not match. Try again, or use a code."),
    "enter_current_password": _("This is not your current password."),
    "incorrect_code": _("This code is not right. Look at the newest mail, or ask for another."),
    "incorrect_password": _("This password is not right."),
    "too_many_login_attempts": _("Too many tries. Wait a few minutes, then try again."),
    "rate_limited": _("Too many tries. Wait a few minutes, then try again."),
}
FACTOR_WORDS = {
    "incorrect_code": _("This did not work. Try again, or choose another way to sign in."),
    "unverified_email": _("Confirm your new e-mail first, then add a second step."),
}


class AccountAdapter(DefaultAccountAdapter):
    """Customers alone sign in here; mails are planned as rows, in the look of all others."""

    error_messages = DefaultAccountAdapter.error_messages | WORDS

    def get_client_ip(self, request: HttpRequest) -> str:
        """The sender as our own proxies saw it: limits count by it."""
        return client_ip(request)

    def is_safe_url(self, url: str | None) -> bool:
        """Only a path of this site (FAULTS.md, 61)."""
        return bool(url) and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """The customer of an e-mail and a password. Limits count before anything is hashed.

        Other backends are not asked: they know the staff. Raises ValidationError over the limit.
        """
        self.pre_authenticate(request, **credentials)
        AuthenticationBackend.unstash_authenticated_user()
        user = CustomerBackend().authenticate(request, **credentials)
        # The right password of a closed account leads to a page that says so.
        user = user or AuthenticationBackend.unstash_authenticated_user()
        if user is None:
            self.authentication_failed(request, **credentials)
        else:
            self._rollback_login_failed_rl_usage()
        return cast(User | None, user)

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        """The last door, for every way in: nobody of the staff."""
        if user.is_staff:
            clear_login(request)
            words = str(self.error_messages["invalid_login"])
            self.add_message(request, messages.ERROR, message=words)
            return cast(HttpResponse, redirect(request, reverse("account_login")))
        return super().pre_login(request, user, **kwargs)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:profile")

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Who has neither password nor second factor shows a code from their mailbox."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if methods or not user.is_authenticated:
            return methods
        url = reverse("account_reauthenticate_by_code")
        return [{"id": "reauthenticate_by_code", "description": _("Use a code"), "url": url}]

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Allauth lets an account through that has nothing to show again; we ask for a code."""
        required: bool = super().is_reauthentication_required(app=app, **kwargs)
        request = context.request
        if required and request.user.is_authenticated and not has_own_means(request.user):
            if not signed_in_recently(request):
                raise ReauthenticationRequired
            return False
        return required

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Every mail of allauth's that has no method of its own below."""
        mails.plan_by_name(template_prefix.rpartition("/")[2], email, context)

    def send_confirmation_mail(
        self,
        request: HttpRequest,
        emailconfirmation: Any,
        signup: bool,
    ) -> None:
        mails.plan_verification(emailconfirmation.email_address)

    def send_password_reset_mail(self, user: Any, email: str, context: dict[str, Any]) -> None:
        mails.plan_password_reset(user)

    def send_account_already_exists_mail(self, email: str) -> None:
        mails.plan_account_exists(email)


class FactorAdapter(DefaultMFAAdapter):
    """Second factors carry our name in apps and in browsers' dialogs."""

    error_messages = DefaultMFAAdapter.error_messages | FACTOR_WORDS

    def _get_site_name(self) -> str:
        return "ToteTaxi"
