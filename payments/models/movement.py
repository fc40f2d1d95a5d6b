"""What moved on our balance at Stripe. Amounts are US cents, signed: less than 0 leaves us."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from payments.models.dispute import Dispute
from payments.models.payment import Payment
from payments.models.refund import Refund
from totetaxi.lib.models import Entity


class BalanceMovement(Entity):
    """A copy of one of Stripe's balance transactions, and what of ours explains it.

    `net_cents` is `amount_cents` less `fee_cents`: what our balance grew by. Stripe never changes
    these figures. `why` says, as a code of `payments.reconciliation`, why it stands as it does.
    """

    class Standing(models.TextChoices):
        MATCHED = "matched", _("Matched")
        EXPECTED = "expected", _("Expected")
        OPEN = "open", _("Open")

    stripe_id = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=40)
    source_id = models.CharField(max_length=100, blank=True, db_index=True)
    amount_cents = models.IntegerField()
    fee_cents = models.IntegerField()
    net_cents = models.IntegerField()
    currency = models.CharField(max_length=3)
    at = models.DateTimeField()
    available_at = models.DateTimeField()

    payment = models.ForeignKey(
        Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="movements"
    )
    refund = models.ForeignKey(
        Refund, null=True, blank=True, on_delete=models.PROTECT, related_name="movements"
    )
    dispute = models.ForeignKey(
        Dispute, null=True, blank=True, on_delete=models.PROTECT, related_name="movements"
    )
    standing = models.CharField(max_length=8, choices=Standing.choices, default=Standing.OPEN)
    why = models.CharField(max_length=30, blank=True)
    # Somebody looked at it and said what it is; then it is expected, whatever a run finds.
    explained_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    explained_at = models.DateTimeField(null=True, blank=True)
    explanation = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("-at", "-id")
        indexes = (
            models.Index(fields=["-at", "-id"], name="movement_newest"),
            models.Index(fields=["standing", "-at", "-id"], name="movement_by_standing"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(standing__in=["matched", "expected", "open"]),
                name="movement_standing_known",
            ),
            models.CheckConstraint(
                condition=Q(net_cents=models.F("amount_cents") - models.F("fee_cents")),
                name="movement_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(explained_at__isnull=True, explanation="")
                | Q(explained_at__isnull=False, standing="expected") & ~Q(explanation=""),
                name="movement_explained_when",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.net_cents} {self.standing}"
