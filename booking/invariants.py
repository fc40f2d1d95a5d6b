"""What must always be true of bookings (DOMAIN.md, "Invariants"; FAULTS.md B: M1, E2 to E4, C1
to C3, I7).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import (
    Count,
    Exists,
    F,
    IntegerField,
    Max,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Window,
)
from django.db.models.functions import Coalesce, Lag

from booking.lifecycle import LATE_PAYMENT, TRANSITIONS, Status
from booking.models import (
    Alert,
    AlertKind,
    Booking,
    BookingEvent,
    BookingLine,
    Counter,
    Day,
    DiscountCode,
    DiscountRedemption,
    Message,
    MessageKind,
    Van,
    VanDay,
)
from totetaxi.lib.clock import today
from totetaxi.lib.invariants import Area, invariant

AT_ONCE = 500
# Holds are looked at every minute; Stripe may take its time to close their pages.
SOON = timedelta(hours=1)
LETTER_LIMIT = timedelta(minutes=15)
_STATUS = BookingEvent.Kind.STATUS


@invariant("M1", Area.BOOKING)
def lines_add_up_to_the_total(_now: datetime) -> Iterator[str]:
    """The lines of a booking are its total, which is never less than 0."""
    mine = BookingLine.objects.filter(booking=OuterRef("pk")).order_by().values("booking")
    summed = mine.annotate(sum=Sum("amount_cents")).values("sum")
    lines = Coalesce(Subquery(summed), 0, output_field=IntegerField())
    rows = Booking.all_objects.order_by().annotate(lines_cents=lines)
    wrong = rows.exclude(total_cents=F("lines_cents"), total_cents__gte=0)
    for row in wrong.iterator(AT_ONCE):
        yield f"{row.code}: the lines come to {row.lines_cents}, the total is {row.total_cents}"


@invariant("E2", Area.RECORDS)
def events_tell_the_way_to_the_status(_now: datetime) -> Iterator[str]:
    """Each change of status has one event; together they are a way that the table allows, from
    pending to where the booking stands.
    """
    moves = BookingEvent.objects.filter(kind=_STATUS)
    rows = (
        moves.annotate(
            before=Window(Lag("to_status"), partition_by="booking", order_by="id"),
            number=F("booking__number"),
        )
        .order_by("booking", "id")
        .values_list("number", "before", "from_status", "to_status")
    )
    for number, before, source, to in rows.iterator(AT_ONCE):
        if (before or "") != source:
            yield f"{_code(number)} went from {source or 'nowhere'}, but was {before or 'nowhere'}"
        elif not _is_allowed(source, to):
            yield f"{_code(number)} went from {source or 'nowhere'} to {to}"
    last = moves.filter(booking=OuterRef("pk")).order_by("-id").values("to_status")[:1]
    stands = Booking.all_objects.annotate(last=Subquery(last)).order_by()
    for row in stands.exclude(status=F("last"), last__isnull=False).iterator(AT_ONCE):
        yield f"{row.code} is {row.status}, its events say {row.last or 'nothing'}"


def _is_allowed(source: str, to: str) -> bool:
    if not source:
        return to == Status.PENDING
    return Status(to) in TRANSITIONS[Status(source)]


@invariant("E4", Area.RECORDS)
def letters_are_planned_once(_now: datetime) -> Iterator[str]:
    """Nothing is written twice: a key, and a confirmation of a booking to one address, is one."""
    twice = Message.objects.order_by().values("key").annotate(many=Count("*")).filter(many__gt=1)
    for row in twice.iterator(AT_ONCE):
        yield f"{row['many']} messages have the key {row['key']}"
    confirmed = Message.objects.filter(kind=MessageKind.CONFIRMED).order_by()
    again = confirmed.values("booking__number", "recipient").annotate(many=Count("*"))
    for found in again.filter(many__gt=1).iterator(AT_ONCE):
        number, many = found["booking__number"], found["many"]
        yield f"{_code(number)} was confirmed {many} times to one address"


@invariant("E4", Area.RECORDS)
def paid_bookings_are_confirmed(_now: datetime) -> Iterator[str]:
    """Each booking that became paid has its confirmation."""
    paid = BookingEvent.objects.filter(booking=OuterRef("pk"), kind=_STATUS, to_status=Status.PAID)
    letter = Message.objects.filter(booking=OuterRef("pk"), kind=MessageKind.CONFIRMED)
    for row in Booking.all_objects.filter(Exists(paid)).exclude(Exists(letter)).iterator(AT_ONCE):
        yield f"{row.code} became paid, and nobody was told"


@invariant("E4", Area.IN_TIME)
def letters_are_sent(now: datetime) -> Iterator[str]:
    """No letter waits for long, unless its time is still to come or staff were told."""
    late = Message.objects.filter(
        state=Message.Progress.PLANNED, work_state="due", next_try_at__lt=now - LETTER_LIMIT
    )
    for key in late.values_list("key", flat=True).iterator(AT_ONCE):
        yield f"the message {key} waits"


@invariant("C1", Area.BOOKING)
def vans_hold_what_they_can(now: datetime) -> Iterator[str]:
    """From today on no van holds more than its pieces, a rack that it lacks, or a second booking
    beside one that wants it whole, and no day more than its cap; or staff were told of the day.
    """
    told = _told_days()
    limits = _van_days(today(now))
    rows = (
        Booking.all_objects.filter(room_held=True, pickup_date__gte=today(now))
        .order_by()
        .values("pickup_date", "van", "van__number", "van__pieces", "van__has_rack")
        .annotate(
            many=Count("*"),
            pieces=Sum("room_pieces"),
            whole=Count("pk", filter=Q(room_whole_van=True)),
            racks=Count("pk", filter=Q(room_needs_rack=True)),
        )
    )
    for row in rows.iterator(AT_ONCE):
        day, van = row["pickup_date"], row["van"]
        usual = (row["van__pieces"], row["van__has_rack"])
        pieces, has_rack = limits.get((day, van), usual)
        fits = row["pieces"] <= pieces and (has_rack or not row["racks"])
        fits = fits and (not row["whole"] or row["many"] == 1)
        if not fits and str(day) not in told:
            yield f"van {row['van__number']} holds too much on {day}"
    yield from _beyond_cap(today(now), told)


def _van_days(first: date) -> dict[tuple[date, UUID], tuple[int, bool]]:
    """What is different about a van on a day: (pieces, whether it has a rack)."""
    found = {}
    for row in VanDay.objects.filter(date__gte=first).select_related("van").iterator(AT_ONCE):
        van: Van = row.van
        pieces = van.pieces if row.pieces is None else row.pieces
        has_rack = van.has_rack if row.has_rack is None else row.has_rack
        found[row.date, van.pk] = (pieces if row.in_service else 0, has_rack)
    return found


def _beyond_cap(first: date, told: set[str]) -> Iterator[str]:
    held = Booking.all_objects.filter(room_held=True, pickup_date=OuterRef("date")).order_by()
    summed = held.values("pickup_date").annotate(sum=Sum("room_pieces")).values("sum")
    pieces = Coalesce(Subquery(summed), 0, output_field=IntegerField())
    days = Day.objects.filter(date__gte=first).annotate(held=pieces)
    for row in days.filter(Q(held__gt=F("cap_pieces")) | Q(held__gt=0, is_closed=True)):
        if str(row.date) not in told:
            yield f"{row.date} holds more than it may"


def _told_days() -> set[str]:
    rows = Alert.objects.filter(kind=AlertKind.ROOM_CONFLICT, closed_at__isnull=True)
    return {about.removeprefix("day:") for about in rows.values_list("about", flat=True)}


@invariant("C2", Area.IN_TIME)
def holds_end_with_their_time(now: datetime) -> Iterator[str]:
    """No pending booking keeps its room an hour beyond its hold."""
    rows = Booking.all_objects.filter(
        status=Status.PENDING, room_held=True, hold_expires_at__lt=now - SOON
    )
    for row in rows.iterator(AT_ONCE):
        yield f"{row.code} keeps its room beyond its hold"


@invariant("C3", Area.BOOKING)
def codes_are_used_as_often_as_they_may(_now: datetime) -> Iterator[str]:
    """A code counts for a booking only while that stands, and no more often than it may: what was
    paid after its hold had run out keeps it all the same.
    """
    ended = DiscountRedemption.objects.filter(
        released_at__isnull=True, booking__status=Status.CANCELLED
    )
    for number in ended.values_list("booking__number", flat=True).iterator(AT_ONCE):
        yield f"{_code(number)} is cancelled, and its code still counts"
    came_back = BookingEvent.objects.filter(
        booking=OuterRef("booking"), kind=_STATUS, reason=LATE_PAYMENT
    )
    used = (
        DiscountRedemption.objects.filter(released_at__isnull=True, code=OuterRef("pk"))
        .exclude(Exists(came_back))
        .order_by()
        .values("code")
        .annotate(many=Count("*"))
        .values("many")
    )
    for code in DiscountCode.objects.annotate(used=Subquery(used)).filter(used__gt=F("max_uses")):
        yield f"the code {code.code} is used {code.used} times"


@invariant("I7", Area.RECORDS)
def numbers_have_no_gaps(_now: datetime) -> Iterator[str]:
    """Bookings are numbered from 1 upward, each number once, as far as the counter has counted."""
    rows: Any = Booking.all_objects.order_by("number").annotate(
        before=Window(Lag("number", default=0), order_by="number")
    )
    for number, before in rows.values_list("number", "before").iterator(AT_ONCE):
        if number != before + 1:
            yield f"{_code(number)} follows {_code(before)}"
    highest = Booking.all_objects.aggregate(highest=Max("number"))["highest"] or 0
    counted = Counter.objects.filter(name="booking").values_list("value", flat=True).first() or 0
    if highest != counted:
        yield f"the counter is at {counted}, the last booking at {highest}"


def _code(number: int) -> str:
    return f"TT-{number:06d}"
