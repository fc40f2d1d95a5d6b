"""The words of the catalogue as people read them, and the field that binds a rule to services."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.pricing.codes import AddOn, FeeKind, Service, SurchargeKind, ZoneKind

SERVICE_CHOICES = [
    (Service.MINI_MOVE.value, _("Mini Move")),
    (Service.STANDARD_DELIVERY.value, _("Standard Delivery")),
    (Service.SPECIALTY_ITEM.value, _("Specialty items")),
]
ADD_ON_CHOICES = [
    (AddOn.PACKING.value, _("Packing")),
    (AddOn.UNPACKING.value, _("Unpacking")),
    (AddOn.ORGANIZING.value, _("Organizing")),
]
SURCHARGE_CHOICES = [
    (SurchargeKind.WEEKEND.value, _("Weekend")),
    (SurchargeKind.PEAK.value, _("Peak date")),
    (SurchargeKind.HOLIDAY.value, _("US holiday")),
    (SurchargeKind.EARLY.value, _("Early pickup")),
    (SurchargeKind.LATE.value, _("Late pickup")),
]
FEE_CHOICES = [
    (FeeKind.SAME_DAY.value, _("Same day")),
    (FeeKind.COI.value, _("Certificate of insurance")),
    (FeeKind.DISTANCE.value, _("Distance")),
]
ZONE_CHOICES = [(ZoneKind.CORE.value, _("Core")), (ZoneKind.OUTER.value, _("Outer"))]


def validate_services(value: Any) -> None:
    """Refuse anything but a list of known service codes, each once."""
    known = {code for code, _label in SERVICE_CHOICES}
    if not isinstance(value, list) or len(set(value)) != len(value) or not known >= set(value):
        raise ValidationError(_("Choose among the services."))


def services_field() -> models.JSONField:
    """The services that a rule is bound to, a list of codes; empty for all of them."""
    return models.JSONField(
        _("services"), default=list, blank=True, validators=[validate_services],
        help_text=_("Empty: all services."),
    )  # fmt: skip
