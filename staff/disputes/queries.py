"""Disputes as their pages show them: sums in one query, a page of rows in another."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, F, QuerySet, Sum
from django.http import Http404

from payments.models import Dispute

PER_PAGE = 50
OPEN, WON, LOST, ALL = "open", "won", "lost", "all"
_STATUSES = {
    OPEN: (Dispute.Status.NEEDS_RESPONSE, Dispute.Status.UNDER_REVIEW),
    WON: (Dispute.Status.WON,),
    LOST: (Dispute.Status.LOST,),
    ALL: tuple(Dispute.Status),
}
KINDS = tuple(_STATUSES)


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How many disputes of a kind, what they are about and what Stripe kept for them. Cents."""

    count: int
    amount_cents: int
    fee_cents: int


def tallies() -> dict[str, Tally]:
    """Of each kind. One query."""
    rows = (
        Dispute.objects.order_by()
        .values_list("status")
        .annotate(count=Count("pk"), amount=Sum("amount_cents"), fee=Sum("fee_cents"))
    )
    found = {status: figures for status, *figures in rows}
    return {
        kind: Tally(
            count=sum(found[one][0] for one in statuses if one in found),
            amount_cents=sum(found[one][1] for one in statuses if one in found),
            fee_cents=sum(found[one][2] for one in statuses if one in found),
        )
        for kind, statuses in _STATUSES.items()
    }


def dispute_page(kind: str, page: int) -> list[Dispute]:
    """One page: open ones by when their evidence is due, others newest first. One query."""
    rows = _with_booking().filter(status__in=_STATUSES[kind]) if kind != ALL else _with_booking()
    order = ["-opened_at", "-pk"]
    if kind == OPEN:
        rows = rows.order_by(F("evidence_due_at").asc(nulls_last=True), *order)
    else:
        rows = rows.order_by(*order)
    first = (page - 1) * PER_PAGE
    return list(rows[first : first + PER_PAGE])


def get_dispute(dispute_id: UUID) -> Dispute:
    """A dispute with its payment and booking. Raises Http404."""
    rows = _with_booking().select_related("payment__booking__customer__customer_profile")
    found = rows.prefetch_related("payment__booking__addresses").filter(pk=dispute_id).first()
    if found is None:
        raise Http404
    return found


def disputes_of(booking_id: UUID) -> list[Dispute]:
    """A booking's disputes, newest first. One query."""
    return list(Dispute.objects.filter(payment__booking=booking_id).select_related("payment"))


def _with_booking() -> QuerySet[Dispute]:
    return Dispute.objects.select_related("payment__booking__customer")
