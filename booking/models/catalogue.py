"""What can be bought, where and when. Staff edit every row (PRICING.md)."""

from datetime import time

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from booking.models.choices import ADD_ON_CHOICES, SERVICE_CHOICES, ZONE_CHOICES
from booking.models.versioned import CatalogueVersion, Versioned
from booking.pricing.codes import AddOn, ZoneKind
from totetaxi.lib.models import Entity

__all__ = [
    "CatalogueSeed",
    "CatalogueVersion",
    "DeliveryRate",
    "OrganizingService",
    "Package",
    "ServiceHours",
    "ServiceZone",
    "SpecialtyItem",
]


class Package(Versioned):
    """A Mini Move of one size. `pieces` is the room that it takes in a van."""

    code = models.SlugField(max_length=32, unique=True)
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=300, blank=True)
    price_cents = models.PositiveIntegerField()
    max_items = models.PositiveIntegerField(
        null=True, blank=True, help_text=_("Empty: no item limit.")
    )
    coi_included = models.BooleanField(_("certificate of insurance included"), default=False)
    pieces = models.PositiveIntegerField()
    whole_van = models.BooleanField(_("takes a whole van"), default=False)
    is_most_popular = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "code")
        constraints = (
            models.CheckConstraint(condition=Q(pieces__gte=1), name="package_pieces_positive"),
            models.CheckConstraint(
                condition=Q(max_items__isnull=True) | Q(max_items__gte=1),
                name="package_max_items_positive",
            ),
        )

    def __str__(self) -> str:
        return self.name


class DeliveryRate(Versioned):
    """What an item costs that is sent by itself, and the least that a delivery costs."""

    name = models.CharField(max_length=80, default="Standard Delivery")
    description = models.CharField(max_length=300, blank=True)
    item_cents = models.PositiveIntegerField()
    minimum_cents = models.PositiveIntegerField(default=0)
    pieces_per_item = models.PositiveIntegerField(default=1)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["is_active"], condition=Q(is_active=True), name="delivery_rate_one_active"
            ),
            models.CheckConstraint(
                condition=Q(pieces_per_item__gte=1), name="delivery_rate_pieces_positive"
            ),
        )

    def __str__(self) -> str:
        return self.name


class SpecialtyItem(Versioned):
    """A thing with a price of its own: a Peloton, a surfboard."""

    code = models.SlugField(max_length=32, unique=True)
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=300, blank=True)
    price_cents = models.PositiveIntegerField()
    pieces = models.PositiveIntegerField(default=5)
    needs_rack = models.BooleanField(_("needs a van with a specialty rack"), default=True)
    is_active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "code")
        constraints = (
            models.CheckConstraint(condition=Q(pieces__gte=1), name="specialty_pieces_positive"),
        )

    def __str__(self) -> str:
        return self.name


class OrganizingService(Versioned):
    """An add-on. Without a package it is for the services that have none."""

    service_type = models.CharField(max_length=12, choices=ADD_ON_CHOICES)
    package = models.ForeignKey(
        Package, null=True, blank=True, on_delete=models.CASCADE, related_name="add_ons"
    )
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=300, blank=True)
    price_cents = models.PositiveIntegerField()
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ("service_type", "package__position")
        constraints = (
            models.UniqueConstraint(
                fields=["service_type", "package"], name="add_on_once_per_package"
            ),
            models.UniqueConstraint(
                fields=["service_type"],
                condition=Q(package__isnull=True),
                name="add_on_once_without_package",
            ),
            models.CheckConstraint(
                condition=Q(service_type__in=[add_on.value for add_on in AddOn]),
                name="add_on_type_known",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def audit_label(self) -> str:
        """Its name, and the package that it is for."""
        return f"{self.name}, {self.package}" if self.package else self.name


class ServiceZone(Versioned):
    """A ZIP that we serve."""

    zip = models.CharField(max_length=5, unique=True)
    zone = models.CharField(max_length=8, choices=ZONE_CHOICES)
    area = models.CharField(max_length=80)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ("zip",)
        constraints = (
            models.CheckConstraint(
                condition=Q(zone__in=[kind.value for kind in ZoneKind]), name="zone_kind_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.zip} {self.area}"


class ServiceHours(Versioned):
    """When a service may be picked up, and how long that takes. New York's wall clock.

    A service without an active row is not offered.
    """

    service = models.CharField(max_length=32, choices=SERVICE_CHOICES, unique=True)
    first_time = models.TimeField(_("first pickup"), default=time(8))
    last_time = models.TimeField(_("last pickup"), default=time(12))
    step_minutes = models.PositiveSmallIntegerField(default=30)
    window_minutes = models.PositiveSmallIntegerField(default=60)
    delivered_by = models.TimeField(default=time(18))
    lead_minutes = models.PositiveIntegerField(
        _("minutes between the request and the pickup"), default=120
    )
    horizon_days = models.PositiveSmallIntegerField(_("days ahead"), default=30)
    same_day = models.BooleanField(_("may be picked up today"), default=True)
    duration_minutes = models.PositiveSmallIntegerField(_("estimated duration"), default=60)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ("service",)
        verbose_name_plural = "service hours"
        constraints = (
            models.CheckConstraint(
                condition=Q(last_time__gte=F("first_time")), name="hours_in_order"
            ),
            models.CheckConstraint(condition=Q(step_minutes__gte=1), name="hours_step_positive"),
        )

    def __str__(self) -> str:
        return self.get_service_display()


class CatalogueSeed(Entity):
    """What `load_catalogue` has made once, and so never makes again (DECISIONS.md, 27)."""

    key = models.CharField(max_length=80, unique=True)

    def __str__(self) -> str:
        return self.key
