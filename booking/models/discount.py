"""Discount codes. That a booking used one is a DiscountRedemption."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from booking.models.choices import services_field
from booking.models.versioned import Versioned

__all__ = ["DiscountCode"]


class DiscountCode(Versioned):
    """A percentage or a fixed sum off. Stored in capitals; what is typed is read in any case."""

    code = models.CharField(max_length=32, unique=True)
    description = models.CharField(max_length=200, blank=True)
    percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    flat_cents = models.PositiveIntegerField(null=True, blank=True)
    max_discount_cents = models.PositiveIntegerField(
        null=True, blank=True, help_text=_("Empty: no maximum.")
    )
    min_subtotal_cents = models.PositiveIntegerField(default=0)
    services = services_field()
    first_date = models.DateField(_("valid from"), null=True, blank=True)
    last_date = models.DateField(_("valid until"), null=True, blank=True)
    max_uses = models.PositiveIntegerField(null=True, blank=True, help_text=_("Empty: no limit."))
    max_uses_per_customer = models.PositiveIntegerField(
        null=True, blank=True, help_text=_("Empty: no limit.")
    )
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(condition=Q(code=Upper("code")), name="discount_code_capitals"),
            models.CheckConstraint(
                condition=Q(percent__isnull=True, flat_cents__isnull=False)
                | Q(
                    percent__isnull=False,
                    flat_cents__isnull=True,
                    percent__gt=0,
                    percent__lte=100,
                ),
                name="discount_percent_or_flat",
            ),
            models.CheckConstraint(
                condition=Q(first_date__isnull=True)
                | Q(last_date__isnull=True)
                | Q(last_date__gte=F("first_date")),
                name="discount_dates_in_order",
            ),
        )

    def __str__(self) -> str:
        return self.code

    def save(self, *args: Any, **options: Any) -> None:
        """Write the code in capitals, without spaces round it."""
        self.code = self.code.strip().upper()
        super().save(*args, **options)
