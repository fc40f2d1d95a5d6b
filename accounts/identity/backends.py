"""How customers are told from everybody else at the sign-in."""

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

from accounts.identity.people import find_customer
from accounts.models import User


class CustomerBackend(AuthenticationBackend):
    """Knows customers alone, by the address of their account: staff have a sign-in of their own.

    An address that somebody is about to change to opens nothing until it is confirmed.
    """

    def _authenticate(
        self, request: HttpRequest | None, **credentials: str | None
    ) -> AbstractBaseUser | None:
        # What is not found costs as much time: `authenticate` hashes the password all the same.
        user = find_customer(credentials.get("email") or "", even_inactive=True)
        return self._check_password(user, credentials.get("password") or "")

    def user_can_authenticate(self, user: User | None) -> bool:
        """An account that became the staff's, or was closed, is signed out at its next request."""
        return user is not None and user.is_active and not user.is_staff
