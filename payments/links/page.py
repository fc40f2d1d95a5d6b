"""What the page of a payment link says. No more of the booking than who pays needs to know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext as _

from booking.lifecycle import Status
from booking.models import Booking, Leg
from booking.notifications.schedule import address_of, day_words, place
from payments.links.words import deadline_words
from payments.models import Payment, PaymentLink
from payments.money import MoneyState, money_state
from totetaxi.lib.money import usd


class LinkState(StrEnum):
    """Which of the page's faces is shown."""

    OPEN = "open"
    PAID = "paid"
    CHECKING = "checking"  # money came that a person must look at
    CANCELLED = "cancelled"  # the booking, with nothing left to pay
    SETTLED = "settled"  # paid in another way: nothing is asked for any more
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


@dataclass(frozen=True, kw_only=True)
class LinkPage:
    """What the template shows. `other_page` tells of a payment page of the booking that is open
    and that going on here closes; empty where there is none.
    """

    link: PaymentLink
    state: LinkState
    code: str
    amount: str
    until: str
    day: str
    road: str
    part: str
    other_page: str


def link_page(link: PaymentLink, now: datetime) -> LinkPage:
    """The page of a link as of `now`. Four queries at most."""
    booking = link.booking
    money = money_state(booking)
    state = _state(link, money, now)
    return LinkPage(
        link=link,
        state=state,
        code=booking.code,
        amount=usd(link.amount_cents),
        until=deadline_words(link),
        day=day_words(booking.pickup_at),
        road=_road(booking),
        part=_part(link, money),
        other_page=_other_page(link) if state is LinkState.OPEN else "",
    )


def _state(link: PaymentLink, money: MoneyState, now: datetime) -> LinkState:
    if link.state == PaymentLink.State.PAID:
        return LinkState.PAID
    if link.booking.status == Status.CANCELLED:
        return LinkState.CANCELLED
    if money.has_mismatch:
        return LinkState.CHECKING
    if not money.to_pay_cents:
        return LinkState.SETTLED
    if link.state == PaymentLink.State.WITHDRAWN:
        return LinkState.WITHDRAWN
    return LinkState.OPEN if link.is_payable(now) else LinkState.EXPIRED


def _road(booking: Booking) -> str:
    """`10128 to East Hampton`: where it goes, without the doors."""
    start, end = address_of(booking, Leg.PICKUP), address_of(booking, Leg.DELIVERY)
    words = {"start": f"{place(start)} {start.zip}", "end": f"{place(end)} {end.zip}"}
    return _("%(start)s to %(end)s") % words


def _part(link: PaymentLink, money: MoneyState) -> str:
    """How a link that does not ask for the whole price stands to it."""
    if link.amount_cents == money.total_cents:
        return ""
    words = {"amount": usd(link.amount_cents), "total": usd(money.total_cents)}
    words["paid"] = usd(money.paid_cents - money.refunded_cents)
    if money.paid_cents > money.refunded_cents:
        return _("A part of %(total)s, of which %(paid)s is paid.") % words
    return _("A part of %(total)s.") % words


def _other_page(link: PaymentLink) -> str:
    pages = Payment.objects.open().filter(booking=link.booking, session_id__isnull=False)
    other = pages.exclude(link=link).first()
    if other is None:
        return ""
    text = _(
        "A payment page for %(amount)s of this booking is open already. "
        "It closes when you go on here; you can pay it afterwards."
    )
    return text % {"amount": usd(other.amount_cents)}
