"""An account is closed by staff, and opened again. Its bookings go on as they are."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.privacy.sessions import find_sessions
from booking.services.person import is_erased


class AccountGoneError(Exception):
    """The account was erased, or merged into another: it stays closed. The text is a sentence."""


def is_gone(user: User) -> bool:
    """Whether an account is closed for good."""
    return user.merged_into_id is not None or is_erased(user.email)


@transaction.atomic
def close_account(user_id: UUID) -> User:
    """Sign a customer out everywhere, and in no more. Raises User.DoesNotExist for staff."""
    return _set_active(user_id, active=False)


@transaction.atomic
def reopen_account(user_id: UUID) -> User:
    """Let a customer sign in again, as before. Raises AccountGoneError, User.DoesNotExist."""
    return _set_active(user_id, active=True)


def _set_active(user_id: UUID, *, active: bool) -> User:
    user = User.objects.select_for_update().get(pk=user_id, is_staff=False)
    if is_gone(user):
        raise AccountGoneError(_("This account is closed for good."))
    user.is_active = active
    user.save(update_fields=["is_active"])
    # At both ends: no browser that signed in at the very moment of closing comes back to life.
    find_sessions(user.pk, ()).forget()
    return user
