"""A booking's stream: everything that happened, newest first, of all tables in one order.

Each table is asked once for at most a page of rows that are older than the cursor, so that the
number of queries, and of rows that are read, does not grow with what happened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from itertools import groupby
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Count, F, Model, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from booking.models import Booking, BookingEvent, Message, MessageKind, Note
from payments.models import Payment, PaymentAttempt, Refund
from staff.bookings.page.entries import (
    KINDS,
    Entry,
    attempt_entry,
    event_entry,
    log_entry,
    message_entry,
    note_entry,
    payment_entry,
    refund_entry,
)
from staff.models import AuditLog, StaffProfile
from totetaxi.lib.clock import today

PER_PAGE = 30
ALL = "all"
# Whose entries only some may see.
PERMISSIONS = {"money": "view_money", "log": "view_audit"}


@dataclass(frozen=True)
class Source:
    """A table of the stream. `at` names the column, or the annotation, by which it is ordered;
    `group` the column that is the same for all rows of a booking.
    """

    kind: str
    model: type[Model]
    at: str
    rows: Callable[[Booking], QuerySet[Any]]
    entry: Callable[[Any], Entry]
    group: str = "booking"


@dataclass(frozen=True)
class Cursor:
    """The last entry of the page before: what is older comes next."""

    at: datetime
    rank: int
    pk: Any

    def __str__(self) -> str:
        return f"{self.at.isoformat()}|{self.rank}|{self.pk}"


@dataclass(frozen=True)
class Tab:
    """A kind of entries, and how many there are."""

    kind: str
    label: Any
    count: int
    is_current: bool


@dataclass(frozen=True, kw_only=True)
class Stream:
    """A page of the stream, by days. `older` is the next page's cursor, or empty."""

    kind: str
    tabs: list[Tab]
    days: list[tuple[date, list[Entry]]]
    older: str
    is_first: bool


def kinds_for(staff: StaffProfile) -> list[str]:
    """The kinds of entries that somebody may see."""
    return [kind for kind in KINDS if kind not in PERMISSIONS or staff.may(PERMISSIONS[kind])]


def stream_of(booking: Booking, staff: StaffProfile, *, kind: str, before: str) -> Stream:
    """A page of the stream. Prefetch `change_requests`. A query for each table, and one to count.

    A `kind` or a cursor that means nothing asks for all, from the start.
    """
    allowed = kinds_for(staff)
    kind = kind if kind in allowed else ALL
    asked = {str(row.pk): row for row in booking.change_requests.all()}
    sources = _sources(partial(event_entry, asked=asked))
    cursor = _read_cursor(before, sources)
    found: list[tuple[datetime, int, Any, Source]] = []
    for rank, source in enumerate(sources):
        if source.kind in allowed and kind in {ALL, source.kind}:
            rows = _older(source.rows(booking), source, rank, cursor)
            found += [(getattr(row, source.at), rank, row, source) for row in rows]
    # Rows of one table are in their order already; the sort leaves equals as they are.
    found.sort(key=lambda one: one[:2], reverse=True)
    shown = found[:PER_PAGE]
    return Stream(
        kind=kind,
        tabs=_tabs(booking, sources, allowed, kind),
        days=_by_day(source.entry(row) for _at, _rank, row, source in shown),
        older=_cursor_of(shown[-1]) if len(found) > PER_PAGE else "",
        is_first=cursor is None,
    )


def _sources(of_event: Callable[[BookingEvent], Entry]) -> tuple[Source, ...]:
    return (
        Source("log", AuditLog, "at", _log, log_entry, group="object_id"),
        Source("status", BookingEvent, "at", _events, of_event),
        Source("money", Payment, "moment", _payments, payment_entry),
        Source("money", PaymentAttempt, "at", _attempts, attempt_entry, "payment__booking"),
        Source("money", Refund, "created_at", _refunds, refund_entry, "payment__booking"),
        Source("messages", Message, "created_at", _messages, message_entry),
        Source("notes", Note, "created_at", _notes, note_entry),
    )


