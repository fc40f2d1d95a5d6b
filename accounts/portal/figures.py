"""What the portal's first page reads beside the bookings: figures, addresses, an open draft."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import (
    Count,
    Exists,
    F,
    FilteredRelation,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    TextField,
)

from accounts.models import User
from accounts.portal.queries import day_of, is_past
from booking.lifecycle import Status
from booking.models import Booking, Draft
from booking.tracking.timeline import SUPERSEDED
from booking.wizard.drafts import LIVE
from booking.wizard.steps import WHERE
from payments.models import Payment, Refund
from totetaxi.lib.prepared import DAY, KEY, MOMENT, PreparedRows

MOST_ADDRESSES = 3
MADE = (Status.PAID, Status.IN_PROGRESS, Status.COMPLETED)  # DECISIONS.md, 13


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A customer in figures, computed (DECISIONS.md, 13); money in cents.

    `made` bookings, the first picked up on `since`; `past` stand under "Before", `listed` can be
    searched, the oldest of `oldest`. `phone` is the profile's.
    """

    phone: str
    made: int
    since: date | None
    past: int
    listed: int
    oldest: date | None
    spent_cents: int


@dataclass(frozen=True, slots=True)
class AddressLine:
    """A saved address in a line."""

    label: str
    street: str
    unit: str
    zip: str
    is_default: bool

    @property
    def words(self) -> str:
        """`118 East 93rd Street, 6B, 10128`."""
        return ", ".join(filter(None, [self.street, self.unit, self.zip]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """What the first page must know before anybody looks back: all the figures come later.

    `newest` is when a booking was changed last, as the database writes it (`find_newest_change`).
    """

    newest: Any
    phone: str
    has_past: bool
    has_listed: bool
    has_draft: bool
    addresses: tuple[AddressLine, ...]


@dataclass(frozen=True, slots=True)
class OpenDraft:
    """A booking that was begun and not finished. `where`: what was answered at the first step."""

    id: UUID
    where: dict[str, str]
    updated_at: datetime


def _money(rows: QuerySet[Any], customer: str, amount: str) -> Subquery:
    mine = rows.filter(**{customer: OuterRef("pk")}).order_by().values(customer)
    return Subquery(mine.annotate(sum=Sum(amount)).values("sum"))


def _figures() -> QuerySet[Any, Any]:
    """All that is counted of the customer's bookings, in one pass over them."""
    made = Q(own__status__in=MADE)
    listed = Q(own__isnull=False) & ~Q(own__cancel_reason=SUPERSEDED)
    figures = {
        "made": Count("own", filter=made),
        "since": Min("own__pickup_date", filter=made),
        "past": Count("own", filter=is_past(DAY, MOMENT, of="own__")),
        "listed": Count("own", filter=listed),
        "oldest": Min("own__pickup_date", filter=listed),
    }
    return (
        User.objects.filter(pk=KEY)
        .annotate(own=FilteredRelation("bookings", condition=Q(bookings__deleted_at=None)))
        .values("customer_profile__phone")
        .annotate(**figures)
        .values_list("customer_profile__phone", *figures)
    )


def _glance() -> QuerySet[Any, Any]:
    """The customer beside each of the first few addresses; beside none where there is none."""
    own = Booking.objects.filter(customer=OuterRef("pk"))
    book = "saved_addresses__"
    return (
        User.objects.filter(pk=KEY)
        .order_by(
            f"-{book}is_default", F(f"{book}used_at").desc(nulls_last=True), f"{book}created_at"
        )
        .values_list(
            _newest(),
            "customer_profile__phone",
            Exists(own.filter(is_past(DAY, MOMENT))),
            Exists(own.exclude(cancel_reason=SUPERSEDED)),
            Exists(_open_drafts()),
            *(f"{book}{name}" for name in AddressLine.__dataclass_fields__),
        )[:MOST_ADDRESSES]
    )


def _newest() -> Subquery:
    """As text, so that no database's value is read into another one."""
    rows = Booking.all_objects.filter(customer=OuterRef("pk")).order_by().values("customer")
    newest = Max("updated_at", output_field=TextField())
    return Subquery(rows.annotate(newest=newest).values("newest"), output_field=TextField())


def _spent() -> QuerySet[Any, Any]:
    """What came and what went back. Not beside the counts: it would be summed for each booking."""
    back = Refund.objects.filter(status=Refund.Status.SUCCEEDED)
    return User.objects.filter(pk=KEY).values_list(
        _money(Payment.objects.succeeded(), "booking__customer", "captured_cents"),
        _money(back, "payment__booking__customer", "amount_cents"),
    )


def _open_drafts() -> QuerySet[Draft]:
    """Drafts whose first step was answered, and that are no booking."""
    live = Booking.objects.filter(draft=OuterRef("pk"), status__in=LIVE)
    return Draft.objects.filter(~Exists(live), customer_id=KEY, reached__gte=WHERE.number)


def _open_draft() -> QuerySet[Any, Any]:
    return _open_drafts().order_by("-updated_at").values_list("id", "typed", "updated_at")[:1]


_ADDRESS = len(AddressLine.__dataclass_fields__)
_prepared_figures = PreparedRows(_figures)
_prepared_glance = PreparedRows(_glance)
_prepared_spent = PreparedRows(_spent)
_prepared_draft = PreparedRows(_open_draft)


def find_figures(customer: UUID, now: datetime) -> Figures:
    """Two queries."""
    row = _prepared_figures.rows(customer, **day_of(now))[0]
    phone, made, since, past, listed, oldest = row
    captured, refunded = _prepared_spent.rows(customer)[0]
    return Figures(
        phone=phone or "",
        made=made or 0,
        since=since,
        past=past or 0,
        listed=listed or 0,
        oldest=oldest,
        spent_cents=(captured or 0) - (refunded or 0),
    )


def find_glance(customer: UUID, now: datetime) -> Glance:
    """One query."""
    rows = _prepared_glance.rows(customer, **day_of(now))
    newest, phone, has_past, has_listed, has_draft = rows[0][:-_ADDRESS]
    addresses = (row[-_ADDRESS:] for row in rows)
    return Glance(
        newest=newest,
        phone=phone or "",
        has_past=bool(has_past),
        has_listed=bool(has_listed),
        has_draft=bool(has_draft),
        addresses=tuple(AddressLine(*parts) for parts in addresses if any(parts)),
    )


def find_open_draft(customer: UUID) -> OpenDraft | None:
    """The draft that was changed last. One query."""
    for key, typed, updated_at in _prepared_draft.rows(customer):
        return OpenDraft(key, typed.get(WHERE.name, {}), updated_at)
    return None


def find_newest_change(customer: UUID) -> Any:
    """When one of the customer's bookings was changed last, as the database writes it.

    One look at the end of an index: it is asked every 15 seconds by every open page.
    """
    key = Booking._meta.get_field("customer").get_db_prep_value(customer, connection)
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, [key])
        return cursor.fetchone()[0]


_NEWEST = "SELECT MAX(updated_at) FROM booking_booking WHERE customer_id = %s"
