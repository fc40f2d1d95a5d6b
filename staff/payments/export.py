"""The payments of the list as a CSV file, row by row, however many there are."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.translation import gettext_lazy as _

from payments.models import Payment
from staff.audit import record
from staff.models import Action, StaffProfile
from staff.payments.filters import Filters
from staff.payments.listing import Row, rows_of
from staff.payments.queries import find
from totetaxi.lib.clock import new_york
from totetaxi.lib.csv_cells import cell

AT_ONCE = 1_000
HEADS = (
    _("Begun"),
    _("Paid"),
    _("Booking"),
    _("Method"),
    _("How"),
    _("Last four"),
    _("State"),
    _("Currency"),
    _("Asked"),
    _("Captured"),
    _("Stripe’s fee"),
    _("Refunded"),
    _("Disputed"),
    _("Declined cards"),
    _("Proof"),
    _("Session"),
    _("Payment intent"),
    _("Charge"),
)


class _Line:
    """What `csv` writes to: it hands each line on."""

    def write(self, line: str) -> str:
        return line


def export_payments(
    staff: StaffProfile, filters: Filters, *, now: datetime, request: HttpRequest
) -> StreamingHttpResponse:
    """A file of what the filters mean, newest first. That it was taken is in the audit log."""
    record(
        staff,
        Action.EXPORTED,
        after={"what": "payments", "filters": filters.query(q=""), "query": filters.q},
        request=request,
        now=now,
    )
    rows = find(filters).select_related("booking").order_by("-created_at", "-pk")
    response = StreamingHttpResponse(_lines(rows), content_type="text/csv; charset=utf-8")
    name = f"totetaxi-payments-{new_york(now):%Y-%m-%d-%H%M}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _lines(rows: QuerySet[Payment]) -> Iterator[str]:
    writer = csv.writer(_Line())
    # Spreadsheets read a file with this mark as UTF-8.
    yield "\ufeff" + writer.writerow([str(head) for head in HEADS])
    payments = rows.iterator(AT_ONCE)
    while some := list(islice(payments, AT_ONCE)):
        for row in rows_of(some):
            yield writer.writerow([cell(value) for value in _cells(row)])


def _cells(row: Row) -> Iterator[Any]:
    payment, figures = row.payment, row.figures
    yield _moment(payment.created_at)
    yield _moment(payment.succeeded_at)
    yield row.code
    yield payment.method
    yield payment.offline_way or payment.card_brand
    yield payment.card_last4
    yield payment.status
    yield payment.currency
    yield _dollars(payment.amount_cents)
    yield _dollars(payment.captured_cents)
    yield _dollars(payment.fee_cents)
    yield _dollars(figures.refunded_cents)
    yield _dollars(figures.disputed_cents)
    yield figures.declines
    yield payment.proof
    yield from (payment.session_id, payment.intent_id, payment.charge_id)


def _moment(at: datetime | None) -> str:
    return f"{new_york(at):%Y-%m-%d %H:%M}" if at else ""


def _dollars(cents: int | None) -> str:
    if cents is None:
        return ""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"