def _events(booking: Booking) -> QuerySet[BookingEvent]:
    # What became of a refund stands at the refund.
    rows = BookingEvent.objects.filter(booking=booking).exclude(reason__startswith="refund_")
    return rows.select_related("actor")


def _messages(booking: Booking) -> QuerySet[Message]:
    rows = Message.objects.filter(booking=booking).exclude(kind=MessageKind.STAFF_ALERT)
    return rows.defer("text", "html", "context").prefetch_related("deliveries")


def _payments(booking: Booking) -> QuerySet[Payment]:
    rows = Payment.objects.filter(booking=booking).select_related("actor")
    return rows.annotate(moment=Coalesce(F("succeeded_at"), F("created_at")))


def _attempts(booking: Booking) -> QuerySet[PaymentAttempt]:
    return PaymentAttempt.objects.filter(payment__booking=booking, declined=True)


def _refunds(booking: Booking) -> QuerySet[Refund]:
    rows = Refund.objects.filter(payment__booking=booking)
    return rows.select_related("requested_by", "approved_by")


def _notes(booking: Booking) -> QuerySet[Note]:
    return Note.objects.filter(booking=booking).select_related("author")


def _log(booking: Booking) -> QuerySet[AuditLog]:
    rows = AuditLog.objects.filter(object_type=Booking._meta.label_lower)
    return rows.filter(object_id=str(booking.pk)).select_related("actor__user")


def _older(rows: QuerySet[Any], source: Source, rank: int, cursor: Cursor | None) -> QuerySet[Any]:
    """At most a page, and one more that says whether there is another."""
    at = source.at
    if cursor is not None:
        older = Q(**{f"{at}__lt": cursor.at})
        if rank < cursor.rank:
            older |= Q(**{at: cursor.at})
        elif rank == cursor.rank:
            older |= Q(**{at: cursor.at, "pk__lt": cursor.pk})
        rows = rows.filter(older)
    return rows.order_by(f"-{at}", "-pk")[: PER_PAGE + 1]


def _cursor_of(found: tuple[datetime, int, Any, Source]) -> str:
    at, rank, row, _source = found
    return str(Cursor(at, rank, row.pk))


def _read_cursor(text: str, sources: tuple[Source, ...]) -> Cursor | None:
    """A cursor as its text has it; None for one that nobody made here."""
    try:
        moment, number, key = text.split("|")
        at, rank = datetime.fromisoformat(moment), abs(int(number))
        if at.tzinfo is None:
            return None
        pk = sources[rank].model._meta.pk.to_python(key)
        at = at.astimezone(UTC)  # what no calendar has in UTC overflows here, not in the query
    except (ValueError, IndexError, ValidationError, OverflowError):
        return None
    return Cursor(at, rank, pk)


def _by_day(entries: Iterable[Entry]) -> list[tuple[date, list[Entry]]]:
    days = groupby(entries, key=lambda entry: today(entry.at))
    return [(day, list(those)) for day, those in days]


def _tabs(
    booking: Booking, sources: tuple[Source, ...], allowed: list[str], kind: str
) -> list[Tab]:
    """Every kind with its number of entries. One query."""
    counts = {
        f"count_{rank}": _count(source.rows(booking), source.group)
        for rank, source in enumerate(sources)
        if source.kind in allowed
    }
    found: Any = Booking.all_objects.filter(pk=booking.pk).values(**counts).get()
    totals = dict.fromkeys(allowed, 0)
    for rank, source in enumerate(sources):
        if source.kind in allowed:
            totals[source.kind] += found[f"count_{rank}"] or 0
    return [
        Tab(ALL, _("All"), sum(totals.values()), kind == ALL),
        *(Tab(key, KINDS[key], totals[key], kind == key) for key in allowed),
    ]


def _count(rows: QuerySet[Any], group: str) -> Subquery:
    """How many rows there are, as a value of another query."""
    return Subquery(rows.order_by().values(group).annotate(count=Count("pk")).values("count"))
