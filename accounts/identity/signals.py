"""What follows from a sign-up, a confirmed address and a sign-in. Connected at start-up."""

from typing import Any

from allauth.account import signals
from allauth.account.internal.flows.email_verification import verify_email
from allauth.account.models import EmailAddress
from allauth.account.utils import get_next_redirect_url
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.identity.join import join_guest_bookings
from accounts.identity.mails import plan_welcome
from accounts.identity.sign_up import forget_sign_up, remember_sign_up
from accounts.models import User
from booking.wizard.claim import claim_draft
from totetaxi.lib import clock


@receiver(signals.user_signed_up, dispatch_uid="remember_sign_up")
def signed_up(request: HttpRequest, user: User, **_more: Any) -> None:
    """The link in the mail signs in by itself in this browser, and goes on to `next`."""
    remember_sign_up(request, user, next_url=get_next_redirect_url(request) or "")


@receiver(signals.email_confirmed, dispatch_uid="join_confirmed")
def confirmed(email_address: EmailAddress, **_more: Any) -> None:
    """Guest bookings join at once. The welcome goes out once in an account's life."""
    user = User.objects.get(pk=email_address.user_id)
    join_guest_bookings(user, now=clock.now())
    plan_welcome(user)


@receiver(signals.user_logged_in, dispatch_uid="join_signed_in")
def signed_in(request: HttpRequest, user: User, **_more: Any) -> None:
    """What was booked as a guest since the last time joins; the browser's draft comes along."""
    forget_sign_up(request)
    join_guest_bookings(user, now=clock.now())
    claim_draft(request, now=clock.now())


@receiver(signals.password_reset, dispatch_uid="reset_confirms")
def password_was_reset(request: HttpRequest, user: User, **_more: Any) -> None:
    """Who opened the link reads the account's mail: its address is confirmed by that."""
    address = EmailAddress.objects.filter(user=user, email=user.email, verified=False).first()
    if address is not None:
        verify_email(request, address)
