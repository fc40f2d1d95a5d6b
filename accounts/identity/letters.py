"""What the mails about an account say. Booking's notifications render and send them.

Links are made here, as the mail leaves; the stored bodies keep a placeholder in their place.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from allauth.account import app_settings
from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.identity.people import find_customer, has_confirmed_email
from accounts.models import User
from booking.models import Message, MessageKind
from booking.notifications.letter import Letter, NotNeededError
from booking.notifications.links import absolute
from booking.notifications.messages import register_writer
from booking.notifications.schedule import day_words, time_words

HIDDEN_KEY = "private-key"
HIDDEN_CODE = "······"
# What was changed, by the names of allauth's own templates.
NOTICES: dict[str, Any] = {
    "password_changed": gettext_lazy("Your password was changed."),
    "password_set": gettext_lazy("Your account now has a password."),
    "password_reset": gettext_lazy("Your password was set anew, by a link from your mail."),
    "totp_activated": gettext_lazy("Signing in now asks for a code from an authenticator app."),
    "totp_deactivated": gettext_lazy("Signing in asks for no code from an app any more."),
    "webauthn_added": gettext_lazy("A passkey was added."),
    "webauthn_removed": gettext_lazy("A passkey was removed."),
    "recovery_codes_generated": gettext_lazy("There are new recovery codes; the old ones end."),
}

# Changes that a new password does not undo.
CALLED = frozenset({"email_changed", "accounts_merged"})


def verify_email(message: Message, now: datetime) -> Letter:
    """The link that confirms an address. Context: address, its key."""
    address = (
        EmailAddress.objects.select_related("user")
        .filter(pk=message.context["address"], verified=False)
        .first()
    )
    if address is None:
        raise NotNeededError("the address is confirmed, or gone")
    other = find_customer(address.email)
    if other is not None and other != address.user and has_confirmed_email(other):
        return account_exists(message, now)
    return Letter(
        recipient=message.recipient,
        subject=_("Confirm your e-mail"),
        template="verify_email",
        context={
            "link": absolute(reverse("account_confirm_email", args=[HIDDEN_KEY])),
            "is_change": has_confirmed_email(address.user),
            "days": app_settings.EMAIL_CONFIRMATION_EXPIRE_DAYS,
        },
        secrets=((HIDDEN_KEY, EmailConfirmationHMAC.create(address).key),),
    )


def account_exists(message: Message, _now: datetime) -> Letter:
    """Somebody signed up with an address that has an account, maybe one of the staff's."""
    return Letter(
        recipient=message.recipient,
        subject=_("You have an account already"),
        template="account_exists",
        context={
            "is_customer": find_customer(message.recipient) is not None,
            "sign_in_url": absolute(reverse("account_login")),
            "reset_url": absolute(reverse("account_reset_password")),
            "sign_up_url": absolute(reverse("account_signup")),
        },
    )


def no_account(message: Message, _now: datetime) -> Letter:
    """Somebody wanted to sign in with an address that has no account."""
    return Letter(
        recipient=message.recipient,
        subject=_("There is no account with this e-mail"),
        template="no_account",
        context={"sign_up_url": absolute(reverse("account_signup"))},
    )


def password_reset(message: Message, _now: datetime) -> Letter:
    """The link to a new password. Context: user, the account's key."""
    user = User.objects.filter(
        pk=message.context["user"], email=message.recipient, is_active=True, is_staff=False
    ).first()
    if user is None:
        raise NotNeededError("the account is gone, or has another address")
    args = [user_pk_to_url_str(user), HIDDEN_KEY]
    return Letter(
        recipient=user.email,
        subject=_("Set a new password"),
        template="password_reset",
        context={"link": absolute(reverse("account_reset_password_from_key", args=args))},
        secrets=((HIDDEN_KEY, default_token_generator.make_token(user)),),
    )


def sign_in_code(message: Message, now: datetime) -> Letter:
    """A code to type. Context: secret, with the code until it is sent."""
    lasts = timedelta(seconds=app_settings.LOGIN_BY_CODE_TIMEOUT)
    code = message.context.get("secret", {}).get("code", "")
    if not code or now - message.created_at > lasts:
        raise NotNeededError("the code is over")
    return Letter(
        recipient=message.recipient,
        subject=_("Your code to sign in"),
        template="sign_in_code",
        context={"code": HIDDEN_CODE, "minutes": int(lasts.total_seconds() // 60)},
        secrets=((HIDDEN_CODE, code),),
    )


def account_notice(message: Message, _now: datetime) -> Letter:
    """Something of the account was changed. Context: change, a key of NOTICES or of CALLED."""
    at = message.created_at
    return Letter(
        recipient=message.recipient,
        subject=_("Your account was changed"),
        template="account_notice",
        context={
            "change": _change_words(message.context),
            "at": _("%(day)s, %(time)s") % {"day": day_words(at), "time": time_words(at)},
            "reset_url": absolute(reverse("account_reset_password")),
            "asks_to_call": message.context["change"] in CALLED,
        },
    )


def _change_words(context: dict[str, Any]) -> str:
    if context["change"] == "email_changed":
        return _("The e-mail of your account was changed from %(old)s to %(new)s.") % {
            "old": context["from_email"],
            "new": context["to_email"],
        }
    if context["change"] == "accounts_merged":
        return _(
            "You had two accounts with us. They are one now, under %(kept)s, "
            "with all your bookings and addresses."
        ) % {"kept": context["kept"]}
    return str(NOTICES[context["change"]])


def welcome(message: Message, _now: datetime) -> Letter:
    """The account is open."""
    return Letter(
        recipient=message.recipient,
        subject=_("Welcome to ToteTaxi"),
        template="welcome",
        context={"portal_url": absolute(reverse("accounts:portal"))},
    )


WRITERS: dict[MessageKind, Callable[[Message, datetime], Letter]] = {
    MessageKind.VERIFY_EMAIL: verify_email,
    MessageKind.ACCOUNT_EXISTS: account_exists,
    MessageKind.NO_ACCOUNT: no_account,
    MessageKind.PASSWORD_RESET: password_reset,
    MessageKind.SIGN_IN_CODE: sign_in_code,
    MessageKind.ACCOUNT_NOTICE: account_notice,
    MessageKind.WELCOME: welcome,
}


def register() -> None:
    """Tell booking's notifications who writes these. Called by the app's `ready`."""
    for kind, writer in WRITERS.items():
        register_writer(kind, writer)
