"""What customers agree to, in versions, and the figures of the cancellation policy."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.models.versioned import Versioned
from totetaxi.lib.models import Entity


class PolicyKind(models.TextChoices):
    """Which text."""

    TERMS = "terms", _("Terms of carriage")
    CANCELLATION = "cancellation", _("Changes and refunds")
    PRIVACY = "privacy", _("Privacy")


class PolicyText(Entity):
    """One version of a text. Never edited once published: a change is a new version."""

    kind = models.CharField(max_length=12, choices=PolicyKind.choices)
    version = models.PositiveIntegerField()
    # Paragraphs are separated by a blank line; a line that starts with "## " is a heading.
    body = models.TextField()
    published_at = models.DateTimeField()

    class Meta:
        ordering = ("kind", "-version")
        constraints = (
            models.UniqueConstraint(fields=["kind", "version"], name="policy_version_unique"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.version}"

    @classmethod
    def current(cls, kind: PolicyKind) -> "PolicyText":
        """The newest version. Raises DoesNotExist before `load_catalogue` has run."""
        return cls.objects.filter(kind=kind).latest("version")


class PolicySetting(Versioned):
    """The figures behind the cancellation policy (DECISIONS.md, 10). One row, in each snapshot."""

    full_refund_hours = models.PositiveSmallIntegerField(_("hours for a full refund"), default=48)
    late_refund_percent = models.DecimalField(
        _("percent refunded after that"), max_digits=5, decimal_places=2, default=Decimal(50)
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(late_refund_percent__gte=0, late_refund_percent__lte=100),
                name="policy_percent_range",
            ),
        )

    def __str__(self) -> str:
        return f"full until {self.full_refund_hours} h before, then {self.late_refund_percent} %"

    @classmethod
    def current(cls) -> "PolicySetting":
        """The figures in force: the row, or the defaults before `load_catalogue` has run."""
        return cls.objects.first() or cls()
