"""The link that confirms an address: a page with one button, or what to do instead."""

from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.email_verification import (
    send_verification_email_to_address,
    verify_email,
)
from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.account.utils import perform_login
from allauth.core import ratelimit
from django.contrib.auth import update_session_auth_hash
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.identity.forms import ConfirmPasswordForm
from accounts.identity.people import has_confirmed_email
from accounts.identity.sign_up import next_after_sign_up, signed_up_here
from accounts.models import User
from booking.models import Booking
from totetaxi.lib.htmx import redirect

DAY = 24 * 60 * 60


class Standing(StrEnum):
    """What a link can do in this browser."""

    CONFIRM = "confirm"  # a button confirms
    PASSWORD = "password"  # noqa: S105  the account's password does, or a new one by mail
    SIGN_IN = "sign_in"  # a change of address: its account signs in first
    OTHER = "other"  # somebody else is signed in here
    USED = "used"  # it has confirmed already
    TAKEN = "taken"  # another account has confirmed this address
    EXPIRED = "expired"
    WRONG = "wrong"  # no link of ours


@dataclass(frozen=True)
class Link:
    """A link that was opened: the address that it is about, and whether it is still good."""

    address: EmailAddress | None
    is_expired: bool


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def account_confirm_email(request: HttpRequest, key: str) -> HttpResponseBase:
    """Opening the link changes nothing; the button does, where this browser may press it."""
    link = read_link(key)
    standing = standing_of(request, link)
    form = None
    if link.address is not None and standing is Standing.PASSWORD:
        posted = request.POST if request.method == "POST" else None
        form = ConfirmPasswordForm(posted, user=link.address.user)
    if request.method == "POST" and link.address is not None:
        if standing is Standing.EXPIRED:
            send_verification_email_to_address(request, link.address)
            return redirect(request, reverse("account_email_verification_sent"))
        if standing is Standing.CONFIRM or (form is not None and form.is_valid()):
            return confirm(request, link.address)
        if form is not None and form.has_error("password", "too_many_login_attempts"):
            return cast(HttpResponse, ratelimit.respond_429(request))
    context = {"standing": standing, "form": form, "email": link.address and link.address.email}
    refused = form is not None and form.is_bound
    status = 404 if standing is Standing.WRONG else 422 if refused else 200
    return render(request, "account/email_confirm.html", context, status=status)


def read_link(key: str) -> Link:
    """The address behind a link's key, however old the link is."""
    try:
        pk = signing.loads(key, salt=app_settings.SALT)
    except signing.BadSignature:
        return Link(None, is_expired=False)
    address = EmailAddress.objects.select_related("user").filter(pk=pk).first()
    try:
        age = app_settings.EMAIL_CONFIRMATION_EXPIRE_DAYS * DAY
        signing.loads(key, salt=app_settings.SALT, max_age=age)
    except signing.SignatureExpired:
        return Link(address, is_expired=True)
    return Link(address, is_expired=False)


def standing_of(request: HttpRequest, link: Link) -> Standing:
    """What the link can do here and now."""
    address = link.address
    if address is None or address.user.is_staff or not address.user.is_active:
        return Standing.WRONG
    if address.verified:
        return Standing.USED
    if _is_taken(address):
        return Standing.TAKEN
    return Standing.EXPIRED if link.is_expired else _standing_of_good(request, address.user)


def _standing_of_good(request: HttpRequest, user: User) -> Standing:
    """What a good link to an address of `user` can do in this browser."""
    if request.user.is_authenticated:
        return Standing.CONFIRM if request.user.pk == user.pk else Standing.OTHER
    if has_confirmed_email(user):
        return Standing.SIGN_IN
    is_known_here = signed_up_here(request, user) or not user.has_usable_password()
    return Standing.CONFIRM if is_known_here else Standing.PASSWORD


def _is_taken(address: EmailAddress) -> bool:
    """Whether another account has this address: confirmed, or with anything that hangs on it."""
    proved = EmailAddress.objects.filter(email=address.email, verified=True)
    if proved.exclude(user_id=address.user_id).exists():
        return True
    other = User.objects.filter(email=address.email).exclude(pk=address.user_id).first()
    return other is not None and not _is_empty(other)


def _is_empty(user: User) -> bool:
    """An account that nobody ever entered: signed up and never confirmed."""
    if user.is_staff or user.last_login is not None or has_confirmed_email(user):
        return False
    return not Booking.all_objects.filter(customer=user).exists()


def confirm(request: HttpRequest, address: EmailAddress) -> HttpResponseBase:
    """Confirm the address and go on: signed in, to where the person was going."""
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=address.user_id)
        # Somebody signed up with it and never showed that they read its mail: this person did.
        for other in User.objects.filter(email=address.email).exclude(pk=user.pk):
            if _is_empty(other):
                other.delete()
        is_done = verify_email(request, address)
    if request.user.is_authenticated and is_done:  # signed out everywhere else
        update_session_auth_hash(request, User.objects.get(pk=user.pk))
    if request.user.is_authenticated or not is_done:
        name = "accounts:profile" if request.user.is_authenticated else "account_login"
        return redirect(request, reverse(name))
    record_authentication(request, user, method="email", email=address.email)
    after = next_after_sign_up(request, user)
    url = after or get_adapter(request).get_signup_redirect_url(request)
    response: HttpResponse = perform_login(request, user, redirect_url=url, email=address.email)
    return response
