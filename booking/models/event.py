"""What happened to a booking, in order."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking.models.booking import Booking
from totetaxi.lib.actor import ActorKind


class BookingEvent(models.Model):
    """Something that happened to a booking. A change of status has exactly one."""

    class Kind(models.TextChoices):
        STATUS = "status", _("Status")
        MONEY = "money", _("Money")
        MESSAGE = "message", _("Message")
        CHANGE = "change", _("Change")

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    from_status = models.CharField(max_length=12, blank=True)
    to_status = models.CharField(max_length=12, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    # Plain JSON figures that the reason speaks of: cents, dates; never a personal value.
    detail = models.JSONField(default=dict, blank=True)
    actor_kind = models.CharField(max_length=8)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "id")
        indexes = (models.Index(fields=["at"], condition=Q(kind="status"), name="event_status_at"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(actor_kind__in=[kind.value for kind in ActorKind]),
                name="event_actor_known",
            ),
            models.CheckConstraint(
                condition=(
                    (Q(kind="status") & ~Q(to_status="") & ~Q(to_status=models.F("from_status")))
                    | (~Q(kind="status") & Q(from_status="", to_status=""))
                ),
                name="event_status_moves",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.to_status} {self.reason}".strip()
