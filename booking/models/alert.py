"""One open row for one thing that waits for a person (DECISIONS.md, 26)."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from booking.models.booking import Booking
from totetaxi.lib.models import Entity


class AlertKind(models.TextChoices):
    """What staff are told about. The label is what the queue says."""

    REQUEST = "request", _("Request to take up")
    CHANGE_REQUEST = "change_request", _("Change asked for")
    REFUND_REQUESTED = "refund_requested", _("Refund to approve")
    ROOM_CONFLICT = "room_conflict", _("Does not fit any more")
    PAYMENT_MISMATCH = "payment_mismatch", _("Payment does not match")
    LATE_PAYMENT = "late_payment", _("Money came too late")
    SURPLUS = "surplus", _("Paid twice, refunded")
    PARTLY_PAID = "partly_paid", _("Paid in part")
    PAYMENT_FAILING = "payment_failing", _("Payment declined three times")
    REFUND_FAILED = "refund_failed", _("Refund failed")
    REFUND_BY_HAND = "refund_by_hand", _("Refund to pay out by hand")
    OVERPAID = "overpaid", _("More was paid than is due")
    DISPUTE = "dispute", _("Dispute")
    MONEY_OPEN = "money_open", _("Money that nobody has explained")
    UNKNOWN_PAYMENT = "unknown_payment", _("Payment without a booking")
    MESSAGE_FAILED = "message_failed", _("Message not sent")
    WORK_PARKED = "work_parked", _("Background work gave up")
    WORK_LATE = "work_late", _("Background work is late")
    PROVIDER_DOWN = "provider_down", _("Provider not answering")


class Alert(Entity):
    """`about` names the one thing (a payment's id, say); while open, it has one row."""

    kind = models.CharField(max_length=20, choices=AlertKind.choices)
    about = models.CharField(max_length=80)
    summary = models.CharField(max_length=300)
    booking = models.ForeignKey(
        Booking, null=True, blank=True, on_delete=models.CASCADE, related_name="alerts"
    )
    times = models.PositiveIntegerField(default=1)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    taken_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (
            models.Index(
                fields=["created_at"], condition=Q(closed_at__isnull=True), name="alert_open"
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["kind", "about"],
                condition=Q(closed_at__isnull=True),
                name="alert_open_once",
            ),
            models.CheckConstraint(condition=Q(kind__in=AlertKind.values), name="alert_kind_known"),
            models.CheckConstraint(
                condition=Q(taken_at__isnull=True, taken_by__isnull=True)
                | Q(taken_at__isnull=False),
                name="alert_taken_when",
            ),
        )

    def __str__(self) -> str:
        return self.summary

    def close(self, now: datetime) -> None:
        """The thing has been dealt with."""
        self.closed_at = now
        self.save(update_fields=["closed_at", "updated_at"])


def raise_alert(
    kind: AlertKind, *, about: str, summary: str, booking: Booking | None = None
) -> None:
    """Open the alert for one thing, or count it once more when it is open. Never floods."""
    _alert, created = Alert.objects.get_or_create(
        kind=kind,
        about=about,
        closed_at=None,
        defaults={"summary": summary, "booking": booking},
    )
    if not created:
        Alert.objects.filter(kind=kind, about=about, closed_at=None).update(times=F("times") + 1)


def close_alert(kind: AlertKind, *, about: str, now: datetime) -> None:
    """Close the open alert for one thing, if there is one: it settled itself."""
    Alert.objects.filter(kind=kind, about=about, closed_at=None).update(closed_at=now)
