"""Whose session it is, and how customers are told from everybody else at the sign-in."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

from accounts.identity.people import find_customer
from accounts.models import User
from totetaxi.lib.prepared import PreparedGet

# Every page of a signed-in person begins with it.
_account = PreparedGet(User, User.objects.all)


class AccountBackend(ModelBackend):
    """Django's own, by the account's e-mail."""

    def get_user(self, user_id: Any) -> User | None:
        """The account of a session; None once it may not sign in any more."""
        user = _account.find(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None


class CustomerBackend(AccountBackend, AuthenticationBackend):
    """Knows customers alone, by the address of their account: staff have a sign-in of their own.

    An address that somebody is about to change to opens nothing until it is confirmed.
    """

    def _authenticate(
        self, request: HttpRequest | None, **credentials: str | None
    ) -> AbstractBaseUser | None:
        # What is not found costs as much time: `authenticate` hashes the password all the same.
        user = find_customer(credentials.get("email") or "", even_inactive=True)
        return self._check_password(user, credentials.get("password") or "")

    def user_can_authenticate(self, user: Any) -> bool:
        """An account that became the staff's, or was closed, is signed out at its next request."""
        return isinstance(user, User) and user.is_active and not user.is_staff
