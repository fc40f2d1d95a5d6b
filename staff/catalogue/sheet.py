"""One form of the catalogue on its way: opened, looked at with its preview, saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import models
from django.http import HttpRequest, QueryDict

from booking.models import ServiceZone
from staff.catalogue.forms.base import CatalogueForm, mark_of, values_of
from staff.catalogue.forms.frame import AddZonesForm
from staff.catalogue.history import Change, history_of
from staff.catalogue.parts import Part
from staff.catalogue.preview import Preview, preview
from staff.catalogue.services import (
    ZONE_FIELDS,
    ChangedMeanwhileError,
    opened_mark,
    save_row,
    save_zones,
    zone_rows,
)
from staff.catalogue.words import value_words
from staff.models import StaffProfile

SAVE = "save"


@dataclass(frozen=True)
class Conflict:
    """Somebody else changed the row: what they did, and where it differs from what was typed."""

    change: Change | None
    fields: list[tuple[str, str]]


@dataclass(frozen=True)
class Sheet:
    """What the page shows. `opened` and `previewed` are marks that the form carries.

    `saved`: it is done, and `has_changed` says whether anything differed from before.
    """

    part: Part
    form: Any
    row: models.Model | None = None
    opened: str = ""
    preview: Preview | None = None
    previewed: str = ""
    conflict: Conflict | None = None
    saved: models.Model | None = None
    has_changed: bool = False
    counts: tuple[int, int] = (0, 0)

    @property
    def status(self) -> int:
        """Of the answer."""
        return 422 if self.conflict or (self.form.is_bound and self.form.errors) else 200


def open_sheet(part: Part, row: Any | None) -> Sheet:
    """The form of a row, or of a new one."""
    form = part.form(instance=row)
    return Sheet(part, form, row, opened_mark(form))


def post_sheet(
    part: Part,
    row: Any | None,
    posted: QueryDict,
    *,
    staff: StaffProfile,
    request: HttpRequest,
    now: datetime,
) -> Sheet:
    """What was sent: looked at first, and saved once it was seen with its preview."""
    form = part.form(posted, instance=row)
    stored = values_of(form.instance, list(form.fields)) if row else {}
    opened = opened_mark(form)
    sheet = Sheet(part, form, row, opened)
    if row and posted.get("opened") != opened:
        return _told(sheet, stored)
    if not form.is_valid():
        return sheet
    seen = mark_of(values_of(form.instance, list(form.fields)))
    if part.has_price and (posted.get("do") != SAVE or posted.get("previewed") != seen):
        return replace(sheet, preview=preview([form.instance], now), previewed=seen)
    try:
        form, has_changed = save_row(
            staff, part, posted, row and row.pk, opened=opened, request=request, now=now
        )
    except ChangedMeanwhileError:
        fresh = part.rows().get(pk=row.pk) if row else None
        return post_sheet(part, fresh, posted, staff=staff, request=request, now=now)
    saved = None if form.errors else form.instance
    return replace(sheet, form=form, saved=saved, has_changed=has_changed)


def _told(sheet: Sheet, stored: dict[str, Any]) -> Sheet:
    """Nothing is saved: what the other one did stands beside what was typed."""
    form: CatalogueForm = sheet.form
    form.is_valid()
    typed = values_of(form.instance, list(form.fields))
    model = sheet.part.model
    differing = [
        (str(form[name].label), value_words(model, name, stored[name]))
        for name in form.fields
        if name not in form.errors and typed[name] != stored[name]
    ]
    latest = history_of(sheet.part, form.instance.pk, most=1)
    return replace(sheet, conflict=Conflict(latest[0] if latest else None, differing))


def post_zips(
    part: Part, posted: QueryDict, *, staff: StaffProfile, request: HttpRequest, now: datetime
) -> tuple[Sheet, int]:
    """Many ZIPs at once: the sheet, and how many were saved."""
    form = AddZonesForm(posted)
    sheet = Sheet(part, form)
    if not form.is_valid():
        return sheet, 0
    given = form.cleaned_data
    rows = zone_rows(given["zips"], area=given["area"], zone=given["zone"])
    seen = mark_of({row.zip: values_of(row, ZONE_FIELDS) for row in rows})
    if posted.get("do") != SAVE or posted.get("previewed") != seen:
        shown = replace(sheet, preview=preview(rows, now), previewed=seen)
        return replace(shown, counts=_new_and_known(rows)), 0
    count = save_zones(
        staff, given["zips"], area=given["area"], zone=given["zone"], request=request, now=now
    )
    return replace(sheet, saved=rows[0], has_changed=count > 0), count


def _new_and_known(rows: Sequence[ServiceZone]) -> tuple[int, int]:
    known = sum(not row._state.adding for row in rows)
    return len(rows) - known, known
