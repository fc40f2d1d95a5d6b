"""Everything that a refund's page says, and what the person who reads it may do. No HTML."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.bookings.money import card_words
from booking.lifecycle import Status
from booking.models import Booking
from payments.models import Payment, PaymentAudit, Refund
from payments.money import MoneyState, money_state
from payments.services.refund import PaymentDisputedError, is_disputed
from payments.services.refund_decisions import (
    OverLimitError,
    OwnRequestError,
    given_cents,
    is_given_up,
    waits_for_hand,
)
from staff.bookings.page.entries import who_words
from staff.models import StaffProfile
from staff.refunds.services import limit_of
from staff.templatetags.office import stamp
from totetaxi.lib.money import usd

_S = Refund.Status


@dataclass(frozen=True)
class State:
    """Where a refund stands: words, shape and tone (green, amber, red or plain)."""

    text: str
    shape: str
    tone: str


@dataclass(frozen=True)
class Sum:
    """A line of the sums; the last one is the result."""

    label: str
    amount: str
    is_this: bool = False
    is_result: bool = False


@dataclass(frozen=True)
class Check:
    """Something that was looked at for the person who decides. Bad ones stand in the way."""

    text: str
    icon: str = "check"
    tone: str = "green"

    @property
    def is_bad(self) -> bool:
        """Whether it stands in the way."""
        return self.tone == "red"


@dataclass(frozen=True)
class Act:
    """A line of what was done: when, what, by whom."""

    at: datetime
    text: str
    who: str


@dataclass(frozen=True, kw_only=True)
class RefundPage:
    """What the template shows. Each `may_` is what this person may do now."""

    refund: Refund
    booking: Booking
    state: State
    amount: str
    asked_by: str
    decided_by: str
    trip: str
    goes_to: str
    failure: str
    next_try: Refund | None
    sums: list[Sum]
    checks: list[Check]
    acts: list[Act]
    may_approve: bool
    may_refuse: bool
    may_retry: bool
    may_pay: bool


def page_content(refund: Refund, staff: StaffProfile) -> RefundPage:
    """A refund from `queries.whole`. At most six queries."""
    booking = refund.payment.booking
    decides, asked = staff.may("approve_refunds"), refund.status == _S.REQUESTED
    checks = _checks(refund, staff) if asked else []
    failed = refund.is_held_up
    return RefundPage(
        refund=refund,
        booking=booking,
        state=state_of(refund),
        amount=usd(refund.amount_cents),
        asked_by=who_words(refund.requested_by_kind, refund.requested_by),
        decided_by=_decided_by(refund),
        trip=_trip(booking),
        goes_to=_goes_to(refund),
        failure=refund.failure_reason.replace("_", " "),
        next_try=refund.retried_as if _retried(refund) else None,
        sums=_sums(refund, money_state(booking)),
        checks=checks,
        acts=_acts(refund),
        may_approve=asked and decides and not any(check.is_bad for check in checks),
        may_refuse=(asked or failed) and decides,
        may_retry=(failed or is_given_up(refund)) and decides,
        may_pay=(failed or waits_for_hand(refund)) and staff.may("override_payment"),
    )


def state_of(refund: Refund) -> State:
    """In words. Select `payment` and `retried_as` with it."""
    if is_given_up(refund):
        return State(_("Could not be made"), "status-failed", "red")
    if waits_for_hand(refund):
        return State(_("To pay by hand"), "status-warning", "amber")
    if refund.status == _S.FAILED and refund.closed_at:
        text = _("Failed, tried again") if _retried(refund) else _("Failed, given up")
        return State(text, "status-cancelled", "plain")
    return {
        _S.REQUESTED: State(_("Waits for approval"), "clock", "amber"),
        _S.APPROVED: State(_("Approved"), "status-in_progress", "plain"),
        _S.PENDING: State(_("Under way"), "status-in_progress", "plain"),
        _S.SUCCEEDED: State(_("Refunded"), "status-completed", "green"),
        _S.FAILED: State(_("Failed"), "status-failed", "red"),
        _S.REFUSED: State(_("Refused"), "status-cancelled", "plain"),
    }[_S(refund.status)]


def _retried(refund: Refund) -> bool:
    return hasattr(refund, "retried_as")


def _decided_by(refund: Refund) -> str:
    if refund.refused_at:
        if refund.refused_by is None:
            return who_words("system", None)
        return who_words("staff", refund.refused_by)
    if not refund.approved_by_kind:
        return ""
    return who_words(refund.approved_by_kind, refund.approved_by)


def _trip(booking: Booking) -> str:
    """`cancelled, pickup was to be Sat, Nov 28`; `delivered Sat, Nov 28`."""
    words = {
        Status.COMPLETED: _("delivered %(day)s"),
        Status.CANCELLED: _("cancelled, pickup would be %(day)s"),
        Status.IN_PROGRESS: _("under way since %(day)s"),
    }
    text = words.get(Status(booking.status), _("pickup %(day)s"))
    return text % {"day": date_format(booking.pickup_date, "D, M j")}


def _goes_to(refund: Refund) -> str:
    if refund.payment.method == Payment.Method.STRIPE and refund.is_by_hand:
        return _("By hand: %(card)s could not take it") % {"card": card_words(refund.payment)}
    if refund.is_by_hand:
        way = refund.payment.get_offline_way_display()
        return _("By hand: it was paid to us directly (%(way)s)") % {"way": way.lower()}
    return _("%(card)s, in 5 to 10 days") % {"card": card_words(refund.payment)}


def _sums(refund: Refund, money: MoneyState) -> list[Sum]:
    """What is kept of a booking's money once this one and all others that wait have gone."""
    mine, is_done = refund.amount_cents, refund.status == _S.SUCCEEDED
    before = money.refunded_cents - (mine if is_done else 0)
    others = money.under_way_cents - (mine if refund.counts and not is_done else 0)
    paid_at = refund.payment.succeeded_at or refund.payment.created_at
    count = _("Paid %(when)s") % {"when": stamp(paid_at)}
    if money.paid_cents != refund.payment.captured_cents:
        count = _("Paid in all")
    rows = [
        Sum(count, usd(money.paid_cents)),
        Sum(_("Refunded before"), usd(before)),
    ]
    if others:
        rows.append(Sum(_("Asked for or under way beside it"), usd(others)))
    rows.append(Sum(_("This refund"), _("refund %(sum)s") % {"sum": usd(mine)}, is_this=True))
    kept = money.paid_cents - before - others - (mine if refund.counts else 0)
    rows.append(Sum(_kept_words(refund.payment.booking, kept), usd(kept), is_result=True))
    return rows


