"""The bookings of the list as a CSV file, row by row, however many there are."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.db.models.fields.json import KT
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.translation import gettext_lazy as _

from booking.models import Booking
from booking.models.booking import STATUS_LABELS
from booking.notifications.schedule import phone_words
from staff.audit import record
from staff.bookings.filters import Filters
from staff.bookings.queries import find, order_by, with_money, with_refunded
from staff.models import Action, StaffProfile
from totetaxi.lib.clock import new_york
from totetaxi.lib.csv_cells import cell

AT_ONCE = 2_000
HEADS = (
    _("Number"),
    _("Status"),
    _("Pickup day"),
    _("Pickup time"),
    _("What"),
    _("Customer"),
    _("E-mail"),
    _("Phone"),
    _("From"),
    _("To"),
    _("Van"),
    _("Pieces"),
    _("Total in dollars"),
    _("Paid in dollars"),
    _("Refunded in dollars"),
    _("Booked on"),
)
_VALUES = (
    "number",
    "status",
    "pickup_at",
    "title",
    "guest_name",
    "customer__name",
    "guest_email",
    "customer__email",
    "guest_phone",
    "customer__customer_profile__phone",
    "pickup_zip",
    "delivery_zip",
    "van__number",
    "room_pieces",
    "total_cents",
    "paid",
    "refunded",
    "created_at",
)


class _Line:
    """What `csv` writes to: it hands each line on."""

    def write(self, line: str) -> str:
        return line


def export_bookings(
    staff: StaffProfile, filters: Filters, *, now: datetime, today: date, request: HttpRequest
) -> StreamingHttpResponse:
    """A file of what the filters mean, in their order. That it was taken is in the audit log."""
    asked = filters.without_view()
    record(
        staff,
        Action.EXPORTED,
        after={"what": "bookings", "filters": asked.query(q=""), "query": asked.q},
        request=request,
        now=now,
    )
    response = StreamingHttpResponse(
        _lines(_ordered(find(filters, today), filters)), content_type="text/csv; charset=utf-8"
    )
    name = f"totetaxi-bookings-{new_york(now):%Y-%m-%d-%H%M}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _ordered(found: QuerySet[Booking], filters: Filters) -> QuerySet[Any, Any]:
    key, is_descending = filters.order
    order = order_by(key, is_descending=is_descending)
    zips = {
        "pickup_zip": KT("request__pickup_zip"),
        "delivery_zip": KT("request__delivery_zip"),
    }
    rows = with_refunded(with_money(found.annotate(**zips)))
    return rows.order_by(*order).values_list(*_VALUES)


def _lines(rows: QuerySet[Any, Any]) -> Iterator[str]:
    writer = csv.writer(_Line())
    # Spreadsheets read a file with this mark as UTF-8.
    yield "\ufeff" + writer.writerow([str(head) for head in HEADS])
    labels = {status.value: str(label) for status, label in STATUS_LABELS.items()}
    for row in rows.iterator(AT_ONCE):
        yield writer.writerow([cell(value) for value in _cells(row, labels)])


def _cells(row: tuple[Any, ...], labels: dict[str, str]) -> Iterator[Any]:
    (number, status, pickup_at, title, *people, start, end, van, pieces) = row[:14]
    guest, name, guest_email, email, guest_phone, phone = people
    pickup, booked = new_york(pickup_at), new_york(row[17])
    yield f"TT-{number:06d}"
    yield labels[status]
    yield f"{pickup:%Y-%m-%d}"
    yield f"{pickup:%H:%M}"
    yield title
    yield guest or name
    yield guest_email or email
    yield phone_words(guest_phone or phone or "")
    yield from (start, end, van, pieces)
    yield from (f"{cents // 100}.{cents % 100:02d}" for cents in row[14:17])
    yield f"{booked:%Y-%m-%d}"
