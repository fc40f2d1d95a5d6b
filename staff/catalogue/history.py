"""The history of the catalogue, as the audit log keeps it: who, when, what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from staff.catalogue.parts import Part, part_of_label
from staff.catalogue.words import value_words
from staff.models import Action, AuditLog

SHOWN = 50
LATEST = 8
# The audit log keeps no values of fields that are called like a person's (`staff.audit.PERSONAL`);
# these are words of our own, and stand in it by other names.
LOGGED_AS = {"name": "shown_name", "zip": "served_zip"}


@dataclass(frozen=True)
class FieldChange:
    """One field: what it was, and what it became. Both in words; `before` empty for a new row."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """One save. `is_new`: the row was added by it."""

    at: datetime
    who: str
    label: str
    part: Part
    row_id: str
    is_new: bool
    fields: list[FieldChange]


def logged(values: dict[str, Any]) -> dict[str, Any]:
    """The values of a row by the names under which the audit log keeps them."""
    return {LOGGED_AS.get(name, name): value for name, value in values.items()}


def history_of(part: Part, row_id: Any, *, most: int = SHOWN) -> list[Change]:
    """The changes of a row, newest first. One query."""
    rows = AuditLog.objects.filter(
        object_type=part.model._meta.label_lower, object_id=str(row_id)
    ).order_by("-id")
    return _changes(rows.select_related("actor__user")[:most])


def latest_changes() -> list[Change]:
    """The last changes of the whole catalogue. One query."""
    rows = AuditLog.objects.filter(action=Action.CHANGED_CATALOGUE).order_by("-id")
    return _changes(rows.select_related("actor__user")[:LATEST])


def _changes(rows: Iterable[AuditLog]) -> list[Change]:
    found = [(row, part_of_label(row.object_type)) for row in rows]
    return [_change(row, part) for row, part in found if part is not None]


def _change(row: AuditLog, part: Part) -> Change:
    fields = part.form.base_fields
    names = [name for name in fields if LOGGED_AS.get(name, name) in row.after]
    return Change(
        at=row.at,
        who=row.actor.name if row.actor else _("The system"),
        label=row.object_label,
        part=part,
        row_id=row.object_id,
        is_new=not row.before,
        fields=[
            FieldChange(
                str(fields[name].label or name),
                _words(part, name, row.before) if row.before else "",
                _words(part, name, row.after),
            )
            for name in names
        ],
    )


def _words(part: Part, name: str, values: dict[str, Any]) -> str:
    return value_words(part.model, name, values.get(LOGGED_AS.get(name, name)))
