"""Where money that nobody has explained is dealt with."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse

from payments.reconciliation.tell import PAYMENT, REFUND, read_about
from staff.models import StaffProfile

_PAGES = {PAYMENT: "staff:payment", REFUND: "staff:refund"}


def money_place(about: str, staff: StaffProfile) -> str:
    """The page of what an alert of the kind MONEY_OPEN is about; the page Money for whoever may
    only look.
    """
    what, key = read_about(about)
    if key is None:
        return reverse("staff:money")
    if what in _PAGES:
        return reverse(_PAGES[what], args=[key])
    return explain_place(key) if staff.may("override_payment") else reverse("staff:money")


def explain_place(key: UUID) -> str:
    """Where somebody says what a movement is."""
    return reverse("staff:explain_movement", args=[key])
