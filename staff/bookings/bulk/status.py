"""One move for several bookings: each by the rules, each with its own answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext as _

from booking.lifecycle import Status, TransitionError
from booking.models import Booking
from payments.money import money_states
from payments.services.start import StartRefusedError, disputed_among
from staff.bookings.page import services
from staff.bookings.page.moves import Move, moves_of
from staff.bookings.page.stale import BookingChangedError
from staff.models import StaffProfile

# What can be done to many at once. Each cancellation shows its own refund, so it is done by itself.
MOVES = (Status.IN_PROGRESS, Status.COMPLETED)


@dataclass(frozen=True)
class Row:
    """A booking, and why the move cannot be made; empty where it can, or is done already."""

    booking: Booking
    why_not: str = ""
    is_done: bool = False

    @property
    def can_move(self) -> bool:
        """Whether the move is still to be made, and can be."""
        return not (self.why_not or self.is_done)


def rows_for(bookings: list[Booking], to: Status, staff: StaffProfile) -> list[Row]:
    """Each booking as the move would find it. Three queries."""
    money, disputed = money_states(bookings), disputed_among(bookings)
    return [
        _row(one, to, moves_of(one, money[one.pk], staff, is_disputed=one.pk in disputed))
        for one in bookings
    ]


def _row(booking: Booking, to: Status, moves: list[Move]) -> Row:
    if booking.status == to:
        return Row(booking, is_done=True)
    move = next((move for move in moves if move.to is to), None)
    if move is None:
        return Row(booking, str(TransitionError(Status(booking.status), to)))
    if move.asks_reason:
        return Row(booking, _("It would start unpaid: open it, and say why."))
    if move.is_disputed:
        return Row(booking, _("Its money is disputed: open it, and say why it starts."))
    return Row(booking, move.why_not)


def move_all(
    staff: StaffProfile,
    bookings: Iterable[Booking],
    to: Status,
    *,
    revisions: Mapping[int, int],
    now: datetime,
    request: HttpRequest,
) -> int:
    """Make the move for each booking as it was seen, each in a transaction of its own.

    `revisions` maps a booking's number to the revision that was shown. Answers how many moved; the
    others stay, and `rows_for` says why.
    """
    move = services.start if to is Status.IN_PROGRESS else services.complete
    moved = 0
    for booking in bookings:
        seen = revisions.get(booking.number, -1)
        try:
            move(staff, booking.pk, revision=seen, now=now, request=request)
        except (StartRefusedError, TransitionError, BookingChangedError):
            continue
        moved += 1
    return moved
