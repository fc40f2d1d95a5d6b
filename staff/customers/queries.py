"""The list of customers: figures are computed for the rows that are shown, and kept nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, QuerySet, Sum

from booking.lifecycle import Status
from booking.models import Booking
from payments.models import Payment, Refund
from staff.bookings.search import Terms, read_terms
from staff.customers.search import search_customers

PER_PAGE = 50
MOST_GUESTS = 10
# A guest with many bookings should not hide the others.
BOOKINGS_READ = 100
MADE = (Status.PAID, Status.IN_PROGRESS, Status.COMPLETED)


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """An account; bookings made and money spent as in DECISIONS.md, 13."""

    id: UUID
    name: str
    email: str
    phone: str
    is_active: bool
    joined_at: datetime
    made: int
    last: date | None
    spent_cents: int | None  # None for who may not see money


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody without an account, as their latest booking that was found has them."""

    name: str
    email: str
    phone: str
    number: int
    pickup_date: date


def count_customers(text: str) -> int:
    """How many accounts are meant. One query."""
    return search_customers(text).count()


def customer_page(text: str, page: int, *, with_money: bool) -> list[CustomerRow]:
    """One page of accounts by name, with their figures. Four queries with money, else two."""
    first = (page - 1) * PER_PAGE
    found = (
        search_customers(text)
        .order_by("name", "email")
        .values_list("pk", "name", "email", "customer_profile__phone", "is_active", "date_joined")
    )
    rows = list(found[first : first + PER_PAGE])
    ids = [row[0] for row in rows]
    made = made_by(ids)
    spent = spent_by(ids) if with_money else None
    return [
        CustomerRow(
            id=pk,
            name=name,
            email=email,
            phone=phone or "",
            is_active=is_active,
            joined_at=joined_at,
            made=made[pk][0] if pk in made else 0,
            last=made[pk][1] if pk in made else None,
            spent_cents=None if spent is None else spent.get(pk, 0),
        )
        for pk, name, email, phone, is_active, joined_at in rows
    ]


def find_guests(text: str) -> list[Guest]:
    """Guests whose bookings are meant, the latest first. One query."""
    terms = read_terms(text)
    if terms == Terms():
        return []
    rows = (
        Booking.objects.filter(terms.condition(), customer__isnull=True)
        .order_by("-pickup_at", "-number")
        .values_list(
            "email_key", "guest_name", "guest_email", "guest_phone", "number", "pickup_date"
        )
    )
    guests: dict[str, Guest] = {}
    for email_key, *facts in rows[:BOOKINGS_READ]:
        guests.setdefault(email_key, Guest(*facts))
    return list(guests.values())[:MOST_GUESTS]


def made_by(ids: list[UUID]) -> dict[Any, tuple[int, date]]:
    """Bookings made by each account, and the day of the latest. One query."""
    rows = (
        Booking.objects.filter(customer__in=ids, status__in=MADE)
        .order_by()
        .values_list("customer")
        .annotate(made=Count("*"), last=Max("pickup_date"))
    )
    return {customer: (made, last) for customer, made, last in rows}


def spent_by(ids: list[UUID]) -> dict[Any, int]:
    """What each account spent, in cents (DECISIONS.md, 13). Two queries."""
    return _spent(Booking.objects.filter(customer__in=ids), "customer")


def spent_by_guest(email_key: str) -> int:
    """What a guest spent, in cents. Two queries."""
    mine = Booking.objects.filter(customer__isnull=True, email_key=email_key)
    return _spent(mine, "email_key").get(email_key, 0)


def _spent(bookings: QuerySet[Booking], owner: str) -> dict[Any, int]:
    """Captured less refunded of bookings, for each of their owners."""
    mine = bookings.order_by().values("pk")
    paid = dict(
        Payment.objects.succeeded()
        .filter(booking__in=mine)
        .order_by()
        .values_list(f"booking__{owner}")
        .annotate(sum=Sum("captured_cents"))
    )
    refunded = dict(
        Refund.objects.filter(
            payment__booking__in=mine,
            payment__status=Payment.Status.SUCCEEDED,
            status=Refund.Status.SUCCEEDED,
        )
        .order_by()
        .values_list(f"payment__booking__{owner}")
        .annotate(sum=Sum("amount_cents"))
    )
    return {key: sum_cents - refunded.get(key, 0) for key, sum_cents in paid.items()}
