"""All that the list of payments shows. No request, no HTML."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from payments.models import Payment
from staff.bookings.addresses import booking_address
from staff.payments import queries
from staff.payments.filters import HAS, Filters, read_filters
from staff.payments.queries import Figures, count, figures_of, find
from staff.payments.words import State, how_words, state_of

# The views that everybody has.
VIEWS = (
    (gettext_lazy("All"), Filters()),
    (gettext_lazy("Open"), Filters(status=Payment.Status.PENDING)),
    (gettext_lazy("Does not match"), Filters(status=Payment.Status.MISMATCH)),
    (gettext_lazy("Offline"), Filters(method=Payment.Method.OFFLINE)),
    (gettext_lazy("Declined"), Filters(has="decline")),
    (gettext_lazy("Refunded"), Filters(has="refund")),
)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One payment and what stands beside it; `came` is whether money came."""

    payment: Payment
    figures: Figures
    state: State
    how: str
    code: str
    booking_url: str
    came: bool

    @property
    def at(self) -> datetime:
        """When it was begun, or written down."""
        return self.payment.created_at


def listing(asked: QueryDict) -> dict[str, Any]:
    """The context of the list for an address: five queries."""
    filters = read_filters(asked)
    found = find(filters)
    total = count(found)
    after = _key(asked.get("after", ""))
    page = queries.page(found, after)
    query = filters.query()
    return {
        "filters": filters,
        "query": query,
        "views": [(label, view.query(), view == filters) for label, view in VIEWS],
        "statuses": Payment.Status.choices,
        "methods": Payment.Method.choices,
        "has": list(HAS.items()),
        "rows": rows_of(page.rows),
        "count": _count_words(total),
        "is_first": after is None,
        "older": _older(query, page),
    }


def rows_of(payments: list[Payment]) -> list[Row]:
    """Payments with what stands beside them. Select `booking` with them; three queries."""
    figures = figures_of(payments)
    return [
        Row(
            payment=payment,
            figures=figures[payment.pk],
            state=state_of(payment, figures[payment.pk]),
            how=how_words(payment),
            code=payment.booking.code,
            booking_url=booking_address(payment.booking.number),
            came=payment.status in {Payment.Status.SUCCEEDED, Payment.Status.MISMATCH},
        )
        for payment in payments
    ]


def payment_address(payment_id: UUID) -> str:
    """A payment's page."""
    return reverse("staff:payment", args=[payment_id])


def _count_words(total: int) -> str:
    if total > queries.COUNTED:
        return _("More than %(count)s payments") % {"count": f"{queries.COUNTED:,}"}
    text = ngettext("%(count)s payment", "%(count)s payments", total)
    return text % {"count": f"{total:,}"}


def _older(query: str, page: queries.Page) -> str:
    """The query of the next page; empty on the last."""
    if not page.has_older:
        return ""
    place = f"after={page.rows[-1].pk}"
    return f"{query}&{place}" if query else place


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
