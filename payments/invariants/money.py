"""What must always be true of money (DOMAIN.md, "Invariants"; FAULTS.md B, M1 to M10)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from booking.lifecycle import Status
from booking.models import Alert, AlertKind, Booking, BookingEvent
from payments.models import COURTESIES, Payment, Refund
from payments.models.refund import RefundQuerySet
from payments.outcome import COVERED
from totetaxi.lib.invariants import Area, invariant
from totetaxi.lib.money import usd

AT_ONCE = 500
# Alerts that say: a person has to do something about this booking's money.
TOLD = [
    AlertKind.REFUND_FAILED,
    AlertKind.REFUND_REQUESTED,
    AlertKind.REFUND_BY_HAND,
    AlertKind.OVERPAID,
    AlertKind.SURPLUS,
    AlertKind.MONEY_OPEN,
]


@invariant("M4", Area.MONEY)
def covered_bookings_are_paid(_now: datetime) -> Iterator[str]:
    """A paid, in-progress or completed booking is covered, up to what changes made dearer since
    and what was struck out as written down by mistake; or it was started unpaid, with a reason.
    """
    rows = _bookings(COVERED).filter(unpaid_reason="")
    rows = rows.annotate(came=_came(), returned=_returned(), struck=_struck())
    short = list(rows.filter(total_cents__gt=F("came") - F("returned") + F("struck")))
    dearer = _made_dearer(short)
    for row in short:
        kept = row.came - row.returned
        if row.total_cents > kept + row.struck + dearer[row.pk]:
            yield (
                f"{row.code} is {row.status}: {usd(row.total_cents)} it costs, {usd(kept)} is paid"
            )


def _made_dearer(bookings: list[Booking]) -> dict[UUID, int]:
    """By how much changes made each of them dearer, in cents: that is due, and was not paid."""
    sums = {booking.pk: 0 for booking in bookings}
    changes = BookingEvent.objects.filter(booking__in=sums, kind=BookingEvent.Kind.CHANGE)
    for key, detail in changes.values_list("booking", "detail").iterator(AT_ONCE):
        sums[key] += max(0, detail.get("difference_cents", 0))
    return sums


@invariant("M4", Area.MONEY)
def covered_bookings_are_not_pending(_now: datetime) -> Iterator[str]:
    """A booking whose money came is paid at once."""
    rows = _bookings({Status.PENDING}).filter(total_cents__gt=0)
    rows = rows.annotate(came=_came(), lowered=_lowered())
    for row in rows.filter(total_cents__lte=F("came") - F("lowered")).iterator(AT_ONCE):
        yield f"{row.code} is pending: {usd(row.total_cents)} it costs, {usd(row.came)} came"


@invariant("M6", Area.MONEY)
def late_money_goes_back(_now: datetime) -> Iterator[str]:
    """Money that came after its booking had been cancelled goes back in full, unless the booking
    came back, or a refund failed and staff were told.
    """
    ended = BookingEvent.objects.filter(
        booking=OuterRef("booking"), kind="status", to_status=Status.CANCELLED
    ).order_by("-id")
    rows = (
        Payment.objects.succeeded()
        .filter(booking__status=Status.CANCELLED, captured_cents__gt=0)
        .annotate(
            ended_at=Subquery(ended.values("at")[:1]),
            back=_sum(Refund.objects.counted(), "payment", "amount_cents"),
        )
        .filter(succeeded_at__gt=F("ended_at"), back__lt=F("captured_cents"))
        .exclude(Exists(_told("booking")))
    )
    facts = rows.values_list("booking__number", "captured_cents", "back")
    for number, came, back in facts.iterator(AT_ONCE):
        left = usd(came - back)
        yield f"{_code(number)} was cancelled before {left} came, which nobody returns"


@invariant("M8", Area.MONEY)
def one_page_is_open_at_most(_now: datetime) -> Iterator[str]:
    """A booking has at most one open payment, and none once it is cancelled."""
    open_ones = Payment.objects.open().order_by()
    many = open_ones.values("booking__number").annotate(many=Count("*")).filter(many__gt=1)
    for row in many.iterator(AT_ONCE):
        yield f"{_code(row['booking__number'])} has {row['many']} open payments"
    ended = open_ones.filter(booking__status=Status.CANCELLED)
    for number in ended.values_list("booking__number", flat=True).iterator(AT_ONCE):
        yield f"{_code(number)} is cancelled and has an open payment"


@invariant("M3", Area.MONEY)
def refunds_fit_their_payment(_now: datetime) -> Iterator[str]:
    """What is asked back of a payment is never more than came. What a person returns in Stripe's
    dashboard, nobody here can hinder: then what was approved fails there, and staff were told of
    what went back beyond.
    """
    outside = Refund.objects.filter(payment=OuterRef("pk"), reason=Refund.Reason.OUTSIDE)
    told = Alert.objects.filter(kind=AlertKind.MONEY_OPEN, booking=OuterRef("booking"))
    counted = Refund.objects.counted()
    rows = Payment.objects.annotate(
        back=_sum(counted, "payment", "amount_cents"),
        gone=_sum(counted.exclude(status=Refund.Status.APPROVED), "payment", "amount_cents"),
    ).filter(back__gt=F("captured_cents"))
    known = Q(gone__lte=F("captured_cents")) | Exists(told)
    facts = rows.exclude(known & Exists(outside)).values_list(
        "booking__number", "captured_cents", "back"
    )
    for number, came, back in facts.iterator(AT_ONCE):
        yield f"{_code(number)}: of {usd(came)} that came, {usd(back)} goes back"


@invariant("M9", Area.MONEY)
def payments_are_what_was_asked_for(_now: datetime) -> Iterator[str]:
    """What succeeded is just what was asked for, in dollars; anything else waits as a mismatch."""
    rows = Payment.objects.succeeded().exclude(captured_cents=F("amount_cents"), currency="usd")
    facts = rows.values_list("booking__number", "amount_cents", "captured_cents")
    for number, asked, came in facts.iterator(AT_ONCE):
        yield f"{_code(number)}: {asked} was asked, {came} came"


@invariant("M7", Area.MONEY)
def each_id_of_stripes_stands_once(_now: datetime) -> Iterator[str]:
    """A session, an intent, a charge, a refund and a key belong to one row each."""
    for model, names in (
        (Payment, ("session_id", "intent_id", "charge_id", "idempotency_key")),
        (Refund, ("stripe_id", "idempotency_key")),
    ):
        for name in names:
            rows: QuerySet[Any, Any] = model._default_manager.order_by()
            known = rows.exclude(**{f"{name}__isnull": True})
            twice = known.values(name).annotate(many=Count("*")).filter(many__gt=1)
            for row in twice.iterator(AT_ONCE):
                yield f"{row['many']} rows of {model._meta.label} have the {name} {row[name]}"


@invariant("M5", Area.MONEY)
def money_has_its_proof(_now: datetime) -> Iterator[str]:
    """A card payment that succeeded names its intent at Stripe, a refund there its id; what staff
    paid or took by hand names what proves it.
    """
    card, offline = Payment.Method.STRIPE, Payment.Method.OFFLINE
    payments = Payment.objects.succeeded().filter(
        Q(method=card, intent_id__isnull=True) | Q(method=offline, proof="")
    )
    for number in payments.values_list("booking__number", flat=True).iterator(AT_ONCE):
        yield f"{_code(number)}: nothing proves a payment"
    refunds = Refund.objects.filter(
        Q(payment__method=offline) | Q(stripe_id__isnull=True),
        status=Refund.Status.SUCCEEDED,
        proof="",
    )
    for number in refunds.values_list("payment__booking__number", flat=True).iterator(AT_ONCE):
        yield f"{_code(number)}: nothing proves a refund"


@invariant("M10", Area.MONEY)
def surplus_goes_back_or_is_told(_now: datetime) -> Iterator[str]:
    """What a booking was paid too much is on its way back, or a person has to see to it, or
    somebody refused to return it.
    """
    rows = _bookings(COVERED).annotate(came=_came(), taken_back=_taken_back(), gone=_gone())
    refused = Refund.objects.filter(
        payment__booking=OuterRef("pk"), refused_at__isnull=False, refused_by__isnull=False
    )
    # Where more was given than it costs now, nothing is left to return.
    over = rows.filter(total_cents__lt=F("came") - F("taken_back"), came__gt=F("gone"))
    for row in over.exclude(Exists(_told("pk"))).exclude(Exists(refused)).iterator(AT_ONCE):
        yield f"{row.code} is overpaid by {usd(row.came - row.taken_back - row.total_cents)}"


def _bookings(statuses: Iterable[str]) -> QuerySet[Any]:
    """The bookings in these states, with what a sentence about their money needs."""
    rows = Booking.all_objects.filter(status__in=sorted(statuses))
    return rows.only("number", "status", "total_cents")


def _came() -> Coalesce:
    """Cents that a booking was paid."""
    return _sum(Payment.objects.succeeded(), "booking", "captured_cents")


def _struck() -> Coalesce:
    """Cents that were written down by mistake."""
    struck = Payment.objects.filter(status=Payment.Status.STRUCK)
    return _sum(struck, "booking", "captured_cents")


def _returned() -> Coalesce:
    """Cents that went back other than by courtesy."""
    done = _refunds().lowering().filter(status=Refund.Status.SUCCEEDED)
    return _sum(done, "payment__booking", "amount_cents")


def _lowered() -> Coalesce:
    """The same, with what is on its way."""
    return _sum(_refunds().lowering(), "payment__booking", "amount_cents")


def _taken_back() -> Coalesce:
    """The same, with what was returned in Stripe's dashboard."""
    no_gift = Q(reason=Refund.Reason.OUTSIDE) | ~Q(reason__in=sorted(COURTESIES))
    return _sum(_refunds().filter(no_gift), "payment__booking", "amount_cents")


def _gone() -> Coalesce:
    """All cents that went back, or are on their way."""
    return _sum(_refunds(), "payment__booking", "amount_cents")


def _refunds() -> RefundQuerySet:
    return Refund.objects.counted().filter(payment__status=Payment.Status.SUCCEEDED)


def _told(booking: str) -> QuerySet[Alert]:
    """Open alerts about the money of the row's booking."""
    return Alert.objects.filter(booking=OuterRef(booking), kind__in=TOLD, closed_at__isnull=True)


def _sum(rows: QuerySet[Any, Any], key: str, amount: str) -> Coalesce:
    """The sum of an amount over the rows whose `key` is the outer row; 0 for none."""
    mine = rows.filter(**{key: OuterRef("pk")}).order_by().values(key)
    summed = mine.annotate(sum=Sum(amount)).values("sum")
    return Coalesce(Subquery(summed), 0, output_field=IntegerField())


def _code(number: int) -> str:
    return f"TT-{number:06d}"
