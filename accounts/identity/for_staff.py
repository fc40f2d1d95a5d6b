"""What staff begin for a customer; the customer ends it, by the mail that they get."""

from allauth.account.models import EmailAddress
from allauth.core import ratelimit
from django.db import transaction
from django.http import HttpRequest

from accounts.identity import mails
from accounts.models import User


class TooManyMailsError(Exception):
    """Mails of this kind went to the address moments ago."""


def send_password_reset(request: HttpRequest, user: User) -> None:
    """Send the mail that the customer would get by "Forgot your password?".

    The customer's own limits count. Raises TooManyMailsError.
    """
    if not ratelimit.consume(request, action="reset_password", key=user.email):
        raise TooManyMailsError
    mails.plan_password_reset(user)


def ask_new_email(request: HttpRequest, user: User, email: str) -> None:
    """Send the link that changes the account's address to that address; until then nothing moves.

    `email` is in lower case. One asked for before is forgotten. Raises TooManyMailsError.
    """
    if not ratelimit.consume(request, action="confirm_email", key=email):
        raise TooManyMailsError
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        waiting = EmailAddress.objects.filter(user=user, verified=False)
        waiting.exclude(email__in=[user.email, email]).delete()
        address, _made = EmailAddress.objects.get_or_create(user=user, email=email)
        mails.plan_verification(address)
