"""A wish to change a booking, and everything that it would change: frozen values.

`compute_change_set` makes a ChangeSet without writing anything; payments' `apply_change_set` makes
it true. Customers and staff, pages and services all speak of a change in these words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Protocol

from booking.services.order import NewBooking


@dataclass(frozen=True, slots=True)
class Reschedule:
    """Another day or time, New York's; all else stays."""

    pickup_date: date
    pickup_time: time


@dataclass(frozen=True, slots=True)
class Reorder:
    """Anything else: the whole order as it shall be (begin with `services.order.order_of`)."""

    order: NewBooking


@dataclass(frozen=True, slots=True)
class Cancel:
    """The end of the booking. `reason` is `customer` or `staff`.

    `asked_at`: when it was asked for, if staff decide later; the refund counts from then.
    `our_fault`: all of the money goes back. `refund_cents`: staff name another sum than the policy
    gives, None is the policy's; `refund_note` says why, for whoever approves it.
    """

    reason: str = "customer"
    asked_at: datetime | None = None
    our_fault: bool = False
    refund_cents: int | None = None
    refund_note: str = ""


@dataclass(frozen=True, slots=True)
class Reprice:
    """Another total, in cents, set by staff; nothing else moves. From then on only differences do.

    0 is free of charge.
    """

    total_cents: int


Wish = Reschedule | Reorder | Cancel | Reprice


class EffectKind(StrEnum):
    """What an effect is about, in the order in which effects are shown."""

    PRICE = "price"
    REFUND = "refund"
    DUE = "due"
    ROOM = "room"
    CERTIFICATE = "certificate"
    MESSAGES = "messages"


class Tone(StrEnum):
    """How an effect is marked."""

    PLAIN = "plain"
    GOOD = "good"
    ATTENTION = "attention"


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that the change does: a sentence, and its figure (`$639.00 less`) or nothing."""

    kind: EffectKind
    sentence: str
    figure: str = ""
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSet:
    """The whole effect of a wish on a booking at one `revision`, or why it cannot be. Cents.

    `refusals` maps a key of the request (`pickup_date`, `pickup_time`...) to its sentences; `all`
    holds what is about no field. `difference_cents` is the new total less the old one.
    `due_cents` is what is to be paid once it is done, what was due before included; `refund_cents`
    is what is asked back, and `approves_itself` says that nobody has to approve that. Equal effects
    have equal `fingerprint`s, whenever they are computed.
    """

    wish: Wish
    revision: int
    effects: tuple[Effect, ...] = ()
    refusals: dict[str, list[str]]
    difference_cents: int = 0
    new_total_cents: int
    due_cents: int = 0
    refund_cents: int = 0
    approves_itself: bool = False
    fingerprint: str

    @property
    def is_possible(self) -> bool:
        """Whether it can be applied."""
        return not self.refusals


class BookingMoney(Protocol):
    """The money of a booking, in cents; `payments.money.MoneyState` is one."""

    @property
    def paid_cents(self) -> int:
        """What came in."""

    @property
    def refunded_cents(self) -> int:
        """What went back."""

    @property
    def under_way_cents(self) -> int:
        """What is asked back and has not arrived yet."""

    @property
    def revisable_cents(self) -> int:
        """Of that, what former changes asked for and nobody approved yet: a change revises it."""

    @property
    def courtesy_cents(self) -> int:
        """Of what went or goes back, what was given without the price becoming less."""

    @property
    def self_approved_cents(self) -> int:
        """Of that, what changes gave back without anybody's approval."""

    @property
    def has_mismatch(self) -> bool:
        """Whether money came that is not what was asked for: a person decides first."""


def kept_cents(money: BookingMoney) -> int:
    """What counts as paid for a booking: what came, less what was asked back for good. What was
    given back as a courtesy counts as paid: a change does not ask for it again.
    """
    gone = money.refunded_cents + money.under_way_cents - money.revisable_cents
    return money.paid_cents - gone + money.courtesy_cents


class CustomerWay(StrEnum):
    """How a customer may change something: at once, by asking staff, or not at all."""

    APPLY = "apply"
    ASK = "ask"
    NONE = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerMay:
    """What a customer may do to their booking now; `why_not` says why nothing can be changed.

    `pay`: whether something due may be paid online.
    """

    reschedule: CustomerWay = CustomerWay.NONE
    cancel: CustomerWay = CustomerWay.NONE
    pay: bool = False
    why_not: str = ""
