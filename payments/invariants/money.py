"""What must always be true of money (DOMAIN.md, "Invariants"; FAULTS.md B, M1 to M10)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from booking.lifecycle import Status
from booking.models import Alert, AlertKind, Booking, BookingEvent
from payments.models import COURTESIES, Payment, Refund
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
    rows = with_sums(Booking.all_objects.filter(status__in=sorted(COVERED), unpaid_reason=""))
    struck = Payment.objects.filter(status=Payment.Status.STRUCK)
    rows = rows.annotate(struck=_sum(struck, "booking", "captured_cents"))
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
    rows = with_sums(Booking.all_objects.filter(status=Status.PENDING, total_cents__gt=0))
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
    for row in rows.select_related("booking").iterator(AT_ONCE):
        left = row.captured_cents - row.back
        yield f"{row.booking.code} was cancelled before {usd(left)} came, which nobody returns"


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
    for row in rows.exclude(known & Exists(outside)).select_related("booking"):
        came, back = usd(row.captured_cents), usd(row.back)
        yield f"{row.booking.code}: of {came} that came, {back} goes back"


@invariant("M9", Area.MONEY)
def payments_are_what_was_asked_for(_now: datetime) -> Iterator[str]:
    """What succeeded is just what was asked for, in dollars; anything else waits as a mismatch."""
    rows = (
        Payment.objects.succeeded()
        .exclude(captured_cents=F("amount_cents"), currency="usd")
        .select_related("booking")
    )
    for row in rows.iterator(AT_ONCE):
        yield f"{row.booking.code}: {row.amount_cents} was asked, {row.captured_cents} came"


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
    rows = with_sums(Booking.all_objects.filter(status__in=sorted(COVERED)))
    refused = Refund.objects.filter(
        payment__booking=OuterRef("pk"), refused_at__isnull=False, refused_by__isnull=False
    )
    # Where more was given than it costs now, nothing is left to return.
    over = rows.filter(total_cents__lt=F("came") - F("taken_back"), came__gt=F("gone"))
    for row in over.exclude(Exists(_told("pk"))).exclude(Exists(refused)).iterator(AT_ONCE):
        yield f"{row.code} is overpaid by {usd(row.came - row.taken_back - row.total_cents)}"


def with_sums(bookings: QuerySet[Any]) -> QuerySet[Any]:
    """With cents that `came`; that were `returned` other than by courtesy; the same with what is on
    its way (`lowered`); that with what was returned in Stripe's dashboard (`taken_back`); and all
    that went back or is on its way (`gone`).
    """
    paid = Payment.objects.succeeded()
    refunds = Refund.objects.counted().filter(payment__status=Payment.Status.SUCCEEDED)
    outside = Q(reason=Refund.Reason.OUTSIDE)
    no_gift = refunds.filter(outside | ~Q(reason__in=sorted(COURTESIES)))
    done = refunds.lowering().filter(status=Refund.Status.SUCCEEDED)
    return bookings.annotate(
        came=_sum(paid, "booking", "captured_cents"),
        returned=_sum(done, "payment__booking", "amount_cents"),
        lowered=_sum(refunds.lowering(), "payment__booking", "amount_cents"),
        taken_back=_sum(no_gift, "payment__booking", "amount_cents"),
        gone=_sum(refunds, "payment__booking", "amount_cents"),
    )


def _told(booking: str) -> QuerySet[Alert]:
    """Open alerts about the money of the row's booking."""
    return Alert.objects.filter(booking=OuterRef(booking), kind__in=TOLD, closed_at__isnull=True)


def _sum(rows: QuerySet[Any, Any], key: str, amount: str) -> Any:
    """The sum of an amount over the rows whose `key` is the outer row; 0 for none."""
    mine = rows.filter(**{key: OuterRef("pk")}).order_by().values(key)
    summed = mine.annotate(sum=Sum(amount)).values("sum")
    return Coalesce(Subquery(summed), 0, output_field=IntegerField())


def _code(number: int) -> str:
    return f"TT-{number:06d}"
