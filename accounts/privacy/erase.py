"""Forgetting a customer: what the law wants is kept without a name, the rest is gone.

What happens to each table stands with it, in `accounts.privacy.tables`.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import ErasedCustomer, User
from accounts.privacy.person import Person, find_person
from accounts.privacy.sessions import find_sessions
from accounts.privacy.tables import HOLDINGS
from booking.lifecycle import ACTIVE, Status
from booking.models import Booking, ChangeRequest, OutboxMail
from booking.models.booking import STATUS_LABELS
from payments.models import Refund
from payments.services.customers import forget_customer
from totetaxi.lib.actor import Actor
from totetaxi.lib.money import usd

logger = logging.getLogger("accounts")


@dataclass(frozen=True, kw_only=True)
class Obstacle:
    """What has to end before an account can be deleted, and how it can."""

    booking_id: UUID
    title: str
    way_on: str


class ErasureRefusedError(Exception):
    """Something of the customer's is still under way."""

    def __init__(self, obstacles: list[Obstacle]) -> None:
        self.obstacles = obstacles
        super().__init__(" ".join(obstacle.title for obstacle in obstacles))


def erase_customer(user_id: UUID, *, by: Actor, now: datetime) -> None:
    """Erase a customer's account: all of it, or nothing. May be done again.

    Bookings and payments keep their ids, days, sums, ZIP and city; events, payments and refunds
    are not touched (DECISIONS.md, 14). Every browser of theirs is signed out.

    Raises ErasureRefusedError while something is under way, User.DoesNotExist for staff.
    """
    customer = User.objects.get(pk=user_id, is_staff=False)
    sessions = find_sessions(user_id, find_person(customer).booking_ids)
    with transaction.atomic():
        # Who books or pays at this moment waits here, or is waited for.
        customer = User.objects.select_for_update().get(pk=user_id)
        person = find_person(customer)
        list(Booking.all_objects.select_for_update().filter(pk__in=person.booking_ids))
        obstacles = find_obstacles(person)
        if obstacles:
            raise ErasureRefusedError(obstacles)
        OutboxMail.objects.filter(person.has_email("recipient")).delete()
        forget_customer(user_id, now=now)
        for holding in HOLDINGS:
            holding.erase(person)
        sessions.forget()
        # A backup may know accounts that were merged into this one as accounts of their own.
        merged = User.objects.filter(merged_into=user_id).values_list("pk", flat=True)
        for user_key in (user_id, *merged):
            ErasedCustomer.objects.get_or_create(user_key=user_key, defaults={"erased_at": now})
    logger.info("customer_erased user=%s by=%s", user_id, by.kind)


def find_obstacles(person: Person) -> list[Obstacle]:
    """What is under way, in the order of the bookings: three queries."""
    active = Booking.objects.filter(pk__in=person.booking_ids, status__in=ACTIVE)
    found = [(booking.number, _active_obstacle(booking)) for booking in active.order_by("number")]
    refunds = (
        Refund.objects.counted()
        .exclude(status=Refund.Status.SUCCEEDED)
        .filter(payment__booking__in=person.booking_ids)
        .select_related("payment__booking")
    )
    found += [(refund.payment.booking.number, _refund_obstacle(refund)) for refund in refunds]
    asked = ChangeRequest.objects.filter(
        booking__in=person.booking_ids, state=ChangeRequest.State.OPEN
    ).select_related("booking")
    found += [(request.booking.number, _request_obstacle(request)) for request in asked]
    return [obstacle for _number, obstacle in sorted(found, key=lambda one: one[0])]


def _active_obstacle(booking: Booking) -> Obstacle:
    ways_on = {
        Status.PENDING: _("Cancel it, or wait until its time to pay has run out."),
        Status.PAID: _("Cancel it, or wait until it is delivered."),
        Status.IN_PROGRESS: _("Wait until it is delivered."),
    }
    title = _("%(booking)s is still open: %(status)s.") % {
        "booking": booking.code,
        "status": STATUS_LABELS[Status(booking.status)],
    }
    way_on = ways_on[Status(booking.status)]
    return Obstacle(booking_id=booking.pk, title=title, way_on=way_on)


def _refund_obstacle(refund: Refund) -> Obstacle:
    booking = refund.payment.booking
    return Obstacle(
        booking_id=booking.pk,
        title=_("%(amount)s of %(booking)s is still on its way back to you.")
        % {"amount": usd(refund.amount_cents), "booking": booking.code},
        way_on=_("Wait until the refund has arrived."),
    )


def _request_obstacle(asked: ChangeRequest) -> Obstacle:
    return Obstacle(
        booking_id=asked.booking_id,
        title=_("You asked for a change of %(booking)s.") % {"booking": asked.booking.code},
        way_on=_("Withdraw the request, or wait for our answer."),
    )
