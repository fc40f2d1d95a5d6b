"""What happened to money and who decided it. Rows are only ever added."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking.models import Booking
from totetaxi.lib.actor import ActorKind


class MoneyAct(models.TextChoices):
    """A movement of money, or a decision about one."""

    CAPTURED = "captured", _("Money came")
    MISMATCHED = "mismatched", _("Other money came than was asked for")
    WAIVED = "waived", _("Nothing to pay")
    RECORDED = "recorded", _("Offline payment written down")
    STRUCK = "struck", _("Offline payment struck out")
    REFUND_REQUESTED = "refund_requested", _("Refund asked for")
    REFUND_APPROVED = "refund_approved", _("Refund approved")
    REFUND_REFUSED = "refund_refused", _("Refund refused")
    REFUND_SENT = "refund_sent", _("Refund under way")
    REFUNDED = "refunded", _("Money went back")
    REFUND_FAILED = "refund_failed", _("Refund failed")
    REFUND_RETRIED = "refund_retried", _("Refund tried again")
    DISPUTED = "disputed", _("Dispute opened")
    DISPUTE_MOVED = "dispute_moved", _("Dispute moved on")
    DISPUTE_WON = "dispute_won", _("Dispute won")
    DISPUTE_LOST = "dispute_lost", _("Dispute lost")
    EXPLAINED = "explained", _("Movement at Stripe explained")


class PaymentAudit(models.Model):
    """One act. Written through `payments.audit`, in the transaction of what it tells of.

    The database itself refuses to change, delete or truncate rows (migration 0002). Amounts are
    US cents and never negative: the act says which way the money went. The keys are kept as plain
    values, so that no other table can ever take this one's rows along.
    """

    at = models.DateTimeField()
    act = models.CharField(max_length=20, choices=MoneyAct.choices)
    amount_cents = models.PositiveIntegerField()
    booking = models.ForeignKey(
        Booking,
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="money_audit",
    )
    payment_key = models.UUIDField(null=True)
    refund_key = models.UUIDField(null=True)
    dispute_key = models.UUIDField(null=True)
    actor_kind = models.CharField(max_length=8)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    # Plain figures and codes, never a personal value.
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ("id",)
        indexes = (
            models.Index(fields=["payment_key", "id"], name="money_audit_payment"),
            models.Index(fields=["at"], name="money_audit_at"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(act__in=MoneyAct.values), name="money_audit_act_known"
            ),
            models.CheckConstraint(
                condition=Q(actor_kind__in=[kind.value for kind in ActorKind]),
                name="money_audit_actor_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.act} {self.amount_cents}"
