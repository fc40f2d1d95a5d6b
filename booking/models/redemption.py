"""That a booking used a discount code."""

from django.db import models
from django.db.models import Q

from booking.models.booking import Booking
from booking.models.discount import DiscountCode
from totetaxi.lib.models import Entity


class DiscountRedemption(Entity):
    """Counts against a code's limits until it is released, when its booking falls through."""

    code = models.ForeignKey(DiscountCode, on_delete=models.PROTECT, related_name="redemptions")
    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="redemptions")
    # The account, and the e-mail in lower case without its +tag (DECISIONS.md, 19).
    person_key = models.CharField(max_length=260)
    email_key = models.CharField(max_length=254)
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=["code", "email_key"], name="redemption_person"),)
        constraints = (
            models.UniqueConstraint(
                fields=["booking"],
                condition=Q(released_at__isnull=True),
                name="redemption_one_per_booking",
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} on {self.booking}"
