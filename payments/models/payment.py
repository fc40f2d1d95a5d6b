"""Money for a booking, and each try to charge a card. Amounts are US cents."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking.models import Booking
from payments.models.link import PaymentLink
from totetaxi.lib.actor import ActorKind
from totetaxi.lib.models import Entity
from totetaxi.lib.work import WorkRow, WorkState

PAYMENT_WORK = "payments.payment"


class PaymentQuerySet(models.QuerySet["Payment"]):
    """Payments, by how they stand."""

    def open(self) -> PaymentQuerySet:
        """Payments that a customer can still pay."""
        return self.filter(status=Payment.Status.PENDING)

    def succeeded(self) -> PaymentQuerySet:
        """Payments whose money we have, or had."""
        return self.filter(status=Payment.Status.SUCCEEDED)


class Payment(Entity, WorkRow):
    """Money for a booking: one Checkout Session, or offline, or free (DECISIONS.md, 2).

    `amount_cents` is what we ask. `captured_cents` is what came. `session_expires_at` is computed
    once and stored, so that a retry with the same idempotency key sends the same parameters.

    As a piece of work it is held until its session is to be closed (`session_to_expire`).
    """

    class Method(models.TextChoices):
        STRIPE = "stripe", _("Card")
        OFFLINE = "offline", _("Offline")
        FREE = "free", _("Free")

    class OfflineWay(models.TextChoices):
        CASH = "cash", _("Cash")
        TRANSFER = "transfer", _("Bank transfer")
        INVOICE = "invoice", _("Invoice")

    class Purpose(models.TextChoices):
        BOOKING = "booking", _("Booking")
        CHANGE = "change", _("Change")
        LINK = "link", _("Payment link")

    class Status(models.TextChoices):
        PENDING = "pending", _("Open")
        SUCCEEDED = "succeeded", _("Succeeded")
        EXPIRED = "expired", _("Expired")
        CANCELLED = "cancelled", _("Cancelled")
        MISMATCH = "mismatch", _("Does not match")
        STRUCK = "struck", _("Struck out")

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="payments")
    method = models.CharField(max_length=8, choices=Method.choices)
    purpose = models.CharField(max_length=8, choices=Purpose.choices)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING)
    # The link that it was opened by.
    link = models.ForeignKey(
        PaymentLink, null=True, blank=True, on_delete=models.PROTECT, related_name="payments"
    )
    amount_cents = models.PositiveIntegerField()
    captured_cents = models.PositiveIntegerField(default=0)
    currency = models.CharField(max_length=3, default="usd")
    actor_kind = models.CharField(max_length=8)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    idempotency_key = models.CharField(max_length=64, unique=True, null=True, blank=True)
    session_id = models.CharField(max_length=100, unique=True, null=True, blank=True)
    session_url = models.URLField(max_length=1000, blank=True)
    session_expires_at = models.DateTimeField(null=True, blank=True)
    # True while Stripe may still take money on the session and we want it closed.
    session_to_expire = models.BooleanField(default=False)
    work_state = models.CharField(
        max_length=8, choices=WorkState.choices, default=WorkState.HELD, editable=False
    )
    intent_id = models.CharField(max_length=100, unique=True, null=True, blank=True)
    charge_id = models.CharField(max_length=100, unique=True, null=True, blank=True)
    # What Stripe keeps of it; None until Stripe says, some seconds after the payment.
    fee_cents = models.IntegerField(null=True, blank=True)
    card_brand = models.CharField(max_length=20, blank=True)
    card_last4 = models.CharField(max_length=4, blank=True)
    succeeded_at = models.DateTimeField(null=True, blank=True)
    # An offline payment: how the money came, what proves it, and what else was written down.
    offline_way = models.CharField(max_length=8, choices=OfflineWay.choices, blank=True)
    proof = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=300, blank=True)
    # Why it was written down by mistake.
    struck_why = models.CharField(max_length=300, blank=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        ordering = ("created_at",)
        indexes = (
            *WorkRow.Meta.indexes,
            models.Index(
                fields=["session_expires_at"],
                condition=Q(status="pending"),
                name="payment_open_by_expiry",
            ),
            models.Index(
                fields=["succeeded_at"],
                condition=Q(status="succeeded"),
                name="payment_by_day",
            ),
            models.Index(fields=["-created_at"], name="payment_newest"),
            models.Index(fields=["status", "-created_at"], name="payment_by_status"),
            models.Index(
                fields=["-created_at"], condition=Q(method="offline"), name="payment_offline_newest"
            ),
        )
        constraints = (
            *WorkRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(status__in=["pending", "succeeded", "expired", "cancelled", "mismatch"])
                | Q(status="struck", method="offline") & ~Q(struck_why=""),
                name="payment_status_known",
            ),
            models.CheckConstraint(
                condition=Q(actor_kind__in=[kind.value for kind in ActorKind]),
                name="payment_actor_known",
            ),
            models.UniqueConstraint(
                fields=["booking"],
                condition=Q(status="pending"),
                name="payment_one_open_per_booking",
            ),
            models.CheckConstraint(
                condition=Q(status="succeeded", succeeded_at__isnull=False)
                | ~Q(status="succeeded"),
                name="payment_succeeded_when",
            ),
            models.CheckConstraint(
                condition=~Q(method="stripe", status="pending")
                | Q(idempotency_key__isnull=False, session_expires_at__isnull=False),
                name="payment_open_has_key",
            ),
            models.CheckConstraint(
                condition=~Q(method="free") | Q(amount_cents=0), name="payment_free_is_zero"
            ),
            models.CheckConstraint(
                condition=Q(method="offline") & ~Q(offline_way="") & ~Q(proof="")
                | ~Q(method="offline") & Q(offline_way="", proof=""),
                name="payment_offline_has_proof",
            ),
            models.CheckConstraint(
                condition=Q(purpose="link", link__isnull=False)
                | (~Q(purpose="link") & Q(link__isnull=True)),
                name="payment_link_has_purpose",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_method_display()} {self.amount_cents} {self.status}"


class PaymentAttempt(models.Model):
    """A card charge that Stripe declined or made; each charge once (DECISIONS.md, 8)."""

    payment = models.ForeignKey(Payment, on_delete=models.CASCADE, related_name="card_attempts")
    charge_id = models.CharField(max_length=100, unique=True)
    declined = models.BooleanField()
    code = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "id")
        indexes = (
            models.Index(fields=["at"], condition=Q(declined=True), name="attempt_declined_by_day"),
        )

    def __str__(self) -> str:
        return f"{'declined' if self.declined else 'paid'} {self.code}".strip()
