"""Where a booking may go from where it stands, and why it may not."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from booking.lifecycle import TRANSITIONS, Status
from booking.models import Booking
from payments.money import MoneyState
from payments.services.start import why_not_start
from staff.models import StaffProfile
from totetaxi.lib.money import usd

# Who may end a booking, by where it stands (DOMAIN.md, "Roles"; DECISIONS.md, 25).
CANCELLERS = {
    Status.PENDING: "edit_bookings",
    Status.PAID: "cancel_paid",
    Status.IN_PROGRESS: "cancel_in_progress",
}


@dataclass(frozen=True, kw_only=True)
class Move:
    """One move. `why_not` is the rule's sentence, empty where it may be made.

    `asks_reason`: it is made unpaid, and why is written down; `is_disputed`: the same of money that
    is disputed. `address` is a page of its own; without one, the status page makes the move.
    """

    to: Status
    title: str
    text: str
    why_not: str = ""
    asks_reason: bool = False
    is_disputed: bool = False
    address: str = ""


def moves_of(
    booking: Booking, money: MoneyState, staff: StaffProfile, *, is_disputed: bool = False
) -> list[Move]:
    """The moves of the table as somebody with `change_status` sees them, possible or refused.

    None for a final booking; `paid` is never one: money makes it (DOMAIN.md, "Money").
    """
    allowed = TRANSITIONS[Status(booking.status)]
    moves = []
    if Status.IN_PROGRESS in allowed:
        moves.append(_start(booking, money, staff, is_disputed=is_disputed))
    if Status.COMPLETED in allowed:
        moves.append(_complete())
    if Status.CANCELLED in allowed:
        moves.append(_cancel(booking, money, staff))
    return moves


def may_cancel(booking: Booking, money: MoneyState, staff: StaffProfile) -> bool:
    """Whether ending a booking as it stands is this person's to do.

    One that is paid in part is for whoever may end a paid one.
    """
    permission = CANCELLERS.get(Status(booking.status))
    if permission is None or not staff.may(permission):
        return False
    return money.paid_cents <= money.refunded_cents or staff.may(CANCELLERS[Status.PAID])


def next_move(moves: list[Move]) -> Move | None:
    """The move that comes next in a trip and can be made now."""
    ahead = (move for move in moves if move.to is not Status.CANCELLED)
    return next((move for move in ahead if not move.why_not), None)


def _start(booking: Booking, money: MoneyState, staff: StaffProfile, *, is_disputed: bool) -> Move:
    may_override = staff.may("override_payment")
    why_not = why_not_start(booking, money, may_be_unpaid=may_override)
    is_unpaid = money.to_pay_cents > 0
    text = (
        _("%(due)s is due. It stays due, and your reason is written down.")
        % {"due": usd(money.to_pay_cents)}
        if is_unpaid and not why_not
        else _("The van is at the door. From now on day and order cannot be changed.")
    )
    return Move(
        to=Status.IN_PROGRESS,
        title=_("Start unpaid") if is_unpaid else _("Start the trip"),
        text=text,
        why_not=why_not,
        asks_reason=is_unpaid and not why_not,
        is_disputed=is_disputed and not why_not,
    )


def _complete() -> Move:
    return Move(
        to=Status.COMPLETED,
        title=_("Complete the trip"),
        text=_("Everything is set down. This is final."),
    )


def _cancel(booking: Booking, money: MoneyState, staff: StaffProfile) -> Move:
    return Move(
        to=Status.CANCELLED,
        title=_("Cancel the booking"),
        text=_("What goes back is shown first. This is final."),
        why_not="" if may_cancel(booking, money, staff) else _("Your role may not do this."),
        address=reverse("staff:booking_cancellation", args=[booking.number]),
    )
