"""Receipts and invoices stay as they were issued, with the name on them: the law wants it so."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.privacy.holdings import Holding, keep
from booking.models import Document

DOCUMENTS = Holding(
    key="documents",
    model=Document,
    title=_("Receipts and invoices"),
    rows=lambda person: Document.objects.stored().filter(booking__in=person.booking_ids),
    booking="booking_id",
    shown={
        "kind": _("What"),
        "number": _("Number"),
        "revision": _("Revision"),
        "issued_at": _("Issued"),
        "sha256": _("Fingerprint of the file"),
    },
    file_only=("sha256",),
    hidden=(
        "id",
        "created_at",
        "updated_at",
        "booking",
        "file",
        "size",
        "facts_hash",
        "issued_by",
    ),
    erased=keep,
)
