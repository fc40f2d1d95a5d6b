"""The text fields of the first and fourth step as the templates show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking.wizard.forms.where import STATES


@dataclass(frozen=True, slots=True)
class Spec:
    """What does not depend on the visitor."""

    name: str
    label: Promise
    kind: str = "text"
    autocomplete: str = ""
    inputmode: str = ""
    maxlength: int = 0
    optional: bool = False
    help: Promise | str = ""
    rows: int = 0
    # Classes for its place in the grid of an address.
    place: str = ""
    options: tuple[tuple[str, str], ...] = ()


def _address(leg: str, words: Mapping[str, Promise], section: str) -> tuple[Spec, ...]:
    return (
        Spec(
            f"{leg}_street",
            words["street"],
            autocomplete=f"{section} address-line1",
            maxlength=120,
            place="col-span-2",
        ),
        Spec(
            f"{leg}_unit",
            words["unit"],
            autocomplete=f"{section} address-line2",
            maxlength=40,
            optional=True,
            place="col-span-2 sm:col-span-1",
        ),
        Spec(
            f"{leg}_city",
            words["city"],
            autocomplete=f"{section} address-level2",
            maxlength=80,
            place="col-span-2 sm:col-span-1",
        ),
        Spec(
            f"{leg}_state",
            words["state"],
            kind="select",
            autocomplete=f"{section} address-level1",
            options=STATES,
        ),
        Spec(
            f"{leg}_zip",
            words["zip"],
            autocomplete=f"{section} postal-code",
            inputmode="numeric",
            maxlength=20,
        ),
    )


PICKUP = _address(
    "pickup",
    {
        "street": _("Pickup street and number"),
        "unit": _("Pickup unit"),
        "city": _("Pickup city"),
        "state": _("Pickup state"),
        "zip": _("Pickup ZIP"),
    },
    "section-pickup shipping",
)
DELIVERY = _address(
    "delivery",
    {
        "street": _("Delivery street and number"),
        "unit": _("Delivery unit"),
        "city": _("Delivery city"),
        "state": _("Delivery state"),
        "zip": _("Delivery ZIP"),
    },
    "section-delivery shipping",
)
CONTACT = (
    Spec(
        "contact_name",
        _("Your name"),
        autocomplete="name",
        maxlength=120,
        place="sm:col-span-2",
    ),
    Spec(
        "contact_email",
        _("Your e-mail"),
        kind="email",
        autocomplete="email",
        inputmode="email",
        maxlength=254,
        help=_("For the confirmation and the link to your booking."),
    ),
    Spec(
        "contact_phone",
        _("Your phone"),
        kind="tel",
        autocomplete="tel",
        inputmode="tel",
        maxlength=40,
        help=_("We call it only about this booking."),
    ),
)
# The e-mail of an account is shown beside these, and changed in the profile.
CONTACT_OF_ACCOUNT = tuple(spec for spec in CONTACT if spec.name != "contact_email")
OTHER_CONTACT = (
    Spec("other_contact_name", _("Their name"), autocomplete="off", maxlength=120, optional=True),
    Spec(
        "other_contact_phone",
        _("Their phone"),
        kind="tel",
        autocomplete="off",
        inputmode="tel",
        maxlength=40,
        optional=True,
    ),
)
PICKUP_ACCESS = (
    Spec(
        "pickup_access_notes",
        _("Getting in at the pickup"),
        autocomplete="off",
        maxlength=300,
        optional=True,
        help=_("Service entrance, buzzer, where a van may stand."),
    ),
)
DELIVERY_ACCESS = (
    Spec(
        "delivery_access_notes",
        _("Getting in at the delivery"),
        autocomplete="off",
        maxlength=300,
        optional=True,
        help=_("Gate code, side door, where the key is."),
    ),
)
DRIVER_NOTES = (
    Spec(
        "driver_notes",
        _("Notes for the driver"),
        kind="textarea",
        autocomplete="off",
        maxlength=1000,
        optional=True,
        rows=3,
    ),
)
COI_WORDING = (
    Spec(
        "coi_wording",
        _("Wording of the certificate"),
        kind="textarea",
        autocomplete="off",
        maxlength=1000,
        optional=True,
        help=_(
            "Name and address of the building’s owner or manager, as they want to read it. "
            "You may send it later, up to a day before the pickup."
        ),
        rows=4,
    ),
)


SAVE_AS = {
    leg: Spec(
        f"{leg}_save_as",
        label,
        autocomplete="off",
        maxlength=40,
        optional=True,
        help=_("A name of your own, such as Home. Without one we do not keep it."),
    )
    for leg, label in (
        ("pickup", _("Save the pickup address as")),
        ("delivery", _("Save the delivery address as")),
    )
}


@dataclass(frozen=True, slots=True)
class Field:
    """A field with what was typed in it and what is wrong with it. `id` is its control's."""

    spec: Spec
    id: str
    value: str
    errors: tuple[str, ...] = ()
    note: str = ""

    @property
    def is_zip(self) -> bool:
        """Whether the name of its area may stand below it."""
        return self.spec.name.endswith("_zip")

    @property
    def described_by(self) -> str:
        """The ids of its help, its note and its errors."""
        helped = f"{self.id}_helptext " if self.spec.help else ""
        noted = f"{self.id}_note " if self.is_zip else ""
        return f"{helped}{noted}{self.id}_error"


def fields(
    specs: tuple[Spec, ...],
    answers: Mapping[str, str],
    errors: Mapping[str, Any],
    notes: Mapping[str, str] | None = None,
) -> dict[str, Field]:
    """The fields by name."""
    return {
        spec.name: Field(
            spec,
            f"id_{spec.name}",
            answers.get(spec.name, ""),
            tuple(errors.get(spec.name, ())),
            (notes or {}).get(spec.name, ""),
        )
        for spec in specs
    }
