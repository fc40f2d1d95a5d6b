"""The people who sign in. Customers and staff are both Users; no account is both."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from totetaxi.lib import clock


class UserManager(BaseUserManager["User"]):
    """Makes accounts; an e-mail is compared without case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make an account. Raises ValueError without an e-mail."""
        if not email:
            raise ValueError("An account needs an e-mail address.")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """An account that signs in by e-mail. `is_staff` decides on which side of the house."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Always in lower case, so that no two accounts differ by case alone.
    email = models.EmailField(_("e-mail"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    is_staff = models.BooleanField(_("staff"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined"), default=clock.now)
    # The account that has taken this one's place (accounts.merging); this one is closed for good.
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="merged_from"
    )

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        indexes = (
            models.Index(
                fields=["name", "email"],
                condition=models.Q(is_staff=False, merged_into__isnull=True),
                name="customer_by_name",
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="user_email_lower_case"
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True) | models.Q(is_active=False),
                name="user_merged_is_closed",
            ),
        )

    def __str__(self) -> str:
        return self.email

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Ends every browser but the one that changes the password or the e-mail (FAULTS.md, 63).

        Django's own knows of the password alone.
        """
        facts = f"{self.password}\n{self.email}"
        digest = salted_hmac("accounts.User.session", facts, secret=secret, algorithm="sha256")
        return str(digest.hexdigest())

    def get_full_name(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return self.name.split(" ")[0] or self.email
