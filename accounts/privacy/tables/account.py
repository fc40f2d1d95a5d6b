"""The account's own tables: who somebody is, and what they keep with us."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import is_password_usable, make_password
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import CustomerProfile, SavedAddress, User
from accounts.privacy.holdings import Holding, blank, delete
from accounts.privacy.person import Person
from booking.models import Booking, Draft, ServiceInterest

_KEYS = ("id", "updated_at")


def _passkey_name(data: Any) -> str:
    """What somebody called a passkey; an authenticator app has no name. Never its secret."""
    return str(data.get("name", "")) if isinstance(data, dict) else ""


def _drafts(person: Person) -> QuerySet[Draft]:
    """The account's drafts, and those that its bookings were made from."""
    booked = Booking.all_objects.filter(pk__in=person.booking_ids).values("draft_id")
    mine = Q(customer_id=person.user_id) | Q(pk__in=booked)
    return Draft.objects.filter(mine).order_by("created_at")


ACCOUNT = Holding(
    key="account",
    model=User,
    title=_("Your account"),
    rows=lambda person: User.objects.filter(pk=person.user_id),
    shown={
        "name": _("Name"),
        "email": _("E-mail"),
        "date_joined": _("Account made"),
        "last_login": _("Last sign-in"),
        "has_password": _("Signs in with a password"),
    },
    derived={"has_password": ("password", is_password_usable)},
    hidden=("id", "is_superuser", "is_staff", "is_active", "merged_into"),
    erased=blank(
        name="",
        email=lambda person: person.erased_email,
        password=lambda _person: make_password(None),
        last_login=None,
        is_active=False,
    ),
)
PROFILE = Holding(
    key="profile",
    model=CustomerProfile,
    title=_("Profile"),
    rows=lambda person: CustomerProfile.objects.filter(user_id=person.user_id),
    shown={
        "phone": _("Phone"),
        "wants_reminders": _("Wants a reminder the day before"),
        "wants_unfinished": _("Wants a note about an unfinished booking"),
        "wants_reviews": _("Wants to be asked how it went"),
    },
    hidden=("user", "created_at", *_KEYS),
    erased=delete,
)
EMAIL_ADDRESSES = Holding(
    key="email_addresses",
    model=EmailAddress,
    title=_("E-mail addresses"),
    rows=lambda person: EmailAddress.objects.filter(user_id=person.user_id).order_by("pk"),
    shown={"email": _("E-mail"), "verified": _("Confirmed"), "primary": _("In use")},
    hidden=("id", "user"),
    erased=delete,
)
SIGN_IN_METHODS = Holding(
    key="sign_in_methods",
    model=Authenticator,
    title=_("Second factors and passkeys"),
    rows=lambda person: Authenticator.objects.filter(user_id=person.user_id).order_by("pk"),
    shown={
        "type": _("Kind"),
        "name": _("Name"),
        "created_at": _("Added"),
        "last_used_at": _("Last used"),
    },
    derived={"name": ("data", _passkey_name)},
    hidden=("id", "user"),
    erased=delete,
)
SAVED_ADDRESSES = Holding(
    key="saved_addresses",
    model=SavedAddress,
    title=_("Address book"),
    rows=lambda person: SavedAddress.objects.filter(user_id=person.user_id),
    shown={
        "label": _("Label"),
        "street": _("Street"),
        "unit": _("Unit"),
        "city": _("City"),
        "state": _("State"),
        "zip": _("ZIP"),
        "has_doorman": _("Doorman"),
        "has_elevator": _("Elevator"),
        "access_notes": _("How to get in"),
        "is_default": _("Default"),
        "created_at": _("Saved"),
        "used_at": _("Last used"),
    },
    hidden=("user", *_KEYS),
    erased=delete,
)
DRAFTS = Holding(
    key="drafts",
    model=Draft,
    title=_("Unfinished bookings"),
    rows=_drafts,
    shown={
        "typed": _("What you typed"),
        "shown_total_cents": _("Price you saw"),
        "created_at": _("Begun"),
        "updated_at": _("Last changed"),
    },
    hidden=("id", "customer", "reached"),
    erased=delete,
)
INTERESTS = Holding(
    key="service_interests",
    model=ServiceInterest,
    title=_("Places you asked us to serve"),
    rows=lambda person: ServiceInterest.objects.filter(person.has_email("email")),
    shown={"email": _("E-mail"), "zip": _("ZIP"), "created_at": _("Asked")},
    hidden=_KEYS,
    erased=delete,
)
