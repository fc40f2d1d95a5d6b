"""Which status may follow which (DOMAIN.md, "Status of a booking"). Pure."""

from enum import StrEnum


class Status(StrEnum):
    """Where a booking stands."""

    PENDING = "pending"
    PAID = "paid"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


ACTIVE = frozenset({Status.PENDING, Status.PAID, Status.IN_PROGRESS})
FINAL = frozenset({Status.COMPLETED, Status.CANCELLED})

TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.PENDING: frozenset({Status.PAID, Status.IN_PROGRESS, Status.CANCELLED}),
    Status.PAID: frozenset({Status.IN_PROGRESS, Status.CANCELLED}),
    Status.IN_PROGRESS: frozenset({Status.COMPLETED, Status.CANCELLED}),
    Status.COMPLETED: frozenset(),
    # Only for money that came too late (DECISIONS.md, 4).
    Status.CANCELLED: frozenset({Status.PAID}),
}

LATE_PAYMENT = "late_payment"
EXPIRED = "expired"


class TransitionError(Exception):
    """A move that the table does not allow; the text is for the person."""

    def __init__(self, current: Status, wanted: Status) -> None:
        self.current, self.wanted = current, wanted
        super().__init__(
            f"A booking that is {current.replace('_', ' ')} "
            f"cannot become {wanted.replace('_', ' ')}."
        )


def check_move(current: Status, wanted: Status, *, reason: str, was_expired: bool) -> None:
    """Raise TransitionError unless the table allows the move.

    `cancelled -> paid` exists only for late money on a booking that was cancelled as expired.
    """
    allowed = wanted in TRANSITIONS[current]
    if current is Status.CANCELLED and allowed:
        allowed = reason == LATE_PAYMENT and was_expired
    if not allowed:
        raise TransitionError(current, wanted)
