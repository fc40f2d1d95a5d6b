"""Saving a row of the catalogue, with its audit row in the same transaction (DECISIONS.md, 30).

Rows are never deleted here: withdrawing one is a change of `is_active`. Each write bumps the
catalogue's version, so that every process prices by it from the next request on.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.http import HttpRequest, QueryDict

from booking.models import CatalogueVersion, ServiceZone
from staff.audit import changed, record
from staff.catalogue.forms.base import CatalogueForm, mark_of, values_of
from staff.catalogue.history import logged
from staff.catalogue.parts import Part
from staff.models import Action, StaffProfile

ZONE_FIELDS = ["zip", "area", "zone", "is_active"]


class ChangedMeanwhileError(Exception):
    """The row is not the one that the form was opened with."""


def opened_mark(form: CatalogueForm) -> str:
    """What a form carries of the row it was opened with; take it before the form is validated.

    Of the row's values, and of what can be changed: the first use of a code fixes its terms.
    """
    fixed = [name for name, field in form.fields.items() if field.disabled]
    return mark_of({**values_of(form.instance, list(form.fields)), "": fixed})


@transaction.atomic
def save_row(
    staff: StaffProfile,
    part: Part,
    posted: QueryDict,
    row_id: UUID | None,
    *,
    opened: str,
    request: HttpRequest,
    now: datetime,
) -> tuple[CatalogueForm, bool]:
    """Save what was posted, to a new row where `row_id` is None.

    Returns the form, which has errors where nothing was saved, and whether anything changed.
    Raises ChangedMeanwhileError.
    """
    CatalogueVersion.lock()
    form, before = part.form(posted), {}
    if row_id is not None:
        rows: models.QuerySet[Any] = part.model._default_manager.select_for_update()
        form = part.form(posted, instance=rows.get(pk=row_id))
        before = values_of(form.instance, list(form.fields))
        if opened_mark(form) != opened:
            raise ChangedMeanwhileError
    if not form.is_valid():
        return form, False
    old, new = changed(before, values_of(form.instance, list(form.fields)))
    if not new:
        return form, False
    form.save()
    _record(staff, form.instance, old if row_id else {}, new, request, now)
    return form, True


@transaction.atomic
def save_zones(
    staff: StaffProfile,
    zips: list[str],
    *,
    area: str,
    zone: str,
    request: HttpRequest,
    now: datetime,
) -> int:
    """Serve ZIPs as part of an area; those that are served already change. How many changed."""
    CatalogueVersion.lock()
    before = {row.zip: values_of(row, ZONE_FIELDS) for row in _served(zips).select_for_update()}
    added: list[ServiceZone] = []
    moved: list[ServiceZone] = []
    for row in zone_rows(zips, area=area, zone=zone):
        is_new = row.zip not in before
        old, new = changed(before.get(row.zip, {}), values_of(row, ZONE_FIELDS))
        if new:
            (added if is_new else moved).append(row)
            _record(staff, row, {} if is_new else old, new, request, now)
    ServiceZone.objects.bulk_create(added)
    if moved:
        for row in moved:
            row.updated_at = now
        ServiceZone.objects.bulk_update(moved, ["area", "zone", "is_active", "updated_at"])
    return len(added) + len(moved)


def zone_rows(zips: list[str], *, area: str, zone: str) -> list[ServiceZone]:
    """The rows as they would be, in the order of the ZIPs; nothing is saved. One query."""
    there = {row.zip: row for row in _served(zips)}
    rows = []
    for zip_code in zips:
        row = there.get(zip_code) or ServiceZone(zip=zip_code)
        row.area, row.zone, row.is_active = area, zone, True
        rows.append(row)
    return rows


def _served(zips: list[str]) -> models.QuerySet[ServiceZone]:
    found: models.QuerySet[ServiceZone] = ServiceZone.objects.filter(zip__in=zips)
    return found


def _record(
    staff: StaffProfile,
    row: Any,
    before: dict[str, Any],
    after: dict[str, Any],
    request: HttpRequest,
    now: datetime,
) -> None:
    record(
        staff,
        Action.CHANGED_CATALOGUE,
        row,
        before=logged(before),
        after=logged(after),
        request=request,
        now=now,
    )
