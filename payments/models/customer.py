"""A customer as Stripe knows them, and the cards that Stripe keeps for them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from totetaxi.lib.models import Entity
from totetaxi.lib.work import WorkRow, WorkState

CUSTOMER_WORK = "payments.stripe_customer"


class StripeCustomer(Entity, WorkRow):
    """An account's customer at Stripe: made when first needed, and only once.

    The key is stored before Stripe is asked, and so is what Stripe is told (`email`, `name`), so
    that a lost answer is got again by the very same call. `cards_revision` counts what was written
    to the account's cards: a list that Stripe gave before another writing is out of date.

    As a piece of work it is held until its account is deleted: then it has no user, and all that
    Stripe keeps of the person is taken away.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="stripe_customer",
    )
    # Stripe is told this key: the account's own, which the row keeps when the account is gone.
    account_key = models.UUIDField(unique=True, editable=False)
    stripe_id = models.CharField(max_length=100, unique=True, null=True, blank=True)
    idempotency_key = models.CharField(max_length=64, unique=True)
    email = models.EmailField(max_length=254, blank=True)
    name = models.CharField(max_length=120, blank=True)
    cards_revision = models.PositiveIntegerField(default=0)
    work_state = models.CharField(
        max_length=8, choices=WorkState.choices, default=WorkState.HELD, editable=False
    )

    class Meta:
        indexes = (*WorkRow.Meta.indexes,)
        constraints = (*WorkRow.Meta.constraints,)

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
    saved_at = models.DateTimeField()
    is_default = models.BooleanField(default=False)

    class Meta:
        ordering = ("-is_default", "-saved_at", "id")
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
