"""A browser of somebody of the staff, from sign-in to sign-out."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from staff.models.profile import StaffProfile

# A day's work; and a lunch break. Customers stay signed in for thirty days.
LONGEST = timedelta(hours=12)
LONGEST_UNUSED = timedelta(minutes=60)


class SignInQuerySet(models.QuerySet["StaffSignIn"]):
    """Filters of sign-ins."""

    def open_at(self, now: datetime) -> "SignInQuerySet":
        """Those that still open the back office."""
        return self.filter(ended_at=None, at__gt=now - LONGEST, seen_at__gt=now - LONGEST_UNUSED)


class StaffSignIn(models.Model):
    """One sign-in. The row is the right to be in: a browser whose row has ended is out.

    `method` is the second factor that was shown; empty where none was asked for (development).
    """

    class Method(models.TextChoices):
        NONE = "", _("Password alone")
        TOTP = "totp", _("Code of an app")
        PASSKEY = "webauthn", _("Passkey")
        RECOVERY = "recovery_codes", _("Recovery code")

    class End(models.TextChoices):
        SIGNED_OUT = "signed_out", _("Signed out")
        EVERYWHERE = "everywhere", _("Signed out everywhere")
        UNUSED = "unused", _("Ended after an hour without use")
        TOO_LONG = "too_long", _("Ended after twelve hours")
        BY_ADMIN = "by_admin", _("Ended by an admin")

    profile = models.ForeignKey(StaffProfile, on_delete=models.CASCADE, related_name="sign_ins")
    at = models.DateTimeField()
    seen_at = models.DateTimeField()
    confirmed_at = models.DateTimeField()
    method = models.CharField(max_length=16, choices=Method.choices, blank=True)
    ip = models.CharField(max_length=45, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end = models.CharField(max_length=12, choices=End.choices, blank=True)

    objects = SignInQuerySet.as_manager()

    class Meta:
        ordering = ("-at", "-id")
        indexes = (models.Index(fields=["profile", "-at"], name="staff_sign_in_latest"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end="")
                | (Q(ended_at__isnull=False) & ~Q(end="")),
                name="staff_sign_in_end_paired",
            ),
        )

    def __str__(self) -> str:
        return f"{self.profile_id} {self.at:%Y-%m-%d %H:%M}"

    def over_at(self, now: datetime) -> str:
        """Why it is over at `now`, one of `End`; empty while it opens the back office."""
        if self.end:
            return self.end
        if now - self.at >= LONGEST:
            return self.End.TOO_LONG
        if now - self.seen_at >= LONGEST_UNUSED:
            return self.End.UNUSED
        return ""
