"""The queue of refunds: newest first, by keyset, a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from payments.models import Payment, Refund
from totetaxi.lib.work import WorkState

PAGE = 50
_S = Refund.Status
_OFFLINE = Q(payment__method=Payment.Method.OFFLINE)
_GIVEN_UP = Q(status=_S.APPROVED, work_state=WorkState.PARKED)


@dataclass(frozen=True)
class Tab:
    """A part of the queue. `statuses` are those that its rows can have: they have an index; `fits`
    is what else is true of them.
    """

    key: str
    label: Any
    statuses: tuple[Refund.Status, ...]
    fits: Q | None = None
    is_counted: bool = True

    @property
    def condition(self) -> Q:
        """The rows that stand in it."""
        stands = Q(status__in=self.statuses)
        return stands if self.fits is None else stands & self.fits


TABS = (
    Tab("approve", _("To approve"), (_S.REQUESTED,)),
    Tab(
        "failed",
        _("Failed"),
        (_S.FAILED, _S.APPROVED),
        Q(status=_S.FAILED, closed_at__isnull=True) | _GIVEN_UP,
    ),
    Tab("by_hand", _("To pay by hand"), (_S.APPROVED,), _OFFLINE),
    Tab(
        "under_way",
        _("Under way"),
        (_S.APPROVED, _S.PENDING),
        ~_OFFLINE & ~_GIVEN_UP,
    ),
    # They only grow: nobody waits for them, and nobody counts them.
    Tab("done", _("Done"), (_S.SUCCEEDED,), is_counted=False),
    Tab("refused", _("Refused"), (_S.REFUSED,), is_counted=False),
)
BY_KEY = {tab.key: tab for tab in TABS}


@dataclass(frozen=True)
class Cursor:
    """After which row a page goes on."""

    at: datetime
    pk: UUID

    def __str__(self) -> str:
        return f"{self.at.isoformat()}|{self.pk}"


def read_cursor(text: str) -> Cursor | None:
    """A cursor from an address; None for what is none."""
    at, _bar, pk = text.partition("|")
    try:
        found = Cursor(datetime.fromisoformat(at), UUID(pk))
    except ValueError:
        return None
    return found if found.at.tzinfo else None


def whole(rows: QuerySet[Refund]) -> QuerySet[Refund]:
    """Refunds with all that a row or a page says of one."""
    return rows.select_related(
        "payment__booking__customer__customer_profile",
        "requested_by",
        "approved_by",
        "refused_by",
        "retry_of",
        "retried_as",
    )


def page_of(tab: Tab, number: int | None, cursor: Cursor | None) -> tuple[list[Refund], str]:
    """Fifty refunds of a part of the queue, and where the next page begins, or empty. One query.

    `number` asks for those of one booking.
    """
    rows = whole(Refund.objects.filter(tab.condition))
    if number is not None:
        rows = rows.filter(payment__booking__number=number)
    if cursor is not None:
        older = Q(created_at__lt=cursor.at) | Q(created_at=cursor.at, pk__lt=cursor.pk)
        rows = rows.filter(older)
    found = list(rows.order_by("-created_at", "-pk")[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    return found[:PAGE], str(Cursor(last.created_at, last.pk)) if last else ""


def counts() -> dict[str, int]:
    """How many wait in each part that is counted, by its key. One query, of what waits alone."""
    counted = [tab for tab in TABS if tab.is_counted]
    statuses = {status for tab in counted for status in tab.statuses}
    waiting = Refund.objects.filter(status__in=statuses)
    sums = {tab.key: Count("pk", filter=tab.condition) for tab in counted}
    found: dict[str, int] = waiting.order_by().aggregate(**sums)
    return found
