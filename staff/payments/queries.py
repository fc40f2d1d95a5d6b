"""The rows of the list of payments: a fixed number of queries, newest first, by keyset."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, time, timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum

from payments.models import Dispute, Payment, PaymentAttempt, Refund
from staff.bookings.search import LARGEST_NUMBER, NUMBER
from staff.payments.filters import Filters
from totetaxi.lib.clock import at_new_york

PER_PAGE = 50
# Rows are counted up to this, and no further.
COUNTED = 2_000
# Ids as Stripe gives them, by the letters that each begins with.
STRIPE_ID = re.compile(r"(cs|pi|ch|py|re|pyr|du|dp)_[A-Za-z0-9_]+", re.ASCII)


@dataclass(frozen=True)
class Figures:
    """What stands beside a payment. Cents; `disputed_cents` is None where nothing is disputed."""

    refunded_cents: int = 0
    under_way_cents: int = 0
    disputed_cents: int | None = None
    declines: int = 0


@dataclass(frozen=True)
class Page:
    """Payments in order, and whether there are older ones."""

    rows: list[Payment]
    has_older: bool


def find(filters: Filters) -> QuerySet[Payment]:
    """The payments that the filters mean, in no order."""
    found: QuerySet[Payment] = Payment.objects.order_by()
    if filters.q:
        found = found.filter(_named(filters.q))
    if filters.status:
        found = found.filter(status=filters.status)
    if filters.method:
        found = found.filter(method=filters.method)
    if filters.since:
        found = found.filter(created_at__gte=at_new_york(filters.since, time()))
    if filters.until and filters.until < date.max:
        after = at_new_york(filters.until + timedelta(days=1), time())
        found = found.filter(created_at__lt=after)
    return found.filter(_beside(filters.has)) if filters.has else found


def _beside(has: str) -> Exists:
    """That a payment has one of `HAS`."""
    if has == "refund":
        return Exists(Refund.objects.counted().filter(payment=OuterRef("pk")))
    if has == "dispute":
        return Exists(Dispute.objects.filter(payment=OuterRef("pk")))
    return Exists(PaymentAttempt.objects.filter(payment=OuterRef("pk"), declined=True))


def _named(asked: str) -> Q:
    """The payment with an id, or those of a booking's number; nothing for other words."""
    numbered = NUMBER.fullmatch(asked)
    if numbered:
        number = int(numbered[1] or numbered[2])
        return Q(booking__number=min(number, LARGEST_NUMBER))
    known = STRIPE_ID.fullmatch(asked)
    if known:
        return _at_stripe(known[1], asked)
    try:
        return Q(pk=UUID(asked))
    except ValueError:
        return Q(pk__in=())


def _at_stripe(kind: str, key: str) -> Q:
    """The payment of something at Stripe, each by an index of its own."""
    if kind == "cs":
        return Q(session_id=key)
    if kind == "pi":
        return Q(intent_id=key)
    if kind in {"ch", "py"}:  # a charge that was declined is known by its attempt alone
        paid = Payment.objects.order_by().filter(charge_id=key).values("pk")
        tried = PaymentAttempt.objects.order_by().filter(charge_id=key).values("payment")
        return Q(pk__in=paid.union(tried))
    table = Refund if kind in {"re", "pyr"} else Dispute
    return Q(pk__in=table.objects.order_by().filter(stripe_id=key).values("payment"))


def count(found: QuerySet[Payment]) -> int:
    """How many there are, `COUNTED + 1` for more than that. One query."""
    return found.values("pk")[: COUNTED + 1].aggregate(count=Count("*"))["count"]


def page(found: QuerySet[Payment], after: UUID | None, *, size: int = PER_PAGE) -> Page:
    """`size` payments older than the one named, which may be none: the start. One query."""
    if after is not None:
        edge = Subquery(Payment.objects.order_by().filter(pk=after).values("created_at")[:1])
        found = found.filter(Q(created_at__lt=edge) | Q(pk__lt=after), created_at__lte=edge)
    meant = found.select_related("booking").order_by("-created_at", "-pk")[: size + 1]
    rows = list(meant)
    return Page(rows[:size], has_older=len(rows) > size)


def figures_of(payments: Collection[Payment]) -> dict[UUID, Figures]:
    """What stands beside each of the payments. Three queries."""
    keys = [payment.pk for payment in payments]
    back: dict[UUID, dict[bool, int]] = {}
    for key, status, cents in (
        Refund.objects.counted()
        .order_by()
        .filter(payment__in=keys)
        .values_list("payment", "status")
        .annotate(sum=Sum("amount_cents"))
    ):
        sums = back.setdefault(key, {True: 0, False: 0})
        sums[status == Refund.Status.SUCCEEDED] += cents
    disputed = dict(
        Dispute.objects.order_by()
        .filter(payment__in=keys)
        .values_list("payment")
        .annotate(sum=Sum("amount_cents"))
    )
    declines = dict(
        PaymentAttempt.objects.order_by()
        .filter(payment__in=keys, declined=True)
        .values_list("payment")
        .annotate(count=Count("*"))
    )
    return {
        key: Figures(
            refunded_cents=back.get(key, {}).get(True, 0),
            under_way_cents=back.get(key, {}).get(False, 0),
            disputed_cents=disputed.get(key),
            declines=declines.get(key, 0),
        )
        for key in keys
    }
