"""Everything that a payment's page says. No request, no HTML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from booking.models import Booking, Message
from payments.dashboard import payment_address as stripe_address
from payments.declines import spoken_code
from payments.models import Dispute, Payment, PaymentAttempt, PaymentAudit, Refund
from payments.services.mismatch import Way, safe_way
from payments.services.strike import may_be_struck
from staff.bookings.page.entries import who_words
from staff.facts import Fact
from staff.models import StaffProfile
from staff.payments.listing import Row, payment_address, rows_of
from staff.payments.words import came_words, how_words
from staff.templatetags.office import stamp
from totetaxi.lib.money import usd


@dataclass(frozen=True)
class Decision:
    """What can safely be done about a payment that does not match. `label` names the sum; empty
    where this person may not do it.
    """

    words: str
    label: str
    address: str


@dataclass(frozen=True)
class Attempt:
    """One try to charge a card."""

    attempt: PaymentAttempt
    words: str


@dataclass(frozen=True)
class Act:
    """A row of the audit of money."""

    row: PaymentAudit
    who: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class Content:
    """What the template shows. `trail` are the booking's payments, oldest first, this one marked
    by `is_this`; `left_cents` can still be refunded; `stripe` is its page at Stripe, empty where it
    has none; `may_strike`: this person may strike it out, as nothing of it was asked back.
    """

    row: Row
    facts: list[Fact]
    attempts: list[Attempt]
    refunds: list[Refund]
    disputes: list[Dispute]
    trail: list[tuple[Row, str, bool]]
    acts: list[Act]
    messages: list[Message]
    decision: Decision | None
    left_cents: int
    stripe: str
    may_strike: bool


def get_payment(payment_id: UUID) -> Payment:
    """A payment with what its page reads. Raises Http404."""
    rows = Payment.objects.select_related("booking__customer__customer_profile", "actor", "link")
    found = rows.filter(pk=payment_id).first()
    if found is None:
        raise Http404
    return found


def content_of(payment: Payment, staff: StaffProfile) -> Content:
    """Read a payment from `get_payment`: at most twelve queries, whatever happened."""
    booking = payment.booking
    trail = rows_of(list(booking.payments.select_related("booking").order_by("created_at", "pk")))
    row = next(one for one in trail if one.payment.pk == payment.pk)
    refunds, left = list(payment.refunds.order_by("created_at")), _left(payment, row)
    return Content(
        row=row,
        facts=_facts(payment, row),
        attempts=[
            Attempt(one, spoken_code(one.code) if one.declined else _("Paid"))
            for one in payment.card_attempts.all()
        ],
        refunds=refunds,
        disputes=list(payment.disputes.all()),
        trail=[
            (one, payment_address(one.payment.pk), one.payment.pk == payment.pk) for one in trail
        ],
        acts=[_act(one) for one in _audit(payment)],
        messages=list(_messages(payment, refunds)),
        decision=_decision(booking, payment, staff),
        left_cents=left,
        stripe=stripe_address(payment.intent_id),
        may_strike=may_be_struck(payment)
        and left == payment.captured_cents
        and staff.may("override_payment"),
    )


def _facts(payment: Payment, row: Row) -> list[Fact]:
    return [fact for fact in (*_sums(payment, row), *_ids(payment)) if fact.text]


def _sums(payment: Payment, row: Row) -> list[Fact]:
    figures, fee = row.figures, payment.fee_cents
    came = came_words(payment, payment.captured_cents) if row.came else ""
    is_kept = fee is not None and row.came
    net = payment.captured_cents - (fee or 0) - figures.refunded_cents
    made_by = who_words(payment.actor_kind, payment.actor)
    link = payment.link
    return [
        Fact(_("Booking"), row.code, payment.booking.contact.name, row.booking_url),
        Fact(_("Asked"), usd(payment.amount_cents), str(payment.get_purpose_display())),
        Fact(_("Came"), came, stamp(payment.succeeded_at) if payment.succeeded_at else ""),
        Fact(_("Stripe’s fee"), usd(fee) if fee is not None else ""),
        Fact(_("Refunded"), usd(figures.refunded_cents) if figures.refunded_cents else ""),
        Fact(_("Left to us"), usd(net) if is_kept else "", _("Less fee and refunds")),
        Fact(_("How"), how_words(payment)),
        Fact(_("Proof"), payment.proof),
        Fact(_("Note"), payment.note),
        Fact(_("Struck out"), payment.struck_why),
        Fact(_("Begun"), stamp(payment.created_at), made_by),
        Fact(
            _("Payment link"),
            _("Link %(number)d") % {"number": link.position} if link else "",
            href=reverse("staff:payment_links", args=[payment.booking.number]),
        ),
    ]


def _ids(payment: Payment) -> list[Fact]:
    ends = payment.session_expires_at
    until = _("Open until %(at)s") % {"at": stamp(ends)} if ends else ""
    return [
        Fact(_("Session"), payment.session_id or "", until),
        Fact(_("Payment intent"), payment.intent_id or ""),
        Fact(_("Charge"), payment.charge_id or ""),
    ]


def _left(payment: Payment, row: Row) -> int:
    """What a booking's refund may take from it; one that does not match goes its own way."""
    if payment.status != Payment.Status.SUCCEEDED:
        return 0
    return payment.captured_cents - row.figures.refunded_cents - row.figures.under_way_cents


def _audit(payment: Payment) -> Any:
    rows = PaymentAudit.objects.filter(payment_key=payment.pk).select_related("actor")
    return rows.order_by("-id")


def _act(row: PaymentAudit) -> Act:
    """`detail` are the figures and codes of a row, in words."""
    parts = [
        f"{name.removesuffix('_cents').replace('_', ' ')} "
        f"{usd(value) if name.endswith('_cents') else value}"
        for name, value in row.detail.items()
        if value not in (0, "", None)
    ]
    return Act(row, who_words(row.actor_kind, row.actor), ", ".join(parts))


def _messages(payment: Payment, refunds: list[Refund]) -> Any:
    """What was written about it: its failure or lateness, its refunds, the link that it is of."""
    about = Q(key__startswith=f"payment:{payment.pk}:")
    about |= Q(key__in=[f"refund:{refund.pk}:made" for refund in refunds])
    if payment.link_id:
        about |= Q(key__startswith=f"link:{payment.link_id}:")
    rows = Message.objects.filter(about, booking=payment.booking_id)
    return rows.defer("text", "html", "context").order_by("created_at")


def _decision(booking: Booking, payment: Payment, staff: StaffProfile) -> Decision | None:
    way = safe_way(booking, payment)
    if way is Way.NOTHING:
        return None
    came = came_words(payment, payment.captured_cents)
    sums = {"asked": usd(payment.amount_cents), "came": came, "code": booking.code}
    if way is Way.ACCEPT:
        return Decision(
            _("%(asked)s was asked for and %(came)s came, which is just what is due.") % sums,
            _("Accept %(came)s for %(code)s") % sums if staff.may("override_payment") else "",
            reverse("staff:accept_payment", args=[payment.pk]),
        )
    text = _(
        "%(asked)s was asked for and %(came)s came, which is not what is due. All of it goes "
        "back once somebody else has approved that; then the booking can be paid again."
    )
    return Decision(
        text % sums,
        _("Ask to refund %(came)s") % sums if staff.may("request_refunds") else "",
        reverse("staff:return_payment", args=[payment.pk]),
    )
