"""A booking's open payment links follow its money: they never ask for more than is due.

Every change of what is due comes through `follow_due`, on a booking that the caller has locked.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from booking.catalogue.snapshot import get_snapshot
from booking.models import Booking
from payments.models import Payment, PaymentLink
from payments.money import money_state
from payments.services.link_amounts import refit
from payments.services.withdraw import withdraw_unfit

State = PaymentLink.State


def follow_due(booking: Booking, due_cents: int, *, ask_for_all: bool, now: datetime) -> None:
    """Bring a locked booking's links and its open payment in line with what is due now.

    Links are cut from the last one where they ask for too much. `ask_for_all`: they asked for all
    that was due before, and so are raised too where the booking became dearer (DECISIONS.md, 9).
    """
    links = list(booking.payment_links.open().select_for_update())
    asked = [link.amount_cents for link in links]
    if links and (ask_for_all or sum(asked) > due_cents):
        limit = get_snapshot().book.limits.online_max_cents
        for link, cents in zip(links, refit(asked, due_cents, limit), strict=True):
            _set_amount(link, cents, now)
    withdraw_unfit(booking, fits_cents=due_cents, now=now)


def links_ask_for_all(booking: Booking) -> bool:
    """Whether a booking has open links that together ask for just what is due."""
    asked = sum(booking.payment_links.open().values_list("amount_cents", flat=True))
    return bool(asked) and asked == money_state(booking).to_pay_cents


def _set_amount(link: PaymentLink, cents: int, now: datetime) -> None:
    if cents == link.amount_cents:
        return
    if cents:
        link.amount_cents = cents
        link.save(update_fields=["amount_cents", "updated_at"])
    elif link.payments.succeeded().exists():
        mark_paid(link, now)  # it was paid while its sum was being changed
    else:
        end_link(link, State.WITHDRAWN, now=now)


def link_was_paid(payment: Payment, now: datetime) -> None:
    """A payment of a link came, perhaps when the link was over: paid wins.

    A link that was raised meanwhile stays open, for `follow_due` to cut it to the rest.
    """
    link = payment.link
    if link is None:
        return
    if link.state != State.OPEN or link.amount_cents <= payment.captured_cents:
        mark_paid(link, now)


def mark_paid(link: PaymentLink, now: datetime) -> None:
    """The link's sum has come."""
    link.state, link.paid_at = State.PAID, now
    link.save(update_fields=["state", "paid_at", "updated_at"])


def end_link(
    link: PaymentLink, state: PaymentLink.State, *, now: datetime, by_id: UUID | None = None
) -> None:
    """Close a locked open link as withdrawn or expired. Its open payment is the caller's matter."""
    link.state = state
    if state == State.WITHDRAWN:
        link.withdrawn_at, link.withdrawn_by_id = now, by_id
    link.save(update_fields=["state", "withdrawn_at", "withdrawn_by", "updated_at"])


def end_links(booking: Booking, *, now: datetime) -> None:
    """A locked booking ends: none of its links can be paid any more."""
    for link in booking.payment_links.open().select_for_update():
        over = link.expires_at <= now
        end_link(link, State.EXPIRED if over else State.WITHDRAWN, now=now)
