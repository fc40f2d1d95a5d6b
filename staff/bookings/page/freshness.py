"""The ETag of a booking's page in the back office: asked with one query by pages that are open."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.db.models import Max, Model, Subquery

from booking.models import Alert, Booking, BookingEvent, ChangeRequest, Message, Note
from payments.models import Dispute, Payment, PaymentAttempt, PaymentLink, Refund
from staff.models import AuditLog, StaffProfile

# Each table of the page: the column that leads to the booking, and the one that grows.
_SEEN: tuple[tuple[type[Model], str, str], ...] = (
    (BookingEvent, "booking", "id"),
    (ChangeRequest, "booking", "updated_at"),
    (Message, "booking", "updated_at"),
    (Note, "booking", "created_at"),
    (Alert, "booking", "updated_at"),
    (Payment, "booking", "updated_at"),
    (PaymentLink, "booking", "updated_at"),
    (PaymentAttempt, "payment__booking", "id"),
    (Refund, "payment__booking", "updated_at"),
    (Dispute, "payment__booking", "updated_at"),
)


def find_etag(booking: Booking, staff: StaffProfile, *, kind: str, now: datetime) -> str:
    """New with everything that the page shows this person, and each hour: some words are of time.

    One query; of `booking` only its keys are read.
    """
    facts: dict[str, Any] = {
        f"seen_{number}": _newest(model, group, column, booking.pk)
        for number, (model, group, column) in enumerate(_SEEN)
    }
    log = AuditLog.objects.filter(object_type=Booking._meta.label_lower, object_id=str(booking.pk))
    facts["log"] = Subquery(log.order_by("-id").values("id")[:1])
    own = ("updated_at", "customer__name", "customer__email", "customer__customer_profile__phone")
    rows: Any = Booking.all_objects.filter(pk=booking.pk)
    found = rows.annotate(**facts).values_list(*own, *facts).get()
    seen = (booking.pk, staff.pk, staff.role, kind, now.replace(minute=0, second=0, microsecond=0))
    return '"' + hashlib.sha256(repr((seen, found)).encode()).hexdigest()[:24] + '"'


def _newest(model: type[Model], group: str, column: str, booking_id: Any) -> Subquery:
    rows = model._default_manager.filter(**{group: booking_id}).order_by().values(group)
    return Subquery(rows.annotate(newest=Max(column)).values("newest"))
