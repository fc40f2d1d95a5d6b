"""Receipts and invoices get their number under a lock, and their file outside of any.

First the row is claimed in a transaction: the booking's row is locked, the facts are read, and
what is new gets a number or a revision. Then the file is made and stored, and the row told of it.
A storage that fails leaves a row without a file: the next try writes it, under the same number.
"""

from __future__ import annotations

import hashlib
import json
import logging
import uuid
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from booking.models import Booking, Document, next_number
from booking.models.document import documents_storage
from totetaxi.lib.actor import Actor

logger = logging.getLogger("booking.documents")


class DocumentStorageError(Exception):
    """The file could not be written or read. Nothing is lost: it can be asked for again."""

    def __init__(self) -> None:
        self.sentence = _("The file cannot be had right now. Please try again in a few minutes.")
        super().__init__(self.sentence)


def hash_of(facts: Any) -> str:
    """The SHA-256 of plain facts: text, numbers, days, in lists and mappings."""
    text = json.dumps(facts, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def claim_document(
    booking: Booking, kind: Document.Kind, *, facts_hash: str, by: Actor, now: datetime
) -> Document:
    """The row for a document of a booking that the caller has locked.

    The newest one where it says the same, else a new revision of it; the first takes the next
    number of its kind. A newest one without a file is taken over: nobody has seen it.
    """
    newest = booking.documents.filter(kind=kind).order_by("-revision").first()
    if newest is not None and newest.facts_hash == facts_hash:
        return newest
    if newest is not None and not newest.size:
        newest.facts_hash, newest.issued_at = facts_hash, now
        newest.issued_by_id = by.user_id
        newest.save(update_fields=["facts_hash", "issued_at", "issued_by", "updated_at"])
        return newest
    return Document.objects.create(
        booking=booking,
        kind=kind,
        number=newest.number if newest else next_number(kind),
        revision=newest.revision + 1 if newest else 1,
        facts_hash=facts_hash,
        issued_at=now,
        issued_by_id=by.user_id,
    )


def store_document(document: Document, content: bytes, *, now: datetime) -> Document:
    """Write the file of a claimed row, and tell the row. Answers it as it is now.

    Of two that store at once the first one's file stays. Raises DocumentStorageError; RuntimeError
    within somebody else's transaction, whose locks a slow storage would hold.
    """
    name = _write(document, content)
    with transaction.atomic(durable=True):
        row = Document.objects.select_for_update().get(pk=document.pk)
        ours = not row.size and row.facts_hash == document.facts_hash
        if ours:
            row.file.name, row.size = name, len(content)
            row.sha256 = hashlib.sha256(content).hexdigest()
            row.save(update_fields=["file", "size", "sha256", "updated_at"])
            # Pages that are open look at that.
            Booking.objects.filter(pk=row.booking_id).update(updated_at=now)
    if not ours:
        _drop(name)
    if not row.size:  # its facts changed meanwhile, and whoever changed them is writing it
        raise DocumentStorageError
    return row


def read_document(document: Document) -> bytes:
    """The file as it was stored. Raises DocumentStorageError; for one that was altered too."""
    try:
        with documents_storage().open(str(document.file.name)) as file:
            content: bytes = file.read()
    except Exception as error:
        # Each storage fails in its own way: a folder, S3, the network between.
        logger.exception("document_not_read document=%s", document.pk)
        raise DocumentStorageError from error
    if hashlib.sha256(content).hexdigest() != document.sha256:
        logger.error("document_altered document=%s", document.pk)
        raise DocumentStorageError
    return content


def _write(document: Document, content: bytes) -> str:
    """A new file, under a name that nobody can guess; answers the name."""
    wanted = f"{document.kind}/{document.pk}/{uuid.uuid4()}.pdf"
    try:
        return documents_storage().save(wanted, ContentFile(content))
    except Exception as error:  # as when reading: each storage has its own
        logger.exception("document_not_stored document=%s", document.pk)
        raise DocumentStorageError from error


def _drop(name: str) -> None:
    """Take away a file that came too late. One that stays is seen by nobody."""
    try:
        documents_storage().delete(name)
    except Exception:  # the document itself is safe; this file is nobody's
        logger.warning("document_not_dropped name=%s", name, exc_info=True)
