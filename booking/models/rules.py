"""What makes a price differ: surcharges, fees, limits. Staff edit every row (PRICING.md)."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from booking.models.choices import FEE_CHOICES, SURCHARGE_CHOICES, services_field
from booking.models.versioned import Versioned
from booking.pricing.codes import FeeKind, SurchargeKind

__all__ = ["BookingLimits", "FeeRule", "PeakDate", "SurchargeRule"]


class SurchargeRule(Versioned):
    """Costs more at certain times: a percentage of the subtotal, or a flat sum."""

    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=SURCHARGE_CHOICES)
    percent = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    flat_cents = models.PositiveIntegerField(null=True, blank=True)
    services = services_field()
    at_or_before = models.TimeField(null=True, blank=True)
    at_or_after = models.TimeField(null=True, blank=True)
    replaces_weekend = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ("name", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(percent__isnull=True, flat_cents__isnull=False)
                | Q(percent__isnull=False, flat_cents__isnull=True, percent__gte=Decimal(0)),
                name="surcharge_percent_or_flat",
            ),
            models.CheckConstraint(
                condition=~Q(kind=SurchargeKind.EARLY.value) | Q(at_or_before__isnull=False),
                name="surcharge_early_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(kind=SurchargeKind.LATE.value) | Q(at_or_after__isnull=False),
                name="surcharge_late_has_time",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in SurchargeKind]),
                name="surcharge_kind_known",
            ),
        )

    def __str__(self) -> str:
        return self.name


class PeakDate(Versioned):
    """A stretch of days, both ends included, on which rules of the kind `peak` apply."""

    name = models.CharField(max_length=80, blank=True)
    first_date = models.DateField()
    last_date = models.DateField()
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ("first_date",)
        constraints = (
            models.CheckConstraint(
                condition=Q(last_date__gte=F("first_date")), name="peak_date_in_order"
            ),
        )

    def __str__(self) -> str:
        if self.first_date == self.last_date:
            return f"{self.first_date}"
        return f"{self.first_date} to {self.last_date}"


class FeeRule(Versioned):
    """A flat sum beside the surcharges: same day, certificate, distance (for each address)."""

    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=FEE_CHOICES)
    amount_cents = models.PositiveIntegerField()
    services = services_field()
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ("kind", "name", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in FeeKind]), name="fee_kind_known"
            ),
        )

    def __str__(self) -> str:
        return self.name


class BookingLimits(Versioned):
    """What may be paid online, and from where a certificate is required. At most one row."""

    is_only = models.BooleanField(default=True, unique=True, editable=False)
    online_max_cents = models.PositiveIntegerField(
        _("largest total payable online"), default=10_000_00
    )
    online_max_pieces = models.PositiveIntegerField(_("most pieces bookable online"), default=60)
    coi_required_from_cents = models.PositiveIntegerField(
        _("subtotal from which a certificate is required"), default=2_000_00
    )

    class Meta:
        verbose_name_plural = "booking limits"
        constraints = (models.CheckConstraint(condition=Q(is_only=True), name="limits_only_row"),)

    def __str__(self) -> str:
        return "limits"
