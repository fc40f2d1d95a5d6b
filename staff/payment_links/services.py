"""Payment links by staff: the domain's call and its audit row, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest

from booking.catalogue.snapshot import get_snapshot
from booking.models import Booking
from booking.services.status import lock_booking
from payments.models import PaymentLink
from payments.money import money_state
from payments.services import payment_links as links
from payments.services.link_amounts import plan_links
from staff.audit import record
from staff.models import Action, StaffProfile
from totetaxi.lib.actor import Actor, ActorKind
from totetaxi.lib.contention import retried

USUAL_HOURS = 72


@retried
def send_links(
    staff: StaffProfile,
    booking_id: UUID,
    *,
    hours: int = USUAL_HOURS,
    request: HttpRequest | None,
    now: datetime,
    amounts: Sequence[int] | None = None,
) -> list[PaymentLink]:
    """Ask a booking's contact for `amounts`, in cents, a link and a mail each; without them for
    all that no link asks for yet, in as few links as the online limit allows.

    All of them are sent or none. An empty list: nothing is left to ask for. Raises
    LinkRefusedError.
    """
    with transaction.atomic():
        booking = lock_booking(booking_id)
        if amounts is None:
            amounts = planned_amounts(booking)
        until = now + timedelta(hours=hours)
        sent = [
            links.create_link(
                booking.pk, amount_cents=cents, expires_at=until, by=_actor(staff), now=now
            )
            for cents in amounts
        ]
        for link in sent:
            _record(staff, Action.SENT_LINK, link, request, now)
    return sent


def planned_amounts(booking: Booking) -> list[int]:
    """The sums of the links that ask for what is due and asked for by none. Cents."""
    asked = sum(booking.payment_links.open().values_list("amount_cents", flat=True))
    left = money_state(booking).to_pay_cents - asked
    return plan_links(left, get_snapshot().book.limits.online_max_cents)


@retried
def resend_link(
    staff: StaffProfile, link_id: UUID, *, request: HttpRequest, now: datetime
) -> PaymentLink:
    """Send a link again, for the usual time. Raises LinkRefusedError."""
    until = now + timedelta(hours=USUAL_HOURS)
    with transaction.atomic():
        link = links.resend_link(link_id, expires_at=until, by=_actor(staff), now=now)
        _record(staff, Action.RESENT_LINK, link, request, now)
    return link


@retried
def withdraw_link(
    staff: StaffProfile, link_id: UUID, *, request: HttpRequest, now: datetime
) -> PaymentLink:
    """Take a link back. Raises LinkRefusedError."""
    with transaction.atomic():
        link = links.withdraw_link(link_id, by=_actor(staff), now=now)
        _record(staff, Action.WITHDREW_LINK, link, request, now)
    return link


def _actor(staff: StaffProfile) -> Actor:
    return Actor(ActorKind.STAFF, staff.user_id)


def _record(
    staff: StaffProfile,
    action: Action,
    link: PaymentLink,
    request: HttpRequest | None,
    now: datetime,
) -> None:
    """A row about the booking, so that its page's stream finds it."""
    after: dict[str, Any] = {"link": link.position, "amount_cents": link.amount_cents}
    if action != Action.WITHDREW_LINK:
        after["expires_at"] = link.expires_at
    record(staff, action, link.booking, after=after, request=request, now=now)
