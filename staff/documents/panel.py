"""A booking's receipts and invoices in words, for its page."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from booking.models import Booking, Document
from payments.money import MoneyState
from staff.documents.invoice import why_not_invoice
from staff.models import StaffProfile
from staff.templatetags.office import stamp


@dataclass(frozen=True)
class DocumentRow:
    """One file. `note` says when, by whom, and whether a later one replaces it."""

    document: Document
    note: str
    is_replaced: bool


@dataclass(frozen=True, kw_only=True)
class DocumentPanel:
    """What staff/documents/panel.html shows, newest first, and what the person may issue."""

    booking: Booking
    rows: list[DocumentRow]
    may_receipt: bool
    may_invoice: bool


def panel_of(booking: Booking, money: MoneyState, staff: StaffProfile) -> DocumentPanel:
    """The documents of a booking. One query."""
    stored = booking.documents.stored().select_related("issued_by")
    newest: dict[str, int] = {}
    rows = []
    for document in stored.order_by("-issued_at", "-revision"):
        latest = newest.setdefault(document.kind, document.revision)
        rows.append(_row(document, is_replaced=document.revision < latest))
    may_edit = staff.may("edit_bookings")
    return DocumentPanel(
        booking=booking,
        rows=rows,
        may_receipt=may_edit and money.paid_cents > 0,
        may_invoice=may_edit and not why_not_invoice(booking, money),
    )


def _row(document: Document, *, is_replaced: bool) -> DocumentRow:
    by = document.issued_by
    who = _("by %(name)s") % {"name": by.get_full_name() or by.email} if by else ""
    parts = [stamp(document.issued_at), who, _("replaced") if is_replaced else ""]
    return DocumentRow(document, " · ".join(filter(None, parts)), is_replaced)
