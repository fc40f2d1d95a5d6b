"""What an invoice says: what a booking costs, what came, what is to be paid, and how."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.bookings.money import paid_payments, shown_refunds
from accounts.bookings.receipt.facts import (
    carried_lines,
    contact_lines,
    our_lines,
    paid_sum,
    price_lines,
    returned_sum,
)
from accounts.bookings.receipt.sheet import Section, Sheet, Sum, replaced_words
from booking.lifecycle import Status
from booking.models import Booking, Document
from booking.services.documents import hash_of
from payments.models import Payment
from payments.money import MoneyState
from totetaxi.lib.clock import new_york
from totetaxi.lib.money import usd


@dataclass(frozen=True, kw_only=True)
class Invoice:
    """An invoice, without the number that it gets. `due_on` is a New York day."""

    code: str
    due_on: date
    to_pay_cents: int
    from_lines: list[str]
    to_lines: list[str]
    carried: list[str]
    lines: list[Sum]
    money: list[Sum]

    @property
    def facts_hash(self) -> str:
        """The same for invoices that say the same."""
        return hash_of(asdict(self))

    @property
    def due_words(self) -> str:
        """The day by which it is to be paid."""
        return date_format(self.due_on, "F j, Y")


def why_not_invoice(booking: Booking, money: MoneyState) -> str:
    """Why there is nothing to send an invoice for, in a sentence; empty where there is."""
    if booking.status == Status.CANCELLED:
        return _("It is cancelled: nothing is to be paid for it.")
    if money.has_mismatch:
        return _("A payment does not match what was asked. Settle that first.")
    if not money.to_pay_cents:
        return _("Nothing is to be paid: there is no invoice to issue.")
    return ""


def read_invoice(booking: Booking, money: MoneyState, *, due_on: date, now: datetime) -> Invoice:
    """The invoice for what is due. Prefetch `addresses`, `lines` and `payments__refunds`."""
    payments = [row for row in paid_payments(booking) if row.status == Payment.Status.SUCCEEDED]
    return Invoice(
        code=booking.code,
        due_on=due_on,
        to_pay_cents=money.to_pay_cents,
        from_lines=our_lines(),
        to_lines=contact_lines(booking),
        carried=carried_lines(booking, now),
        lines=[*price_lines(booking), Sum(_("Total"), usd(booking.total_cents), is_strong=True)],
        money=[
            *(paid_sum(payment) for payment in payments),
            *(returned_sum(refund, one) for one in payments for refund in shown_refunds(one)),
        ],
    )


def sheet_of(invoice: Invoice, document: Document) -> Sheet:
    """The invoice as the document that it was numbered as."""
    issued_on = date_format(new_york(document.issued_at), "F j, Y")
    to_pay = usd(invoice.to_pay_cents)
    due = Sum(_("To be paid by %(day)s") % {"day": invoice.due_words}, to_pay, is_strong=True)
    return Sheet(
        title=_("Invoice"),
        code=document.code,
        lead=[
            _("Booking %(code)s, %(day)s") % {"code": invoice.code, "day": issued_on},
            *replaced_words(document),
        ],
        made_at=document.issued_at,
        from_lines=invoice.from_lines,
        to_lines=invoice.to_lines,
        sections=[
            Section(_("What it is for"), texts=invoice.carried),
            Section(_("Price"), sums=invoice.lines),
            Section(_("Payments and refunds so far"), sums=[*_so_far(invoice), due]),
            Section(_("How to pay"), texts=_how_to_pay(invoice, document)),
        ],
    )


def _so_far(invoice: Invoice) -> list[Sum]:
    return invoice.money or [Sum(_("None yet"), "")]


def _how_to_pay(invoice: Invoice, document: Document) -> list[str]:
    words = {"sum": usd(invoice.to_pay_cents), "day": invoice.due_words, "code": document.code}
    return [
        _("Please pay %(sum)s by %(day)s by bank transfer, quoting %(code)s.") % words,
        _("Call %(phone)s for the details of our account.") % {"phone": settings.PHONE},
    ]
