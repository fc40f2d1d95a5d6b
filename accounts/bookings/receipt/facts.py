"""What a receipt says: the page and the PDF are written from the same values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.bookings.money import card_words, paid_payments, shown_refunds
from booking.models import Booking
from booking.notifications.facts import booking_facts
from payments.models import Payment, Refund
from payments.money import money_state
from totetaxi.lib.clock import new_york
from totetaxi.lib.money import usd


@dataclass(frozen=True)
class Sum:
    """A line with its amount in words. `is_strong`: a total."""

    label: str
    amount: str
    note: str = ""
    is_strong: bool = False


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """A receipt. `issued_at` is when the money last moved: the same state, the same receipt."""

    code: str
    issued_at: datetime
    issued_on: str
    from_lines: list[str]
    to_lines: list[str]
    carried: list[str]
    lines: list[Sum]
    total: Sum
    money: list[Sum]
    sums: list[Sum]
    file_name: str


def read_receipt(booking: Booking, now: datetime) -> Receipt:
    """The receipt of a booking for which something was paid (`money.has_receipt`).

    Prefetch `addresses`, `lines` and `payments__refunds` with it. Two queries.
    """
    payments = [row for row in paid_payments(booking) if row.status == Payment.Status.SUCCEEDED]
    refunds = [(refund, row) for row in payments for refund in shown_refunds(row)]
    issued_at = max(
        [_came(payment) for payment in payments]
        + [refund.succeeded_at or refund.created_at for refund, _payment in refunds]
    )
    return Receipt(
        code=booking.code,
        issued_at=issued_at,
        issued_on=_day(issued_at),
        from_lines=_ours(),
        to_lines=_theirs(booking),
        carried=_carried(booking, now),
        lines=[
            Sum(line.label, usd(line.amount_cents), line.reason) for line in booking.lines.all()
        ],
        total=Sum(_("Total"), usd(booking.total_cents), is_strong=True),
        money=[
            *(_paid(payment) for payment in payments),
            *(_returned(refund, payment) for refund, payment in refunds),
        ],
        sums=_sums(booking),
        file_name=f"{booking.code}.pdf",
    )


def _came(payment: Payment) -> datetime:
    return payment.succeeded_at or payment.updated_at


def _day(moment: datetime) -> str:
    return date_format(new_york(moment), "F j, Y")


def _ours() -> list[str]:
    _name, email = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return ["ToteTaxi", settings.ADDRESS, settings.PHONE, email]


def _theirs(booking: Booking) -> list[str]:
    contact = booking.contact
    return [line for line in (contact.name, contact.email) if line]


def _carried(booking: Booking, now: datetime) -> list[str]:
    facts = booking_facts(booking, now)
    day = date_format(booking.pickup_date, "l, F j, Y")
    return [
        facts.what,
        _("From %(street)s, %(city)s")
        % {"street": facts.pickup.street_words, "city": facts.pickup.city_words},
        _("To %(street)s, %(city)s")
        % {"street": facts.delivery.street_words, "city": facts.delivery.city_words},
        _("%(day)s, from %(time)s") % {"day": day, "time": facts.collect_time},
    ]


def _paid(payment: Payment) -> Sum:
    if payment.method == Payment.Method.FREE:
        return Sum(_("Nothing to pay"), usd(0), _day(_came(payment)))
    label = (
        card_words(payment)
        if payment.method == Payment.Method.OFFLINE
        else _("Paid by %(card)s") % {"card": card_words(payment)}
    )
    return Sum(label, usd(payment.captured_cents), _day(_came(payment)))


def _returned(refund: Refund, payment: Payment) -> Sum:
    amount = usd(refund.amount_cents)
    card = {"card": card_words(payment)}
    if refund.status == Refund.Status.SUCCEEDED:
        label = _("Refunded to %(card)s") % card
        day = _day(refund.succeeded_at or refund.updated_at)
        return Sum(label, _("refunded %(amount)s") % {"amount": amount}, day)
    label = _("Refund to %(card)s, under way") % card
    return Sum(label, _("%(amount)s to come") % {"amount": amount}, _day(refund.created_at))


def _sums(booking: Booking) -> list[Sum]:
    state = money_state(booking)
    sums = [Sum(_("Paid"), usd(state.paid_cents), is_strong=True)]
    if state.refunded_cents:
        kept = usd(state.paid_cents - state.refunded_cents)
        sums += [
            Sum(_("Refunded"), usd(state.refunded_cents)),
            Sum(_("Paid after refunds"), kept, is_strong=True),
        ]
    if state.to_pay_cents and not booking.cancel_reason:
        sums.append(Sum(_("Still to pay"), usd(state.to_pay_cents), is_strong=True))
    return sums
