"""Private files about a booking. This release issues receipts and invoices."""

from __future__ import annotations

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking.models.booking import Booking
from totetaxi.lib.models import Entity


def documents_storage() -> Storage:
    """Where private files lie: never below a public address."""
    return storages["documents"]


class DocumentQuerySet(models.QuerySet["Document"]):
    """Documents, by whether there is a file."""

    def stored(self) -> DocumentQuerySet:
        """Documents whose file is there to be read."""
        return self.filter(size__gt=0)


class Document(Entity):
    """One file, never changed once it is stored. A later state is a new revision.

    Receipts and invoices have a number of their own kind without gaps; all revisions of one share
    it. `facts_hash` is the SHA-256 of what the file says: the same facts, the same file.

    The row comes first, and with it the number; its file is written outside of any transaction
    (`booking.services.documents`). Until then `size` is 0 and `file` is empty.
    """

    class Kind(models.TextChoices):
        RECEIPT = "receipt", _("Receipt")
        INVOICE = "invoice", _("Invoice")

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    number = models.PositiveIntegerField()
    revision = models.PositiveSmallIntegerField(default=1)
    file = models.FileField(storage=documents_storage, max_length=200, blank=True)
    size = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    facts_hash = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ("-issued_at",)
        constraints = (
            models.UniqueConstraint(
                fields=["kind", "number", "revision"], name="document_number_once"
            ),
            # One receipt and one invoice for a booking, each with its revisions.
            models.UniqueConstraint(
                fields=["booking", "kind", "revision"], name="document_revision_once"
            ),
            models.CheckConstraint(
                condition=Q(size=0, file="", sha256="")
                | Q(size__gt=0) & ~Q(file="") & ~Q(sha256=""),
                name="document_stored_when",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["receipt", "invoice"]), name="document_kind_known"
            ),
        )

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """`R-000012` or `I-000012`, the second revision of it `R-000012-2`."""
        return self.code_of(self.revision)

    def code_of(self, revision: int) -> str:
        """The code of another revision."""
        letter = {"receipt": "R", "invoice": "I"}[self.kind]
        suffix = f"-{revision}" if revision > 1 else ""
        return f"{letter}-{self.number:06d}{suffix}"

    @property
    def file_name(self) -> str:
        """What the file is called where it is kept by people."""
        return f"{self.code}.pdf"
