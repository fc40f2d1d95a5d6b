"""Private links for people without an account (DECISIONS.md, 24)."""

import hashlib
import secrets
from datetime import datetime

from django.db import models
from django.db.models import Q

from booking.models.booking import Booking
from booking.models.draft import Draft
from totetaxi.lib.models import Entity


def hash_token(token: str) -> str:
    """SHA-256 of a token, in hex. The token has 256 random bits, so it needs no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


class AccessToken(Entity):
    """Opens one booking or one draft. Only the hash is stored; reusable until revoked."""

    token_hash = models.CharField(max_length=64, unique=True)
    booking = models.ForeignKey(
        Booking, null=True, blank=True, on_delete=models.CASCADE, related_name="access_tokens"
    )
    draft = models.ForeignKey(
        Draft, null=True, blank=True, on_delete=models.CASCADE, related_name="access_tokens"
    )
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=(
                    Q(booking__isnull=True, draft__isnull=False)
                    | Q(booking__isnull=False, draft__isnull=True)
                ),
                name="token_opens_one_thing",
            ),
        )

    def __str__(self) -> str:
        return f"token of {self.booking_id or self.draft_id}"

    @classmethod
    def issue(cls, *, booking: Booking | None = None, draft: Draft | None = None) -> str:
        """Make a link's token and return it: this is the only time that it can be read."""
        token = secrets.token_urlsafe(32)
        cls.objects.create(token_hash=hash_token(token), booking=booking, draft=draft)
        return token

    @classmethod
    def find(cls, token: str) -> "AccessToken | None":
        """The live token, or None for a wrong, unknown or revoked one."""
        return (
            cls.objects.select_related("booking", "draft")
            .filter(token_hash=hash_token(token), revoked_at__isnull=True)
            .first()
        )

    def mark_used(self, now: datetime) -> None:
        self.last_used_at = now
        self.save(update_fields=["last_used_at", "updated_at"])
