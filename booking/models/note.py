"""What staff write down for each other about a booking or a customer. Never shown to customers."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking.models.booking import Booking
from totetaxi.lib.models import Entity


class Note(Entity):
    """A note about one booking, or about one customer's account. Added, never edited."""

    booking = models.ForeignKey(
        Booking, null=True, blank=True, on_delete=models.CASCADE, related_name="notes"
    )
    customer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="notes",
    )
    body = models.TextField(_("note"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-created_at", "-id")
        indexes = (
            models.Index(fields=["booking", "-created_at"], name="note_of_booking"),
            models.Index(fields=["customer", "-created_at"], name="note_of_customer"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(booking__isnull=False, customer__isnull=True)
                | Q(booking__isnull=True, customer__isnull=False),
                name="note_about_one_thing",
            ),
        )

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M} {self.author_id}"
