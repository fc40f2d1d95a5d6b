"""What the calendar reads: a fixed number of queries, whatever is booked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.db.models.fields.json import KT

from booking.lifecycle import Status
from booking.models import Booking, ChangeRequest, CoiState, Day
from staff.models import Action, AuditLog

# Of a van on a day in a month: what is paid, and what an unpaid hold keeps.
ACTIVE_OR_DONE = (Status.PENDING, Status.PAID, Status.IN_PROGRESS, Status.COMPLETED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pickup:
    """A booking as the calendar shows it."""

    id: UUID
    number: int
    status: str
    name: str
    service: str
    title: str
    pickup_date: date
    pickup_time: time
    van_id: UUID | None
    room_pieces: int
    room_needs_rack: bool
    room_whole_van: bool
    room_held: bool
    coi_state: str
    pickup_zip: str
    delivery_zip: str
    has_request: bool

    @property
    def code(self) -> str:
        """`TT-000415`."""
        return f"TT-{self.number:06d}"

    @property
    def needs_coi(self) -> bool:
        """Whether its certificate is missing."""
        return self.coi_state == CoiState.NEEDED


NAMES = (
    "id",
    "number",
    "status",
    "service",
    "title",
    "pickup_date",
    "pickup_time",
    "van_id",
    "room_pieces",
    "room_needs_rack",
    "room_whole_van",
    "room_held",
    "coi_state",
    "pickup_zip",
    "delivery_zip",
    "has_request",
)


def pickups_on(days: Collection[date]) -> list[Pickup]:
    """The bookings of some days that are not cancelled, in order of time. One query."""
    asked = ChangeRequest.objects.filter(booking=OuterRef("pk"), state=ChangeRequest.State.OPEN)
    rows = (
        Booking.objects.filter(pickup_date__in=days, status__in=ACTIVE_OR_DONE)
        .annotate(
            pickup_zip=KT("request__pickup_zip"),
            delivery_zip=KT("request__delivery_zip"),
            has_request=Exists(asked),
        )
        .order_by("pickup_date", "pickup_time", "number")
        .values(*NAMES, "guest_name", "guest_email", "customer__name", "customer__email")
    )
    return [_pickup(row) for row in rows]


def _pickup(row: dict[str, Any]) -> Pickup:
    guest = row.pop("guest_name") or row.pop("guest_email", "")
    account = row.pop("customer__name") or row.pop("customer__email", "")
    facts = {name: row[name] for name in NAMES}
    for end in ("pickup_zip", "delivery_zip"):
        facts[end] = facts[end] or ""
    return Pickup(name=guest or account or "", **facts)


@dataclass(frozen=True, slots=True)
class Closing:
    """Who closed a day, and when."""

    name: str
    at: datetime


def closings(days: Collection[date]) -> dict[date, Closing]:
    """Who closed each of the days last, as far as the log knows. One query."""
    rows = AuditLog.objects.filter(
        action=Action.CHANGED_DAY, object_type=Day._meta.label_lower, after__is_closed=True
    ).filter(object_label__in=[f"{day}" for day in days])
    known: dict[date, Closing] = {}
    for row in rows.select_related("actor__user").order_by("id"):
        if row.actor is not None:
            known[date.fromisoformat(row.object_label)] = Closing(row.actor.name, row.at)
    return known


def last_change(obj: Any) -> AuditLog | None:
    """The newest row of the log about a day or a van: who changed it, when. One query."""
    rows = AuditLog.objects.filter(object_type=obj._meta.label_lower, object_id=f"{obj.pk}")
    return rows.select_related("actor__user").filter(~Q(actor=None)).first()
