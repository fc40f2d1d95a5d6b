"""What a receipt says: the page and the file are written from the same values."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.bookings.money import card_words, paid_payments, shown_refunds
from accounts.bookings.receipt.sheet import Section, Sheet, Sum, replaced_words
from booking.models import Booking, Document
from booking.notifications.facts import booking_facts
from booking.services.documents import hash_of
from payments.models import Payment, Refund
from payments.money import money_state
from totetaxi.lib.clock import new_york
from totetaxi.lib.money import usd


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

    @property
    def facts_hash(self) -> str:
        """The same for receipts that say the same."""
        return hash_of(asdict(self))


def sheet_of(receipt: Receipt, document: Document) -> Sheet:
    """The receipt as the document that it was numbered as."""
    lead = [_("Booking %(code)s, %(day)s") % {"code": receipt.code, "day": receipt.issued_on}]
    return Sheet(
        title=_("Receipt"),
        code=document.code,
        lead=lead + replaced_words(document),
        made_at=receipt.issued_at,
        from_lines=receipt.from_lines,
        to_lines=receipt.to_lines,
        sections=[
            Section(_("What it was for"), texts=receipt.carried),
            Section(_("Price"), sums=[*receipt.lines, receipt.total]),
            Section(_("Payments and refunds"), sums=[*receipt.money, *receipt.sums]),
        ],
    )


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
        from_lines=our_lines(),
        to_lines=contact_lines(booking),
        carried=carried_lines(booking, now),
        lines=price_lines(booking),
        total=Sum(_("Total"), usd(booking.total_cents), is_strong=True),
        money=[
            *(paid_sum(payment) for payment in payments),
            *(returned_sum(refund, payment) for refund, payment in refunds),
        ],
        sums=_sums(booking),
    )


def _came(payment: Payment) -> datetime:
    return payment.succeeded_at or payment.updated_at


def _day(moment: datetime) -> str:
    return date_format(new_york(moment), "F j, Y")


def our_lines() -> list[str]:
    """Who we are, on paper."""
    _name, email = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return ["ToteTaxi", settings.ADDRESS, settings.PHONE, email]


def contact_lines(booking: Booking) -> list[str]:
    """Whom a paper about a booking is for."""
    contact = booking.contact
    return [line for line in (contact.name, contact.email) if line]


def price_lines(booking: Booking) -> list[Sum]:
    """What the booking's total is made of."""
    return [Sum(line.label, usd(line.amount_cents), line.reason) for line in booking.lines.all()]


def carried_lines(booking: Booking, now: datetime) -> list[str]:
    """What is carried, from where to where, and when."""
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


def paid_sum(payment: Payment) -> Sum:
    """A payment whose money came: its day and its reference."""
    if payment.method == Payment.Method.FREE:
        return Sum(_("Nothing to pay"), usd(0), _day(_came(payment)))
    label = (
        card_words(payment)
        if payment.method == Payment.Method.OFFLINE
        else _("Paid by %(card)s") % {"card": card_words(payment)}
    )
    note = _dated(_came(payment), payment.proof or payment.intent_id)
    return Sum(label, usd(payment.captured_cents), note)


def _dated(moment: datetime, reference: str | None) -> str:
    """`November 22, 2026 · Reference pi_3Q8xKd`, the day alone where there is no reference."""
    if not reference:
        return _day(moment)
    words = {"day": _day(moment), "reference": reference}
    return _("%(day)s · Reference %(reference)s") % words


def returned_sum(refund: Refund, payment: Payment) -> Sum:
    """Money that went back, or is on its way: its day and its reference."""
    amount = usd(refund.amount_cents)
    card, by_hand = {"card": card_words(payment)}, refund.is_by_hand
    if refund.status == Refund.Status.SUCCEEDED:
        label = _("Returned to you directly") if by_hand else _("Refunded to %(card)s") % card
        note = _dated(refund.succeeded_at or refund.updated_at, refund.proof or refund.stripe_id)
        return Sum(label, _("refunded %(amount)s") % {"amount": amount}, note)
    label = _("To be returned to you directly")
    if not by_hand:
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