def _kept_words(booking: Booking, kept: int) -> str:
    if booking.status == Status.CANCELLED:
        return _("Kept of a cancelled booking")
    if kept == booking.total_cents:
        return _("Kept, equals the booking’s total")
    figures = {"sum": usd(abs(kept - booking.total_cents)), "total": usd(booking.total_cents)}
    if kept < booking.total_cents:
        return _("Kept, %(sum)s less than the booking’s total of %(total)s") % figures
    return _("Kept, %(sum)s more than the booking’s total of %(total)s") % figures


def _checks(refund: Refund, staff: StaffProfile) -> list[Check]:
    """What the rules say to this person about approving it, worst first."""
    found = []
    if is_disputed(refund.payment):
        found.append(Check(PaymentDisputedError().sentence, "warn", "red"))
    found += _limits(refund, staff) if staff.may("approve_refunds") else []
    found.append(_beside(refund))
    contact = refund.payment.booking.contact
    text = _("“Refund made” goes to %(email)s once Stripe confirms")
    if refund.is_by_hand:
        text = _("“Refund made” goes to %(email)s once it is paid out")
    found.append(Check(text % {"email": contact.email}, "mail", "plain"))
    return found


def _limits(refund: Refund, staff: StaffProfile) -> list[Check]:
    if refund.requested_by_id == staff.user_id:
        return [Check(OwnRequestError().sentence, "warn", "red")]
    limit = limit_of(staff)
    if limit is None:
        return [Check(_("You did not ask for it, and you may approve any sum"))]
    given = given_cents(refund.payment.booking)
    if given + refund.amount_cents > limit:
        over = OverLimitError(limit_cents=limit, given_cents=given)
        return [Check(over.sentence, "warn", "red")]
    text = _("You did not ask for it, and it is within your %(limit)s")
    return [Check(text % {"limit": usd(limit)})]


def _beside(refund: Refund) -> Check:
    others = [
        other.amount_cents
        for other in refund.payment.refunds.all()
        if other.pk != refund.pk and other.counts and other.status != _S.SUCCEEDED
    ]
    if not others:
        return Check(_("No other refund of this payment is under way"))
    text = ngettext(
        "Another refund of this payment waits or is under way: %(sum)s",
        "%(count)d others of this payment wait or are under way: %(sum)s",
        len(others),
    )
    return Check(text % {"count": len(others), "sum": usd(sum(others))}, "status-warning", "amber")


def _acts(refund: Refund) -> list[Act]:
    """What was done about it, the oldest first. One query."""
    rows: Any = PaymentAudit.objects.filter(
        payment_key=refund.payment_id, refund_key=refund.pk
    ).select_related("actor")
    return [
        Act(row.at, str(row.get_act_display()), who_words(row.actor_kind, row.actor))
        for row in rows
    ]
