"""What stands on a sheet of paper of ours: receipts and invoices are laid out the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from booking.models import Document


@dataclass(frozen=True)
class Sum:
    """A line with its amount in words. `is_strong`: a total."""

    label: str
    amount: str
    note: str = ""
    is_strong: bool = False


@dataclass(frozen=True)
class Section:
    """A heading with paragraphs, then lines with amounts."""

    title: str
    texts: list[str] = field(default_factory=list)
    sums: list[Sum] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A whole paper. `made_at` is the file's own date: the same values give the same bytes."""

    title: str
    code: str
    lead: list[str]
    made_at: datetime
    from_lines: list[str]
    to_lines: list[str]
    sections: list[Section]


def replaced_words(document: Document) -> list[str]:
    """What a later revision says of the one before it."""
    if document.revision == 1:
        return []
    before = document.code_of(document.revision - 1)
    return [_("Replaces %(code)s, which is no longer right.") % {"code": before}]
