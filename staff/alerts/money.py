"""Where an alert about money is dealt with, by its kind: one table for its page and for Today."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from booking.models import AlertKind
from staff.disputes.addresses import dispute_place
from staff.models import StaffProfile
from staff.money.addresses import money_place

# Of each kind: the permission that its page wants, the address of the page, and the words.
_Place = tuple[str, Callable[[str, int | None], str], Any]


def _surplus(_about: str, number: int | None) -> str:
    page = reverse("staff:request_refund", args=[number]) if number else reverse("staff:refunds")
    return f"{page}?fill=surplus"


def _refund(about: str, _number: int | None) -> str:
    return reverse("staff:refund", args=[UUID(about)])


_PLACES: dict[str, _Place] = {
    AlertKind.PAYMENT_MISMATCH: (
        "view_money",
        lambda about, _number: reverse("staff:payment", args=[UUID(about)]),
        _("Decide about the payment"),
    ),
    AlertKind.OVERPAID: ("request_refunds", _surplus, _("Propose the refund")),
    AlertKind.REFUND_REQUESTED: ("view_operations", _refund, _("Review refund")),
    AlertKind.REFUND_FAILED: ("view_operations", _refund, _("Review refund")),
    AlertKind.REFUND_BY_HAND: ("view_operations", _refund, _("Review refund")),
    AlertKind.DISPUTE: (
        "view_money",
        lambda about, _number: dispute_place(about),
        _("Open the dispute"),
    ),
}


def place_of_money(
    kind: str, about: str, number: int | None, staff: StaffProfile
) -> tuple[str, str] | None:
    """The page and what its link says; None for other kinds, and for who may not open it."""
    if kind == AlertKind.MONEY_OPEN and staff.may("view_money"):
        return money_place(about, staff)
    permission, address, label = _PLACES.get(kind, ("", None, ""))
    if address is None or not staff.may(permission):
        return None
    try:
        return address(about, number), str(label)
    except (NoReverseMatch, ValueError):  # about no such thing
        return None
