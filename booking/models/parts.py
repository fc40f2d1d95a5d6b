"""What a booking is made of: its two addresses, its lines, its specialty items."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking.models.booking import Booking
from totetaxi.lib.models import Entity


class Leg(models.TextChoices):
    """Which end of the trip."""

    PICKUP = "pickup", _("Pickup")
    DELIVERY = "delivery", _("Delivery")


class Address(Entity):
    """One end of a booking, as it was when it was booked."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="addresses")
    leg = models.CharField(max_length=8, choices=Leg.choices)
    street = models.CharField(max_length=120)
    unit = models.CharField(max_length=40, blank=True)
    city = models.CharField(max_length=80)
    state = models.CharField(max_length=2)
    zip = models.CharField(max_length=5)
    area = models.CharField(max_length=80, blank=True)
    has_doorman = models.BooleanField(default=False)
    has_elevator = models.BooleanField(default=False)
    access_notes = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name_plural = "addresses"
        indexes = (models.Index(fields=["area", "booking"], name="address_area"),)
        constraints = (
            models.UniqueConstraint(fields=["booking", "leg"], name="address_one_per_leg"),
        )

    def __str__(self) -> str:
        return f"{self.street}, {self.city}"


class BookingLine(models.Model):
    """One line of the price. A later price change never alters it; a change adds adjustments."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=16)
    label = models.CharField(max_length=120)
    reason = models.CharField(max_length=200, blank=True)
    amount_cents = models.IntegerField()
    is_adjustment = models.BooleanField(default=False)

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=["booking", "position"], name="line_position_unique"),
        )

    def __str__(self) -> str:
        return self.label


class BookingItem(models.Model):
    """How many of a specialty item a booking carries."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="booking_items")
    code = models.CharField(max_length=32)
    label = models.CharField(max_length=120)
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["booking", "code"], name="item_once_per_booking"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="item_quantity_positive"),
        )

    def __str__(self) -> str:
        return f"{self.quantity} {self.label}"
