"""A card holder's bank takes money back. Amounts are US cents."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from payments.models.payment import Payment
from totetaxi.lib.models import Entity

# How the words of Stripe begin for a bank's question, for which no money has moved.
INQUIRY = "warning_"


class DisputeQuerySet(models.QuerySet["Dispute"]):
    """Disputes, by how they stand."""

    def open(self) -> DisputeQuerySet:
        """Disputes that the bank has not decided."""
        return self.filter(closed_at__isnull=True)

    def blocking(self) -> DisputeQuerySet:
        """Disputes for which Stripe holds the money: nothing can be refunded beside them.

        Open ones, lost ones; not a bank's mere question (an inquiry), which a refund may answer.
        """
        held = models.Q(status=Dispute.Status.LOST) | models.Q(closed_at__isnull=True)
        return self.filter(held).exclude(stripe_status__startswith=INQUIRY)


class Dispute(Entity):
    """A dispute of one of our payments, as Stripe last told of it.

    While it is open, and once it is lost, Stripe holds `withdrawn_cents` of ours, and keeps
    `fee_cents` beside it. Neither changes what the customer has paid or owes: a booking's money is
    payments less refunds (DECISIONS.md, 2), and a dispute is counted beside it.
    """

    class Status(models.TextChoices):
        NEEDS_RESPONSE = "needs_response", _("Evidence is due")
        UNDER_REVIEW = "under_review", _("With the bank")
        WON = "won", _("Won")
        LOST = "lost", _("Lost")

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="disputes")
    stripe_id = models.CharField(max_length=100, unique=True)
    status = models.CharField(max_length=14, choices=Status.choices)
    # Stripe's own words for how it stands and why it was opened.
    stripe_status = models.CharField(max_length=40)
    reason = models.CharField(max_length=40, blank=True)
    amount_cents = models.PositiveIntegerField()
    withdrawn_cents = models.IntegerField(default=0)
    fee_cents = models.IntegerField(default=0)
    opened_at = models.DateTimeField()
    evidence_due_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = DisputeQuerySet.as_manager()

    class Meta:
        ordering = ("-opened_at",)
        indexes = (
            models.Index(fields=["-opened_at"], name="dispute_newest"),
            models.Index(fields=["status", "-opened_at"], name="dispute_by_status"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=["needs_response", "under_review", "won", "lost"]),
                name="dispute_status_known",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["won", "lost"], closed_at__isnull=False)
                | Q(status__in=["needs_response", "under_review"], closed_at__isnull=True),
                name="dispute_closed_when",
            ),
        )

    def __str__(self) -> str:
        return f"{self.amount_cents} {self.status}"

    @property
    def is_inquiry(self) -> bool:
        """Whether the bank only asks, and has taken nothing."""
        return self.stripe_status.startswith(INQUIRY)
