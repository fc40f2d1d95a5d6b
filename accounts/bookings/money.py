"""A booking's money in words: what was paid, what went back, what is still to pay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from booking.lifecycle import Status
from booking.models import Booking
from booking.tracking.timeline import Entry, MoneyStory, happened_entry, moment_words
from payments.models import Payment, Refund
from payments.money import MoneyState, money_state
from totetaxi.lib.money import usd

BRANDS = {
    "amex": "American Express",
    "diners": "Diners Club",
    "discover": "Discover",
    "jcb": "JCB",
    "mastercard": "Mastercard",
    "unionpay": "UnionPay",
    "visa": "Visa",
}
_OURS = frozenset({Payment.Status.SUCCEEDED, Payment.Status.MISMATCH})
_UNDER_WAY = frozenset({Refund.Status.APPROVED, Refund.Status.PENDING})
_TOLD = _UNDER_WAY | {Refund.Status.SUCCEEDED}


@dataclass(frozen=True, kw_only=True)
class MoneyRow:
    """Money that came, or went back. `amount` is in words: "refunded $95.00"."""

    title: str
    when: str
    amount: str
    detail: str = ""
    is_back: bool = False


@dataclass(frozen=True, kw_only=True)
class MoneyWords:
    """What the page says of a booking's money. `due` is empty where nothing is to be paid."""

    title: str
    total_label: str
    rows: list[MoneyRow]
    due: str
    has_receipt: bool
    state: MoneyState
    story: MoneyStory


def money_words(booking: Booking, now: datetime) -> MoneyWords:
    """The money of a booking as of `now`. Prefetch `payments__refunds` with it. Two queries."""
    state = money_state(booking)
    payments = paid_payments(booking)
    is_due = state.to_pay_cents > 0 and booking.status != Status.CANCELLED
    paid = state.paid_cents > 0 and not is_due
    return MoneyWords(
        title=_title(booking, is_paid=paid),
        total_label=_("Total, paid") if paid and _keeps_total(booking, state) else _("Total"),
        rows=[row for payment in payments for row in _rows(payment, now)],
        due=usd(state.to_pay_cents) if is_due and state.paid_cents else "",
        has_receipt=has_receipt(booking),
        state=state,
        story=MoneyStory(paid_with=_paid_with(payments), entries=_entries(payments, now)),
    )


def paid_payments(booking: Booking) -> list[Payment]:
    """The payments whose money came, oldest first, those of nothing included."""
    found = [payment for payment in booking.payments.all() if payment.status in _OURS]
    return sorted(found, key=lambda payment: payment.succeeded_at or payment.updated_at)


def has_receipt(booking: Booking) -> bool:
    """Whether something was paid; a booking that cost nothing is paid too."""
    return any(row.status == Payment.Status.SUCCEEDED for row in booking.payments.all())


def card_words(payment: Payment) -> str:
    """`Visa ending 4242`; another method in its own words."""
    if payment.method == Payment.Method.FREE:
        return _("Nothing to pay")
    if payment.method == Payment.Method.OFFLINE:
        return _("Paid to us directly")
    brand = BRANDS.get(payment.card_brand, payment.card_brand.replace("_", " ").title())
    if not payment.card_last4:
        return _("Card")
    return _("%(brand)s ending %(last4)s") % {
        "brand": brand or _("Card"),
        "last4": payment.card_last4,
    }


def shown_refunds(payment: Payment) -> list[Refund]:
    """The refunds of a payment that came or are to come: a wish that nobody approved is neither."""
    return [refund for refund in payment.refunds.all() if refund.status in _TOLD]


def _stuck_refunds(payment: Payment) -> list[Refund]:
    """Those that failed: we owe them, and look into it."""
    return [refund for refund in payment.refunds.all() if refund.is_held_up]


def _title(booking: Booking, *, is_paid: bool) -> str:
    if booking.status == Status.CANCELLED:
        return _("The price")
    return _("What you paid") if is_paid else _("What it costs")


def _keeps_total(booking: Booking, state: MoneyState) -> bool:
    """Whether what we have is just what it costs."""
    return booking.status != Status.CANCELLED and state.due_cents == 0


def _rows(payment: Payment, now: datetime) -> list[MoneyRow]:
    came = payment.succeeded_at or payment.updated_at
    checked = payment.status == Payment.Status.MISMATCH
    row = MoneyRow(
        title=card_words(payment),
        when=moment_words(came, now),
        amount=_("paid %(amount)s") % {"amount": usd(payment.captured_cents)},
        detail=_("We are looking at this payment and write to you.") if checked else "",
    )
    back = shown_refunds(payment) + _stuck_refunds(payment)
    back.sort(key=lambda refund: refund.created_at)
    return [row, *(_refund_row(refund, payment, now) for refund in back)]


def _refund_row(refund: Refund, payment: Payment, now: datetime) -> MoneyRow:
    amount = usd(refund.amount_cents)
    place, is_card = card_words(payment), not refund.is_by_hand
    if refund.status == Refund.Status.SUCCEEDED:
        return MoneyRow(
            title=_("Back to %(card)s") % {"card": place} if is_card else _("Returned to you"),
            when=moment_words(refund.succeeded_at or refund.updated_at, now),
            amount=_("refunded %(amount)s") % {"amount": amount},
            detail=_("Banks show it within 5 to 10 days.") if is_card else "",
            is_back=True,
        )
    is_stuck = refund.status == Refund.Status.FAILED
    to_card = _("To %(card)s.") % {"card": place} if is_card else _("We return it to you directly.")
    return MoneyRow(
        title=_("Refund held up") if is_stuck else _("Refund under way"),
        when=moment_words(refund.created_at, now),
        amount=_("%(amount)s to come") % {"amount": amount},
        detail=_("It did not go through. We are looking at it.") if is_stuck else to_card,
        is_back=True,
    )


def _paid_with(payments: list[Payment]) -> str:
    """The first payment, for the step that says that it was paid: `$1,983.75, Visa ending 4242`."""
    first = next((payment for payment in payments if payment.captured_cents), None)
    if first is None:
        return ""
    return f"{usd(first.captured_cents)}, {card_words(first)}"


def _entries(payments: list[Payment], now: datetime) -> list[Entry]:
    """Further payments and refunds that were made, for the timeline."""
    captured = [payment for payment in payments if payment.captured_cents]
    entries = [
        happened_entry(
            _("Paid %(amount)s") % {"amount": usd(payment.captured_cents)},
            payment.succeeded_at or payment.updated_at,
            now,
            card_words(payment),
        )
        for payment in captured[1:]
    ]
    for payment in payments:
        for refund in shown_refunds(payment):
            if refund.status == Refund.Status.SUCCEEDED:
                title = _("Refunded %(amount)s") % {"amount": usd(refund.amount_cents)}
                at = refund.succeeded_at or refund.updated_at
                entries.append(happened_entry(title, at, now, card_words(payment)))
    return entries
