"""The catalogue: everybody in the back office may look, leads change it."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from booking.models import DiscountCode
from staff.access import StaffRequest, staff_page
from staff.catalogue.columns import field_words
from staff.catalogue.forms.frame import AddZonesForm
from staff.catalogue.history import history_of, latest_changes
from staff.catalogue.lists import index, list_page, row_url, uses_of
from staff.catalogue.parts import CATALOGUE, DISCOUNTS, Part, find_part
from staff.catalogue.sheet import Sheet, open_sheet, post_sheet, post_zips
from totetaxi.lib import clock
from totetaxi.lib.htmx import redirect, render_page

FORM = ["GET", "HEAD", "POST"]
CODES, ZONES = "discount-codes", "zones"


@require_safe
@staff_page("view_operations")
def catalogue(request: HttpRequest) -> HttpResponse:
    """The parts of the catalogue, and its last changes."""
    context = {"groups": index(), "changes": latest_changes()}
    return render(request, "staff/catalogue/catalogue.html", context)


@require_safe
@staff_page("view_operations")
def part_page(request: HttpRequest, part: str) -> HttpResponseBase:
    """The rows of a part; of one that has a single row, that row."""
    found = find_part(part)
    staff = cast(StaffRequest, request).staff
    if found.is_single and (row := found.rows().first()):
        return redirect(request, row_url(found, row, staff))
    q = request.GET.get("q", "").replace("\x00", "").strip()[:100] if found.searched else ""
    context = {
        "part": found,
        "q": q,
        "page": list_page(found, q, request.GET.get("page"), staff),
        "may_add": _may_add(found) and staff.may(found.permission),
        "add_url": reverse("staff:catalogue_add", args=[found.key]),
    }
    return render(request, "staff/catalogue/part.html", context)


@require_safe
@staff_page("view_operations")
def row_page(request: HttpRequest, part: str, row_id: UUID) -> HttpResponse:
    """One row as it is, and its history; of a code also its uses."""
    found = find_part(part)
    row = get_object_or_404(found.rows(), pk=row_id)
    staff = cast(StaffRequest, request).staff
    fields, changes = found.form.base_fields, history_of(found, row.pk)
    context = {
        "part": found,
        "row": row,
        "title": found.name_of(row),
        "facts": [(field.label or name, field_words(row, name)) for name, field in fields.items()],
        "changes": changes,
        "is_shipped": not changes or not changes[-1].is_new,
        "uses": uses_of(row) if isinstance(row, DiscountCode) else None,
        "change_url": row_url(found, row, staff) if staff.may(found.permission) else "",
    }
    return render(request, "staff/catalogue/row.html", context)


@require_http_methods(FORM)
@staff_page(CATALOGUE)
def add(request: HttpRequest, part: str) -> HttpResponseBase:
    """A new row."""
    found = find_part(part, CATALOGUE)
    if not _may_add(found):
        raise Http404
    return _sheet_page(request, found, None)


@require_http_methods(FORM)
@staff_page(CATALOGUE)
def change(request: HttpRequest, part: str, row_id: UUID) -> HttpResponseBase:
    """A row's form."""
    found = find_part(part, CATALOGUE)
    return _sheet_page(request, found, get_object_or_404(found.rows(), pk=row_id))


@require_http_methods(FORM)
@staff_page(DISCOUNTS)
def add_code(request: HttpRequest) -> HttpResponseBase:
    """A new discount code."""
    return _sheet_page(request, find_part(CODES), None)


@require_http_methods(FORM)
@staff_page(DISCOUNTS)
def change_code(request: HttpRequest, row_id: UUID) -> HttpResponseBase:
    """A discount code's form."""
    found = find_part(CODES)
    return _sheet_page(request, found, get_object_or_404(found.rows(), pk=row_id))


@require_http_methods(FORM)
@staff_page(CATALOGUE)
def paste_zips(request: HttpRequest) -> HttpResponseBase:
    """Many ZIPs at once."""
    part, staff = find_part(ZONES), cast(StaffRequest, request).staff
    if request.method != "POST":
        return _show(request, Sheet(part, AddZonesForm()))
    sheet, count = post_zips(part, request.POST, staff=staff, request=request, now=clock.now())
    if sheet.saved is None:
        return _show(request, sheet)
    words = ngettext("%(n)d ZIP saved.", "%(n)d ZIPs saved.", count)
    messages.success(request, words % {"n": count} if count else _("Nothing was different."))
    return redirect(request, reverse("staff:catalogue_part", args=[part.key]))


def _sheet_page(request: HttpRequest, part: Part, row: Any | None) -> HttpResponseBase:
    if request.method != "POST":
        return _show(request, open_sheet(part, row))
    staff = cast(StaffRequest, request).staff
    sheet = post_sheet(part, row, request.POST, staff=staff, request=request, now=clock.now())
    if sheet.saved is None:
        return _show(request, sheet)
    name = {"name": part.name_of(sheet.saved)}
    if sheet.has_changed:
        messages.success(request, _("%(name)s is saved.") % name)
    else:
        messages.info(request, _("%(name)s is as it was: nothing was different.") % name)
    target = "catalogue_row" if part.is_single else "catalogue_part"
    keys = [part.key, sheet.saved.pk] if part.is_single else [part.key]
    return redirect(request, reverse(f"staff:{target}", args=keys))


def _show(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    part, row = sheet.part, sheet.row
    context = {
        "sheet": sheet,
        "part": part,
        "form": sheet.form,
        "row": row,
        "title": part.name_of(row) if row else part.add or part.title,
        "latest": history_of(part, row.pk, most=1) if row else [],
    }
    return render_page(
        request,
        "staff/catalogue/sheet.html",
        context,
        fragment="staff/catalogue/sheet_form.html",
        status=sheet.status,
    )


def _may_add(part: Part) -> bool:
    """Of a part with a single row only while there is none."""
    return bool(part.add) or (part.is_single and not part.rows().exists())
