"""What the pages of a customer and of a guest show alike: bookings, messages, open requests.

A fixed number of queries, whose cost does not grow with the bookings of others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from booking.models import Booking, ChangeRequest, Message, MessageKind
from booking.wizard.answers import whole_number
from staff.bookings.filters import COLUMNS, Filters
from staff.bookings.queries import Place, page
from staff.bookings.rows import rows_html

PER_PAGE = 10
SHOWN = ("what", "total", "money")
MOST_MESSAGES = 8


@dataclass(frozen=True, kw_only=True)
class BookingsPart:
    """A page of somebody's bookings, the latest pickup first, as rows of the list of bookings.

    `heads` are (column, words); `earlier` and `later` are queries, empty where there is no page.
    """

    total: int
    heads: list[tuple[str, Any]]
    rows: SafeString
    earlier: str
    later: str


def bookings_part(mine: QuerySet[Booking], asked: QueryDict, today: date) -> BookingsPart:
    """Ten bookings. Two queries."""
    filters = Filters(sort="-pickup", columns=SHOWN)
    place = Place(whole_number(asked.get("after")), whole_number(asked.get("before")))
    shown = page(mine.order_by(), filters, place, size=PER_PAGE)
    numbers = [row["number"] for row in shown.rows]
    return BookingsPart(
        total=mine.count(),
        heads=[
            ("number", _("Number")),
            ("status", _("Status")),
            ("pickup", _("Pickup")),
            *((name, COLUMNS[name]) for name in SHOWN),
        ],
        rows=rows_html(
            shown.rows,
            columns=SHOWN,
            base=reverse("staff:bookings"),
            day=today,
            can_pick=False,
        ),
        earlier=f"after={numbers[-1]}" if numbers and shown.has_later else "",
        later=f"before={numbers[0]}" if numbers and shown.has_earlier else "",
    )


def find_messages(mine: Q, emails: Sequence[str]) -> list[Message]:
    """The newest messages to somebody, without their bodies. Two queries.

    `mine` are their bookings; `emails` their addresses, to which letters about an account go.
    """
    rows = (
        Message.objects.exclude(kind=MessageKind.STAFF_ALERT)
        .only("kind", "state", "subject", "recipient", "created_at", "sent_at", "booking__number")
        .select_related("booking")
        .order_by("-created_at")
    )
    of_bookings = rows.filter(booking__in=Booking.objects.filter(mine))
    of_account = rows.filter(booking__isnull=True, recipient__in=emails)
    found = [*of_bookings[:MOST_MESSAGES], *(of_account[:MOST_MESSAGES] if emails else ())]
    return sorted(found, key=lambda row: row.created_at, reverse=True)[:MOST_MESSAGES]


def find_requests(mine: Q) -> list[ChangeRequest]:
    """What they ask for and nobody has decided, the oldest first. One query."""
    rows = ChangeRequest.objects.filter(
        booking__in=Booking.objects.filter(mine), state=ChangeRequest.State.OPEN
    )
    return list(rows.select_related("booking").order_by("created_at"))
