"""The fields of an order as staff see them: the wizard's, in words about the customer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking.wizard import fields as wizard
from booking.wizard.fields import Spec
from booking.wizard.forms.where import LEGS


def _staff(specs: Iterable[Spec], labels: dict[str, Promise] | None = None) -> tuple[Spec, ...]:
    """Nothing of a colleague's own is filled in by the browser, and nobody needs the help."""
    given = labels or {}
    return tuple(
        replace(spec, autocomplete="off", help="", label=given.get(spec.name, spec.label))
        for spec in specs
    )


PLACES = {"pickup": _staff(wizard.PICKUP), "delivery": _staff(wizard.DELIVERY)}
CONTACT = _staff(
    wizard.CONTACT,
    {
        "contact_name": _("Name"),
        "contact_email": _("E-mail"),
        "contact_phone": _("Phone"),
    },
)
CONTACT_PHONE = CONTACT[-1]
OTHER_CONTACT = _staff(
    wizard.OTHER_CONTACT,
    {
        "other_contact_name": _("Somebody else on the day: name"),
        "other_contact_phone": _("Somebody else on the day: phone"),
    },
)
ACCESS = {"pickup": _staff(wizard.PICKUP_ACCESS), "delivery": _staff(wizard.DELIVERY_ACCESS)}
NOTES = _staff((*wizard.DRIVER_NOTES, *wizard.COI_WORDING))
TICKS = {
    "pickup_has_doorman": _("Doorman at the pickup"),
    "pickup_has_elevator": _("Elevator at the pickup"),
    "delivery_has_doorman": _("Doorman at the delivery"),
    "delivery_has_elevator": _("Elevator at the delivery"),
    "coi": _("The building asks for a certificate of insurance"),
    "packing": _("Packing"),
    "unpacking": _("Unpacking"),
    "organizing": _("Organizing"),
}
LABELS: dict[str, Promise] = {
    **{
        spec.name: spec.label
        for specs in (*PLACES.values(), CONTACT, OTHER_CONTACT, *ACCESS.values(), NOTES)
        for spec in specs
    },
    **TICKS,
    "choice": _("Service"),
    "items": _("Items"),
    "discount_code": _("Discount code"),
    "pickup_date": _("Pickup date"),
    "pickup_time": _("Pickup time"),
}
NAMES: dict[str, tuple[str, ...]] = {
    "trip": tuple(spec.name for leg in LEGS for spec in PLACES[leg]),
    "what": ("choice", "items", "packing", "unpacking", "organizing", "discount_code"),
    "when": ("pickup_date", "pickup_time"),
    "people": tuple(spec.name for spec in (*CONTACT, *OTHER_CONTACT)),
    "building": (
        *(name for name in TICKS if name.startswith(LEGS)),
        *(spec.name for leg in LEGS for spec in ACCESS[leg]),
        "coi",
        "coi_wording",
        "driver_notes",
    ),
    "price": (),
}
