"""Whose address this is."""

from allauth.account.models import EmailAddress
from django.db.models import Q

from accounts.models import User


def find_customer(email: str, *, even_inactive: bool = False) -> User | None:
    """The customer whose account has this address, confirmed or not; nobody of the staff.

    The account's own address counts, and one that it was confirmed with before it was merged into
    another (`accounts.merging`). One that an account is about to change to proves nothing, and
    must never lead into that account.
    """
    asked = email.strip().lower()
    further = EmailAddress.objects.filter(email=asked, verified=True).values("user_id")
    rows = User.objects.filter(Q(email=asked) | Q(pk__in=further), is_staff=False)
    if not even_inactive:
        rows = rows.filter(is_active=True)
    return rows.first()


def is_taken(email: str) -> bool:
    """Whether an account has this address, in lower case, or has proved it; the staff's too."""
    further = EmailAddress.objects.filter(email=email, verified=True).values("user_id")
    return User.objects.filter(Q(email=email) | Q(pk__in=further)).exists()


def has_confirmed_email(user: User) -> bool:
    """Whether somebody has shown that the account's mailbox is theirs."""
    return EmailAddress.objects.filter(user=user, verified=True).exists()
