"""The open alerts, each with its booking, who has it and what was asked for. One query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db.models import CharField, FilteredRelation, Q, QuerySet
from django.db.models.expressions import Value
from django.db.models.functions import Coalesce, NullIf

from booking.models import Alert, ChangeRequest
from totetaxi.lib.prepared import PreparedRows

MOST = 200


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """One alert. What a change request wants is there for alerts of that kind alone."""

    id: UUID
    kind: str
    about: str
    summary: str
    created_at: datetime
    times: int
    taken_by: UUID | None
    taker: str
    number: int | None
    name: str
    request_kind: str | None
    wanted_date: date | None
    wanted_time: time | None
    shown_cents: int | None
    pickup_at: datetime | None


def find_alerts() -> list[OpenAlert]:
    """The open alerts, the oldest first; of a flood the first `MOST`."""
    return [OpenAlert(*row) for row in _prepared.rows()]


def _open_alerts() -> QuerySet[Alert, tuple[Any, ...]]:
    rows: QuerySet[Alert, tuple[Any, ...]] = (
        Alert.objects.filter(closed_at=None)
        .annotate(
            request=FilteredRelation(
                "booking__change_requests",
                condition=Q(booking__change_requests__state=ChangeRequest.State.OPEN),
            ),
            person=Coalesce(
                NullIf("booking__guest_name", Value("")), "booking__customer__name", Value("")
            ),
            taker=Coalesce(
                NullIf("taken_by__name", Value("")),
                "taken_by__email",
                Value(""),
                output_field=CharField(),
            ),
        )
        .order_by("created_at")
        .values_list(
            "id",
            "kind",
            "about",
            "summary",
            "created_at",
            "times",
            "taken_by",
            "taker",
            "booking__number",
            "person",
            "request__kind",
            "request__wanted_date",
            "request__wanted_time",
            "request__shown_cents",
            "booking__pickup_at",
        )[:MOST]
    )
    return rows


_prepared = PreparedRows(_open_alerts)
