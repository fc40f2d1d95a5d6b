"""What waits for somebody, as counts that lead to where it is listed. One query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _

from booking.models import AlertKind
from staff.today.queues import COUNTED, counted
from staff.today.waiting import COI_FROM, DUE
from totetaxi.lib.planned import planned_rows

# As the list's filter for unpaid bookings has it; those that can owe anything have an index.
_STATEMENT = f"""
SELECT kind, COUNT(*) FROM booking_alert WHERE closed_at IS NULL GROUP BY kind
UNION ALL
SELECT 'unpaid', COUNT(*) FROM (
    SELECT 1 FROM booking_booking b
    WHERE b.deleted_at IS NULL AND {DUE} > 0 AND (
        b.status = 'pending'
        OR b.status IN ('in_progress', 'paid', 'pending') AND b.revision > 0
        OR b.unpaid_reason > ''
    ) LIMIT {COUNTED + 1}
) owing
UNION ALL
SELECT 'coi', COUNT(*) FROM (
    SELECT 1 FROM booking_booking b
    WHERE b.deleted_at IS NULL AND b.status IN ('paid', 'pending') AND b.coi_state = 'needed'
        AND b.pickup_at < %s
    LIMIT {COUNTED + 1}
) missing
"""  # noqa: S608  our own words alone


@dataclass(frozen=True)
class Wait:
    """One kind of thing that waits: how many, and where they are."""

    label: str
    count: str
    url: str
    is_any: bool


def find_waits(now: datetime) -> list[Wait]:
    """In the order in which they are shown. Failed deliveries and bounced mail will be more."""
    at = connection.ops.adapt_datetimefield_value(now + COI_FROM)
    counts: dict[str, int] = dict(planned_rows(_STATEMENT, [at]))
    unpaid, coi = counts.pop("unpaid"), counts.pop("coi")
    page, bookings = reverse("staff:today"), reverse("staff:bookings")
    asked = (
        (_("Unpaid bookings"), unpaid, f"{bookings}?unpaid=1"),
        (_("Certificates to issue"), coi, f"{page}?queue=coi"),
        (_("Requests to take up"), counts.pop(AlertKind.REQUEST, 0), f"{page}?queue=customers"),
        (
            _("Changes asked for"),
            counts.pop(AlertKind.CHANGE_REQUEST, 0),
            f"{page}?queue=customers",
        ),
        (
            _("Refunds to approve"),
            counts.pop(AlertKind.REFUND_REQUESTED, 0),
            f"{page}?queue=money",
        ),
        (_("Messages not sent"), counts.pop(AlertKind.MESSAGE_FAILED, 0), f"{page}?queue=messages"),
        (_("Other alerts"), sum(counts.values()), page),
    )
    return [Wait(label, counted(count), url, bool(count)) for label, count, url in asked]
