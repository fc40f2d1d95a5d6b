"""allauth's forms in our words: labels above fields, no placeholders, one field for a password.

Each looks an account up by its own address alone and sees nobody of the staff (`people.py`).
"""

from typing import Any

from allauth.account import forms as account_forms
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.signup import prevent_enumeration
from allauth.account.models import EmailAddress
from allauth.core import context, ratelimit
from allauth.core.internal.cryptokit import compare_user_code, normalize_user_code
from allauth.mfa.adapter import get_adapter as get_factor_adapter
from allauth.mfa.base import forms as factor_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as app_forms
from allauth.mfa.webauthn import forms as passkey_forms
from django import forms
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.identity.dress import dress
from accounts.identity.people import find_customer, is_taken
from accounts.models import User

# An app's code is good in its own half minute, and in the one before and after.
CODE_GOOD_SECONDS = 120
GOOD_PASSWORD = _("At least 10 characters. A few words that belong together only for you do well.")


class LoginForm(account_forms.LoginForm):
    """E-mail and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self, "login", _("Your e-mail"), autocomplete="username webauthn")
        dress(self, "password", _("Your password"), autocomplete="current-password")


class SignupForm(account_forms.SignupForm):
    """E-mail, and a password for whoever wants one: without it, a code comes by mail each time."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self, "email", _("Your e-mail"), autocomplete="username")
        dress(
            self, "password1", _("A password"), help_text=GOOD_PASSWORD, autocomplete="new-password"
        )

    def validate_unique_email(self, value: str) -> str:
        """An account has this address or not, the staff's included.

        An address that somebody only wants to change to is free.
        """
        self.account_already_exists = is_taken(value)
        return value

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """The account, or the same answer as if there were a new one (with a mail that says so).

        Of two sign-ups at once, the second finds the first.
        """
        if self.account_already_exists:
            # A new account costs the hashing of its password: this one takes as long.
            make_password(self.cleaned_data.get("password1") or None)
            return None, prevent_enumeration(request, email=self.cleaned_data["email"])
        try:
            with transaction.atomic():
                user = self.save(request)
                EmailAddress.objects.get_or_create(
                    user=user, email=user.email, defaults={"primary": True}
                )
        except IntegrityError:
            return None, prevent_enumeration(request, email=self.cleaned_data["email"])
        return user, None


class ResetPasswordForm(account_forms.ResetPasswordForm):
    """The address to which the link goes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self, "email", _("Your e-mail"), autocomplete="username")

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        found = find_customer(email)
        self.users = [found] if found else []
        return email


class RequestLoginCodeForm(account_forms.RequestLoginCodeForm):
    """The address to which the code goes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self, "email", _("Your e-mail"), autocomplete="username")

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if not ratelimit.consume(context.request, action="request_login_code", key=email):
            raise get_adapter().validation_error("too_many_login_attempts")
        self._user = find_customer(email)
        return email


class ConfirmLoginCodeForm(account_forms.ConfirmLoginCodeForm):
    """The code from the mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self, "code", _("Code from the mail"), autocomplete="one-time-code")


class CodeForm(forms.Form):
    """A code from a mail that this browser asked for. `code`: the right one, or empty."""

    code = forms.CharField(max_length=16)

    def __init__(self, *args: Any, code: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.right = code
        dress(self, "code", _("Code from the mail"), autocomplete="one-time-code")

    def clean_code(self) -> str:
        typed: str = self.cleaned_data["code"]
        if not compare_user_code(actual=typed, expected=self.right):
            raise get_adapter().validation_error("incorrect_code")
        return typed


class UserTokenForm(account_forms.UserTokenForm):
    """A reset link, which never leads to an account of the staff."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if self.reset_user is not None and self.reset_user.is_staff:
            raise get_adapter().validation_error("invalid_password_reset")
        return cleaned


class ResetPasswordKeyForm(account_forms.ResetPasswordKeyForm):
    """The new password, typed once: it may be pasted, and a code opens the account anyway."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        dress(
            self,
            "password1",
            _("Your new password"),
            help_text=GOOD_PASSWORD,
            autocomplete="new-password",
        )


class ChangePasswordForm(account_forms.ChangePasswordForm):
    """The old password and the new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        dress(self, "oldpassword", _("Your current password"), autocomplete="current-password")
        dress(
            self,
            "password1",
            _("Your new password"),
            help_text=GOOD_PASSWORD,
            autocomplete="new-password",
        )


class SetPasswordForm(account_forms.SetPasswordForm):
    """A first password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        dress(
            self,
            "password1",
            _("Your password"),
            help_text=GOOD_PASSWORD,
            autocomplete="new-password",
        )


class AddEmailForm(account_forms.AddEmailForm):
    """The address to change to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self, "email", _("Your new e-mail"), autocomplete="email")

    def clean_email(self) -> str:
        """Whose address it is comes out at its mailbox alone."""
        email: str = self.cleaned_data["email"]
        if self.user is not None and email == self.user.email:
            raise get_adapter().validation_error("duplicate_email")
        return email


class ReauthenticateForm(account_forms.ReauthenticateForm):
    """The password once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self, "password", _("Your password"), autocomplete="current-password")


class ConfirmPasswordForm(forms.Form):
    """The password of the account whose address is confirmed in another browser."""

    password = forms.CharField(strip=False, max_length=4096, widget=forms.PasswordInput)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        dress(self, "password", _("Your password"), autocomplete="current-password")

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        adapter = get_adapter()
        # Counts this try before it hashes the password.
        found = adapter.authenticate(context.request, email=self.user.email, password=password)
        if found != self.user:
            raise adapter.validation_error("incorrect_password")
        return password


class ActivateTOTPForm(app_forms.ActivateTOTPForm):
    """The first code of an authenticator app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self, "code", _("Code from the app"), autocomplete="one-time-code")


class CodeOnce(forms.Form):
    """A code of an app opens once. allauth forgets that it was used sooner than it is over."""

    authenticator: Authenticator

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]  # of allauth's form
        used = f"factor-code:{self.authenticator.pk}:{normalize_user_code(code)}"
        if not cache.add(used, True, timeout=CODE_GOOD_SECONDS):
            raise get_factor_adapter().validation_error("incorrect_code")
        return code


class AuthenticateForm(CodeOnce, factor_forms.AuthenticateForm):
    """The second step of a sign-in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self, "code", _("Code from the app"), autocomplete="one-time-code")


class ReauthenticateFactorForm(CodeOnce, factor_forms.ReauthenticateForm):
    """The second factor once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self, "code", _("Code from the app"), autocomplete="one-time-code")


class AddPasskeyForm(passkey_forms.AddWebAuthnForm):
    """A new passkey; unless unticked, it signs in by itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].max_length = 60
        self.fields["name"].widget.attrs["maxlength"] = "60"
        dress(self, "name", _("Name of the passkey"), autocomplete="off")
        dress(self, "passwordless", _("Sign in with it alone, without e-mail and password"))
        self.fields["passwordless"].initial = True


class EditPasskeyForm(passkey_forms.EditWebAuthnForm):
    """Another name for a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["maxlength"] = "60"
        dress(self, "name", _("Name of the passkey"), autocomplete="off")


class LoginPasskeyForm(passkey_forms.LoginWebAuthnForm):
    """A passkey instead of a password; the staff's opens nothing here."""

    def clean_credential(self) -> Any:
        authenticator = super().clean_credential()
        if authenticator.user.is_staff:
            raise get_factor_adapter().validation_error("incorrect_code")
        return authenticator
