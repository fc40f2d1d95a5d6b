"""Where money that nobody has explained is dealt with: one place for each thing."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from payments.models import BalanceMovement
from payments.reconciliation.explain import is_decided_elsewhere
from payments.reconciliation.tell import MOVEMENT, PAYMENT, REFUND, read_told
from staff.models import StaffProfile
from staff.money.rows import Act


def money_place(about: str, staff: StaffProfile) -> tuple[str, str]:
    """The page of what an alert of the kind MONEY_OPEN is about, and what its link says.

    Of a movement it is `movement_act`'s, to which its page of explanation leads; the page Money
    for whoever may only look.
    """
    what, key = read_told(about)
    if key is not None and what == PAYMENT:
        return reverse("staff:payment", args=[key]), _("Look at the payment")
    if key is not None and what == REFUND:
        return reverse("staff:refund", args=[key]), _("Look at the refund")
    if key is not None and what == MOVEMENT and staff.may("override_payment"):
        return reverse("staff:explain_movement", args=[key]), _("Look into it")
    return reverse("staff:money"), _("Look into it")


def movement_act(movement: BalanceMovement, staff: StaffProfile) -> Act | None:
    """The one thing to do about an open movement; None for whoever may only look."""
    if is_decided_elsewhere(movement):
        page = reverse("staff:payment", args=[movement.payment_id])
        return Act(page, _("Look at the payment"))
    if not staff.may("override_payment"):
        return None
    return Act(reverse("staff:explain_movement", args=[movement.pk]), _("Explain"))


def thing_of(movement: BalanceMovement) -> Act | None:
    """The page of what of ours a movement is, if it is of something."""
    for name, key, label in (
        ("refund", movement.refund_id, _("Look at the refund")),
        ("dispute", movement.dispute_id, _("Look at the dispute")),
        ("payment", movement.payment_id, _("Look at the payment")),
    ):
        if key is not None:
            return Act(reverse(f"staff:{name}", args=[key]), label)
    return None
