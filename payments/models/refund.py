"""Money back from a payment. Amounts are US cents."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from payments.models.payment import Payment
from totetaxi.lib.models import Entity
from totetaxi.lib.work import WorkRow

REFUND_WORK = "payments.refund"


class RefundQuerySet(models.QuerySet["Refund"]):
    """Refunds, by whether they count."""

    def counted(self) -> RefundQuerySet:
        """Refunds that take from what is left: asked for, under way, done, or held up."""
        refused = Q(status=Refund.Status.REFUSED)
        return self.exclude(refused | Q(status=Refund.Status.FAILED, closed_at__isnull=False))

    def held_up(self) -> RefundQuerySet:
        """Refunds that failed, and that nobody has tried again or given up."""
        return self.filter(status=Refund.Status.FAILED, closed_at__isnull=True)

    def lowering(self) -> RefundQuerySet:
        """Refunds that make what was paid less: those that were no courtesy."""
        return self.exclude(reason__in=sorted(COURTESIES))

    def at_stripe(self) -> RefundQuerySet:
        """Refunds that Stripe makes, and no person pays out."""
        return self.filter(payment__method=Payment.Method.STRIPE, proof="")


class Refund(Entity, WorkRow):
    """Money back from a payment. Asked for by one actor, approved by another or by the system.

    Executed at Stripe from the queue, with a key that is stored before the first call. One of an
    offline payment is paid out by a person, who writes down what proves it (`proof`).

    The sum of one that failed is kept aside: we still owe it. Trying again makes a new one of the
    same sum (`retry_of`), which a person may pay out too where the card cannot take it any more;
    or it is given up, with a reason (`refusal`). Either closes the failed one (`closed_at`).
    """

    class Status(models.TextChoices):
        REQUESTED = "requested", _("Waits for approval")
        APPROVED = "approved", _("Approved")
        PENDING = "pending", _("Under way")
        SUCCEEDED = "succeeded", _("Refunded")
        FAILED = "failed", _("Failed")
        REFUSED = "refused", _("Refused")

    class Reason(models.TextChoices):
        SURPLUS = "surplus", _("Paid twice")
        LATE = "late", _("Money came too late")
        MISMATCH = "mismatch", _("Not the sum asked for")
        CANCELLATION = "cancellation", _("Cancellation")
        CHANGE = "change", _("Change of the booking")
        OUR_FAULT = "our_fault", _("Our own fault")
        GOODWILL = "goodwill", _("Goodwill")
        OUTSIDE = "outside", _("Made in Stripe's dashboard")

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    amount_cents = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.REQUESTED)
    reason = models.CharField(max_length=12, choices=Reason.choices)
    note = models.CharField(max_length=300, blank=True)
    requested_by_kind = models.CharField(max_length=8)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    approved_by_kind = models.CharField(max_length=8, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    refused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    refused_at = models.DateTimeField(null=True, blank=True)
    refusal = models.CharField(max_length=300, blank=True)
    retry_of = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="retried_as"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    proof = models.CharField(max_length=200, blank=True)
    idempotency_key = models.CharField(max_length=64, unique=True)
    stripe_id = models.CharField(max_length=100, unique=True, null=True, blank=True)
    succeeded_at = models.DateTimeField(null=True, blank=True)
    failure_reason = models.CharField(max_length=60, blank=True)

    objects = RefundQuerySet.as_manager()

    class Meta:
        ordering = ("created_at",)
        indexes = (
            *WorkRow.Meta.indexes,
            models.Index(
                fields=["succeeded_at"], condition=Q(status="succeeded"), name="refund_by_day"
            ),
            models.Index(fields=["status", "-created_at"], name="refund_by_status"),
        )
        constraints = (
            *WorkRow.Meta.constraints,
            models.CheckConstraint(condition=Q(amount_cents__gte=1), name="refund_positive"),
            models.CheckConstraint(
                condition=Q(
                    status__in=[
                        "requested",
                        "approved",
                        "pending",
                        "succeeded",
                        "failed",
                        "refused",
                    ]
                ),
                name="refund_status_known",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["requested", "refused"])
                | (Q(approved_at__isnull=False) & ~Q(approved_by_kind="")),
                name="refund_approved_when",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(status="failed"),
                name="refund_closed_when_failed",
            ),
            # Never one's own request; the system approves only what it asks for itself.
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | Q(requested_by__isnull=True)
                | ~Q(approved_by=F("requested_by")),
                name="refund_two_people",
            ),
        )

    def __str__(self) -> str:
        return f"{self.amount_cents} {self.status}"

    @property
    def is_held_up(self) -> bool:
        """Whether it failed, and nobody has tried again or given it up."""
        return self.status == Refund.Status.FAILED and self.closed_at is None

    @property
    def counts(self) -> bool:
        """Whether it takes from what is left of its payment."""
        failed = self.status == Refund.Status.FAILED
        return self.is_held_up if failed else self.status != Refund.Status.REFUSED

    @property
    def is_by_hand(self) -> bool:
        """Whether a person pays it out, and not Stripe."""
        return self.payment.method == Payment.Method.OFFLINE or bool(self.proof)


# Given without the price becoming less: nobody has to pay it again.
COURTESIES = frozenset({Refund.Reason.GOODWILL, Refund.Reason.OUR_FAULT, Refund.Reason.OUTSIDE})
