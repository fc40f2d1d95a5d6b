"""Whose address this is."""

from allauth.account.models import EmailAddress

from accounts.models import User


def find_customer(email: str, *, even_inactive: bool = False) -> User | None:
    """The customer whose account has this address, confirmed or not; nobody of the staff.

    The account's own address alone counts: one that an account is about to change to proves
    nothing, and must never lead into that account.
    """
    rows = User.objects.filter(email=email.strip().lower(), is_staff=False)
    if not even_inactive:
        rows = rows.filter(is_active=True)
    return rows.first()


def has_confirmed_email(user: User) -> bool:
    """Whether somebody has shown that the account's mailbox is theirs."""
    return EmailAddress.objects.filter(user=user, verified=True).exists()
