"""Edit a section of a booking: typed, its whole effect shown, then saved as it was shown."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.wizard.answers import clean_text
from payments.services.apply_change import ChangeRefusedError, ChangeSetOutdatedError
from payments.services.payment_links import LinkRefusedError
from staff.access import StaffRequest, staff_page
from staff.orders.allowances import allowances_of
from staff.orders.conflict import Conflict, chosen, find_conflict, seal, unseal
from staff.orders.edit import Edit, open_edit, work_out
from staff.orders.sections import SECTIONS
from staff.orders.services import change_order
from staff.orders.shown import section_context, summary
from staff.orders.values import posted_values
from staff.orders.views.page import SEND_LINK, effects_context, get_order, saved, to_booking
from totetaxi.lib import clock
from totetaxi.lib.htmx import is_fragment_request

SAVE, CHOOSE = "save", "choose"


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("edit_bookings")
def edit_booking(request: HttpRequest, number: int, section: str) -> HttpResponseBase:
    """See a section's fields (GET), see what the change does, save it (POST).

    Where somebody else changed the booking since the form was opened, nothing is saved: both are
    laid side by side first.
    """
    edit = _open(request, number, section)
    if edit is None:
        messages.error(request, _("This booking cannot be edited here: its order cannot be read."))
        return to_booking(request, get_order(number))
    if request.method != "POST":
        return _show(request, edit)
    edit = work_out(edit, posted_values(request.POST, (section,)))
    if request.POST.get("step") == CHOOSE:
        edit = work_out(edit, chosen(edit, request.POST))
    conflict = find_conflict(edit, unseal(request.POST.get("opened", "")))
    if conflict is not None:
        return _show_conflict(request, edit, conflict)
    wants_save = request.POST.get("step") == SAVE and not is_fragment_request(request)
    if wants_save and edit.wish is not None:
        return _save(request, edit)
    return _show(request, edit, status=422 if edit.is_wrong else 200)


def _open(request: HttpRequest, number: int, section: str) -> Edit | None:
    """The section of the booking as it is now; None where its order cannot be read."""
    part = next((each for each in SECTIONS if each.key == section), None)
    if part is None:
        raise Http404
    staff = cast(StaffRequest, request).staff
    try:
        return open_edit(get_order(number), part, allowances=allowances_of(staff), now=clock.now())
    except ValueError:
        return None


def _save(request: HttpRequest, edit: Edit) -> HttpResponseBase:
    """Do what was shown; or show what it is now."""
    if edit.wish is None:
        raise ValueError("nothing is wished")
    try:
        change_order(
            cast(StaffRequest, request).staff,
            edit.booking,
            edit.wish,
            expected=clean_text(request.POST.get("fingerprint", "")),
            before=_here(edit, edit.saved),
            after=edit.values,
            send_link=bool(request.POST.get(SEND_LINK)),
            request=request,
            now=edit.now,
        )
    except (ChangeRefusedError, ChangeSetOutdatedError):
        return _show_anew(request, edit)
    except LinkRefusedError as refused:
        edit.general.append(refused.sentence)
        return _show(request, edit, status=422)
    return saved(request, edit)


def _show_anew(request: HttpRequest, edit: Edit) -> HttpResponseBase:
    """It is another change than was shown, because of somebody else, the prices or the clock."""
    fresh = _open(request, edit.booking.number, edit.section.key)
    if fresh is None:
        return to_booking(request, edit.booking)
    fresh = work_out(fresh, edit.values)
    conflict = find_conflict(fresh, unseal(request.POST.get("opened", "")))
    if conflict is not None:
        return _show_conflict(request, fresh, conflict)
    return _show(request, fresh, is_other=True, status=422 if fresh.is_wrong else 409)


def _show(
    request: HttpRequest, edit: Edit, *, is_other: bool = False, status: int = 200
) -> HttpResponse:
    """The section with what it would do; for a field that changed, what it would do alone."""
    context = _context(edit) | effects_context(request, edit, is_other=is_other)
    name = "staff/orders/edit.html"
    if is_fragment_request(request):
        name = "staff/orders/effects.html"
    return render(request, name, context, status=status)


def _show_conflict(request: HttpRequest, edit: Edit, conflict: Conflict) -> HttpResponse:
    """Theirs and mine side by side; for a field that changed, a word that leads there."""
    context = _context(edit) | {"conflict": conflict, "values": edit.values}
    if is_fragment_request(request):
        return render(request, "staff/orders/conflict_notice.html", context)
    return render(request, "staff/orders/conflict.html", context, status=409)


def _context(edit: Edit) -> dict[str, Any]:
    """What every page of a section needs. The form is opened anew with each answer."""
    booking = edit.booking
    return {
        "booking": booking,
        "section": edit.section,
        "fields": f"staff/orders/fields/{edit.section.key}.html",
        "has_account": edit.has_account,
        "opened": seal(booking, edit.saved),
        "general": edit.general,
        "error_items": summary(edit.errors),
        **section_context(
            edit.section.key,
            edit.values,
            edit.errors,
            book=edit.snapshot.book,
            has_account=edit.has_account,
            now=edit.now,
        ),
    }


def _here(edit: Edit, values: dict[str, str]) -> dict[str, str]:
    """Of all fields those that were sent or could have been."""
    fields = posted_values(values, (edit.section.key,))
    if edit.has_account and edit.section.key == "people":
        return {name: text for name, text in fields.items() if name.startswith("other_")}
    return fields
