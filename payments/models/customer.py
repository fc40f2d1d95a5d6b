"""A customer as Stripe knows them, and the cards that Stripe keeps for them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from totetaxi.lib.models import Entity


class StripeCustomer(Entity):
    """An account's customer at Stripe: made when first needed, and only once.

    The key is stored before Stripe is asked, so that a lost answer is got again.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="stripe_customer"
    )
    stripe_id = models.CharField(max_length=100, unique=True, null=True, blank=True)
    idempotency_key = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return self.stripe_id or "not made yet"


class SavedCard(Entity):
    """A card that Stripe keeps for an account: what is shown of it, never its number."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_cards"
    )
    stripe_id = models.CharField(max_length=100, unique=True)
    brand = models.CharField(max_length=20)
    last4 = models.CharField(max_length=4)
    exp_month = models.PositiveSmallIntegerField()
    exp_year = models.PositiveSmallIntegerField()
    is_default = models.BooleanField(default=False)

    class Meta:
        ordering = ("-is_default", "created_at")
        constraints = (
            models.UniqueConstraint(
                fields=["user"], condition=Q(is_default=True), name="card_one_default"
            ),
            models.CheckConstraint(
                condition=Q(exp_month__gte=1, exp_month__lte=12), name="card_month_range"
            ),
        )

    def __str__(self) -> str:
        return f"{self.brand} {self.last4}"


class CardSetup(Entity):
    """One visit to Stripe's page that adds a card (Checkout in setup mode)."""

    class Status(models.TextChoices):
        PENDING = "pending", _("Open")
        COMPLETE = "complete", _("Complete")
        EXPIRED = "expired", _("Expired")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="card_setups"
    )
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.PENDING)
    idempotency_key = models.CharField(max_length=64, unique=True)
    session_id = models.CharField(max_length=100, unique=True, null=True, blank=True)
    session_expires_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=["pending", "complete", "expired"]),
                name="card_setup_status_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.status} {self.session_id or ''}".strip()
