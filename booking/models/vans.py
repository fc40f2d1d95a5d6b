"""The vans, and what is different about them on a day."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking.models.versioned import Versioned

__all__ = ["Day", "Van", "VanDay"]


class Van(Versioned):
    """A van as it is on any day for which nothing else is said."""

    number = models.PositiveSmallIntegerField(unique=True)
    name = models.CharField(max_length=40, blank=True)
    pieces = models.PositiveIntegerField(default=60)
    has_rack = models.BooleanField(_("has a specialty rack"), default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ("number",)

    def __str__(self) -> str:
        return self.name or f"Van {self.number}"

    @property
    def audit_label(self) -> str:
        """`Van 2`, whatever it is named now."""
        return f"Van {self.number}"


class VanDay(Versioned):
    """One van on one day: out of service, called in, or with other room than usual."""

    van = models.ForeignKey(Van, on_delete=models.CASCADE, related_name="days")
    date = models.DateField()
    in_service = models.BooleanField(default=True)
    pieces = models.PositiveIntegerField(null=True, blank=True, help_text=_("Empty: as usual."))
    has_rack = models.BooleanField(null=True, blank=True, help_text=_("Empty: as usual."))

    class Meta:
        ordering = ("date", "van__number")
        constraints = (models.UniqueConstraint(fields=["van", "date"], name="van_day_once"),)

    def __str__(self) -> str:
        return f"{self.van} on {self.date}"


class Day(Versioned):
    """One day: closed, or capped to so many pieces over all vans. Also what takers of room lock."""

    date = models.DateField(unique=True)
    is_closed = models.BooleanField(_("closed"), default=False)
    closed_reason = models.CharField(max_length=120, blank=True)
    cap_pieces = models.PositiveIntegerField(null=True, blank=True, help_text=_("Empty: no cap."))

    class Meta:
        ordering = ("date",)
        constraints = (
            models.CheckConstraint(
                condition=Q(is_closed=True) | Q(closed_reason=""), name="day_reason_only_closed"
            ),
        )

    def __str__(self) -> str:
        return f"{self.date}"

    @property
    def audit_label(self) -> str:
        """`2026-12-08`."""
        return f"{self.date}"
