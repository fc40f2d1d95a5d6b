"""The shape of a booking's story: its steps, its money, and what it is drawn from."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from booking.lifecycle import Status
from booking.models import Booking
from booking.pricing.refunds import CancellationPolicy
from payments.models import Payment, Refund
from payments.services.open_payment import hold_until, session_end
from totetaxi.lib.actor import Actor
from totetaxi.management.demo_data.people import Team, Visitor


@dataclass(frozen=True)
class Step:
    """A change of status."""

    at: datetime
    to: Status
    by: Actor
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Repayment:
    """Money back; nobody has approved it where `approved_by` is None."""

    amount_cents: int
    reason: Refund.Reason
    at: datetime
    requested_by: Actor
    approved_by: Actor | None
    note: str = ""


@dataclass(kw_only=True)
class Money:
    """The payment of a booking."""

    status: Payment.Status
    method: Payment.Method = Payment.Method.STRIPE
    by: Actor
    at: datetime
    paid_at: datetime | None = None
    declined_at: list[datetime] = field(default_factory=list)
    repayments: list[Repayment] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Case:
    """A booking as it was made, and what its story is drawn from."""

    booking: Booking
    visitor: Visitor
    made_at: datetime
    now: datetime
    rng: random.Random
    team: Team
    policy: CancellationPolicy

    def minutes(self, fewest: int, most: int) -> timedelta:
        return timedelta(minutes=self.rng.randint(fewest, most), seconds=self.rng.randint(0, 59))

    @property
    def hold_ends(self) -> datetime:
        return hold_until(session_end(self.made_at))

    def made(self, by: Actor | None = None) -> Step:
        return Step(self.made_at, Status.PENDING, by or self.visitor.actor)


@dataclass(kw_only=True)
class Story:
    """A booking's steps so far and its money; `hold_expires_at` while it is pending."""

    steps: list[Step]
    money: Money | None = None
    hold_expires_at: datetime | None = None
    unpaid_by: Actor | None = None

    @property
    def status(self) -> Status:
        return self.steps[-1].to

    @property
    def cancel_reason(self) -> str:
        return self.steps[-1].reason if self.status is Status.CANCELLED else ""

    @property
    def is_started(self) -> bool:
        return any(step.to is Status.IN_PROGRESS for step in self.steps)

    def reached(self, status: Status) -> datetime | None:
        """When it last came to a status."""
        return next((step.at for step in reversed(self.steps) if step.to is status), None)
