"""How a payment stands, in the words of the person who paid."""

from __future__ import annotations

from enum import StrEnum

from booking.lifecycle import Status
from payments.models import Payment

COVERED = frozenset({Status.PAID, Status.IN_PROGRESS, Status.COMPLETED})


class Outcome(StrEnum):
    """What a customer who comes back from Stripe is told."""

    PAID = "paid"
    CONFIRMING = "confirming"  # Stripe has not said that money came
    ENDED = "ended"  # no money came, and by this page none will
    RETURNED = "returned"  # money came too late and goes back
    CHECKING = "checking"  # money came, but a person must look at it


# Of a payment whose money has not come as it should.
UNPAID = {
    Payment.Status.PENDING: Outcome.CONFIRMING,
    Payment.Status.EXPIRED: Outcome.ENDED,
    Payment.Status.CANCELLED: Outcome.ENDED,
    Payment.Status.MISMATCH: Outcome.CHECKING,
    Payment.Status.STRUCK: Outcome.ENDED,
}


def outcome_of(payment: Payment) -> Outcome:
    """The outcome of a payment whose booking is loaded.

    A link's payment stands for itself: it asks for a part, or for what came due later.
    """
    is_link = payment.purpose == Payment.Purpose.LINK
    if not is_link and payment.booking.status in COVERED and not _is_open_itself(payment):
        return Outcome.PAID  # perhaps by another page than this payment's
    if payment.status in UNPAID:
        return UNPAID[Payment.Status(payment.status)]
    if payment.booking.status == Status.CANCELLED:
        return Outcome.RETURNED
    return Outcome.PAID if is_link else Outcome.CHECKING


def _is_open_itself(payment: Payment) -> bool:
    """Whether a payment tells nothing yet of a booking that was covered before it."""
    if payment.status == Payment.Status.PENDING:
        return payment.purpose == Payment.Purpose.CHANGE
    return payment.status == Payment.Status.MISMATCH
