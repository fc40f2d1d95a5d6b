"""Our own side as rows: what differs, and what is not equal yet, with when it will be.

None of it grows with the number of bookings: what is open, due or under way has an index of its
own in each table.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from booking.lifecycle import Status
from booking.models import Alert, AlertKind, Booking
from payments.models import Dispute, Payment, PaymentLink, Refund
from payments.money import MoneyState, money_states
from payments.reconciliation.differences import NotBooked
from payments.reconciliation.tell import MOVEMENT, read_about
from staff.bookings.queries import with_money
from staff.models import StaffProfile
from staff.money.rows import DASH, Act, Row, signed, taken, until_words, when_words
from staff.templatetags.office import stamp
from totetaxi.lib.money import usd

MOST = 200
TOLD = [
    AlertKind.MONEY_OPEN,
    AlertKind.OVERPAID,
    AlertKind.PAYMENT_MISMATCH,
    AlertKind.UNKNOWN_PAYMENT,
    AlertKind.REFUND_FAILED,
]
UNDER_WAY = [Refund.Status.REQUESTED, Refund.Status.APPROVED, Refund.Status.PENDING]
# Where the key alone is told, it is a refund's.
_OF_REFUNDS = frozenset({AlertKind.REFUND_FAILED, AlertKind.MONEY_OPEN})
_NOT_BOOKED = {"payment": NotBooked.PAYMENT, "refund": NotBooked.REFUND}


def open_rows(staff: StaffProfile, now: datetime, *, shown: Iterable[UUID]) -> list[Row]:
    """Differences that no movement tells of. Seven queries.

    `shown` are payments whose open movement is shown already.
    """
    alerts = list(
        Alert.objects.filter(closed_at__isnull=True, kind__in=TOLD)
        .select_related("booking")
        .order_by("-created_at")[:MOST]
    )
    short = _short_bookings()
    bookings = {one.pk: one for one in [*(a.booking for a in alerts if a.booking), *short]}
    money = money_states(list(bookings.values()))
    payments, refunds = _things_of(alerts)
    hidden = set(shown)
    rows = [_short_row(one, money[one.pk], staff, now) for one in short]
    for alert in alerts:
        what, key = _about(alert)
        thing = payments.get(key) or refunds.get(key)
        if what == MOVEMENT or (isinstance(thing, Payment) and thing.pk in hidden):
            continue
        state = money[alert.booking.pk] if alert.booking else None
        rows.append(_alert_row(alert, thing, state, staff, now))
    return rows


def _short_bookings() -> list[Booking]:
    """Bookings that count as paid and owe something, and are not asked for it by a link."""
    asked = PaymentLink.objects.open().filter(booking=OuterRef("pk"))
    # By keys: a condition on another table would have every booking read.
    struck = Payment.objects.filter(status=Payment.Status.STRUCK).order_by("-created_at")
    may_owe = (
        Q(status__in=[Status.PAID, Status.IN_PROGRESS], revision__gt=0)
        | Q(unpaid_reason__gt="")
        | Q(pk__in=list(struck.values_list("booking", flat=True)[:MOST]))
    )
    rows = with_money(Booking.objects.filter(may_owe))
    rows = rows.exclude(status__in=[Status.CANCELLED, Status.PENDING])
    owing = rows.filter(total_cents__gt=F("paid") - F("returned")).exclude(Exists(asked))
    return list(owing.order_by("pickup_at", "number")[:MOST])


def _things_of(alerts: list[Alert]) -> tuple[dict[Any, Payment], dict[Any, Refund]]:
    """The payments and refunds that alerts are about, by key. Two queries."""
    keys: dict[bool, list[UUID]] = {True: [], False: []}
    for alert in alerts:
        what, key = _about(alert)
        is_refund = what == "refund" or (alert.kind in _OF_REFUNDS and what != "payment")
        if key is not None:
            keys[is_refund].append(key)
    payments = Payment.objects.filter(pk__in=keys[False])
    refunds = Refund.objects.filter(pk__in=keys[True])
    return {one.pk: one for one in payments}, {one.pk: one for one in refunds}


def _about(alert: Alert) -> tuple[str, UUID | None]:
    """What kind of thing an alert is about, and its key; those of one kind alone name just that."""
    text = alert.about
    return read_about(text if ":" in text else f":{text}")


def _short_row(booking: Booking, money: MoneyState, staff: StaffProfile, now: datetime) -> Row:
    kept = money.paid_cents - money.refunded_cents
    due = money.to_pay_cents
    act = None
    if staff.may("edit_bookings") and due:
        words = _("Ask for %(sum)s") % {"sum": usd(due)}
        act = Act(reverse("staff:payment_links", args=[booking.number]), words)
    return Row(
        standing="open",
        at=booking.updated_at,
        when=when_words(booking.updated_at, now),
        number=booking.number,
        what=_("Costs more than was paid"),
        ours=usd(money.total_cents),
        stripe=usd(kept),
        difference=_("%(sum)s short") % {"sum": usd(due)},
        cents=due,
        state=_("Open"),
        act=act,
    )


def _alert_row(
    alert: Alert,
    thing: Payment | Refund | None,
    money: MoneyState | None,
    staff: StaffProfile,
    now: datetime,
) -> Row:
    ours, stripe, cents = _sums(alert, thing, money)
    label = alert.get_kind_display()
    if alert.kind == AlertKind.MONEY_OPEN and (missing := _NOT_BOOKED.get(_about(alert)[0])):
        label = str(missing.label)
    return Row(
        standing="open",
        at=alert.created_at,
        when=when_words(alert.created_at, now),
        number=alert.booking.number if alert.booking else None,
        what=label,
        ours=ours,
        stripe=stripe,
        difference=_difference(alert, cents),
        cents=cents,
        state=_("Open"),
        act=_act_of(alert, thing, cents, staff),
    )


def _difference(alert: Alert, cents: int) -> str:
    if not cents:
        return DASH
    over = alert.kind in {AlertKind.OVERPAID, AlertKind.REFUND_FAILED}
    return (_("%(sum)s over") if over else _("%(sum)s apart")) % {"sum": usd(cents)}


def _sums(
    alert: Alert, thing: Payment | Refund | None, money: MoneyState | None
) -> tuple[str, str, int]:
    """What each side says, and by how much they are apart."""
    if alert.kind == AlertKind.OVERPAID and money is not None:
        kept = money.paid_cents - money.refunded_cents
        return usd(money.total_cents), usd(kept), money.surplus_cents
    if isinstance(thing, Refund):
        return signed(-thing.amount_cents), DASH, thing.amount_cents
    if isinstance(thing, Payment):
        if alert.kind == AlertKind.PAYMENT_MISMATCH:
            cents = abs(thing.captured_cents - thing.amount_cents)
            return usd(thing.amount_cents), usd(thing.captured_cents), cents
        return usd(thing.captured_cents), DASH, thing.captured_cents
    return DASH, DASH, 0


def _act_of(
    alert: Alert, thing: Payment | Refund | None, cents: int, staff: StaffProfile
) -> Act | None:
    if alert.kind == AlertKind.OVERPAID and alert.booking:
        if not staff.may("request_refunds"):
            return None
        page = reverse("staff:request_refund", args=[alert.booking.number])
        return Act(f"{page}?fill=surplus", _("Propose refund %(sum)s") % {"sum": usd(cents)})
    if alert.kind == AlertKind.REFUND_FAILED and isinstance(thing, Refund):
        return Act(reverse("staff:refund", args=[thing.pk]), _("Review refund"))
    if alert.kind == AlertKind.PAYMENT_MISMATCH and isinstance(thing, Payment):
        return Act(reverse("staff:payment", args=[thing.pk]), _("Look at the payment"))
    return Act(reverse("staff:alert", args=[alert.pk]), _("Look into it"))


def waiting_rows(now: datetime) -> list[Row]:
    """What is not equal yet: open pages and links, refunds under way, disputes. Four queries."""
    pages = list(
        Payment.objects.open()
        .filter(method=Payment.Method.STRIPE)
        .select_related("booking")
        .order_by("-created_at")[:MOST]
    )
    opened = {page.link_id for page in pages}
    links = PaymentLink.objects.open().select_related("booking").order_by("-sent_at")[:MOST]
    refunds = Refund.objects.filter(status__in=UNDER_WAY).select_related("payment__booking")
    disputes = Dispute.objects.open().select_related("payment__booking")
    return [
        *(_page_row(page, now) for page in pages),
        *(_link_row(link, now) for link in links if link.pk not in opened),
        *(_refund_row(refund, now) for refund in refunds.order_by("-created_at")[:MOST]),
        *(_dispute_row(one, now) for one in disputes.order_by("-opened_at")[:MOST]),
    ]


def _page_row(payment: Payment, now: datetime) -> Row:
    until = payment.session_expires_at
    return Row(
        standing="expected",
        at=payment.created_at,
        when=when_words(payment.created_at, now),
        number=payment.booking.number,
        what=_("Payment page open, room kept"),
        ours=usd(payment.amount_cents),
        cents=payment.amount_cents,
        state=until_words(until, now) if until else _("Open"),
    )


def _link_row(link: PaymentLink, now: datetime) -> Row:
    return Row(
        standing="expected",
        at=link.sent_at,
        when=when_words(link.sent_at, now),
        number=link.booking.number,
        what=_("Payment link sent"),
        ours=usd(link.amount_cents),
        cents=link.amount_cents,
        state=until_words(link.expires_at, now),
    )


def _refund_row(refund: Refund, now: datetime) -> Row:
    asked = refund.status == Refund.Status.REQUESTED
    state, label = _("On its way"), ""
    if asked:
        state, label = _("Waits for approval"), _("Review refund")
    elif refund.is_by_hand and refund.status == Refund.Status.APPROVED:
        state, label = _("Waits to be paid out"), _("Review refund")
    return Row(
        standing="expected",
        at=refund.created_at,
        when=when_words(refund.created_at, now),
        number=refund.payment.booking.number,
        what=_("Refund, %(why)s") % {"why": str(refund.get_reason_display()).lower()},
        ours=usd(refund.amount_cents),
        cents=refund.amount_cents,
        state=state,
        act=Act(reverse("staff:refund", args=[refund.pk]), label) if label else None,
    )


def _dispute_row(dispute: Dispute, now: datetime) -> Row:
    due = dispute.evidence_due_at
    needs = dispute.status == Dispute.Status.NEEDS_RESPONSE
    state = str(dispute.get_status_display())
    if needs and due:
        state = _("Evidence by %(at)s") % {"at": stamp(due)}
    return Row(
        standing="expected",
        at=dispute.opened_at,
        when=when_words(dispute.opened_at, now),
        number=dispute.payment.booking.number,
        what=_("Dispute, nothing decided"),
        ours=DASH,
        stripe=taken(-dispute.withdrawn_cents),
        cents=dispute.amount_cents,
        state=state,
        act=Act(reverse("staff:dispute", args=[dispute.pk]), _("Look at the dispute")),
    )
