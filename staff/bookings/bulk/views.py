"""What is done to several bookings at once: shown first, answered one by one."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from booking.lifecycle import Status
from booking.wizard.answers import whole_number
from staff.access import StaffRequest, staff_page
from staff.bookings.bulk.chosen import find_chosen
from staff.bookings.bulk.message import MessageForm, can_be_written_to, send_messages
from staff.bookings.bulk.status import MOVES, move_all, rows_for
from totetaxi.lib import clock
from totetaxi.lib.htmx import redirect


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("change_status")
def bulk_status(request: HttpRequest) -> HttpResponseBase:
    """Start or complete the ticked bookings; afterwards the page says what became of each."""
    staff = cast(StaffRequest, request).staff
    asked = request.POST if request.method == "POST" else request.GET
    bookings = find_chosen(asked)
    if not bookings:
        return _nothing_chosen(request)
    to = next((move for move in MOVES if move == asked.get("to")), MOVES[0])
    if request.method == "POST":
        seen = {one.number: whole_number(asked.get(f"revision-{one.number}")) for one in bookings}
        now = clock.now()
        moved = move_all(staff, bookings, to, revisions=seen, now=now, request=request)
        _say_moved(request, moved, len(bookings))
        again = urlencode({"to": to, "n": [one.number for one in bookings]}, doseq=True)
        return redirect(request, f"{reverse('staff:bulk_status')}?{again}")
    rows = rows_for(bookings, to, staff)
    context = {
        "to": to,
        "chosen": bookings,
        "rows": rows,
        "possible": sum(row.can_move for row in rows),
        "is_start": to is Status.IN_PROGRESS,
    }
    return render(request, "staff/bookings/bulk/status.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("edit_bookings")
def bulk_message(request: HttpRequest) -> HttpResponseBase:
    """Write to the customers of the ticked bookings: to whom is shown beside the words."""
    staff = cast(StaffRequest, request).staff
    is_sent = request.method == "POST"
    bookings = find_chosen(request.POST if is_sent else request.GET)
    readers = [booking for booking in bookings if can_be_written_to(booking)]
    if not readers:
        return _nothing_chosen(request)
    form = MessageForm(request.POST if is_sent else None)
    if form.is_valid():
        send_messages(staff, readers, **form.cleaned_data, request=request, now=clock.now())
        count = len(readers)
        text = ngettext("Sent to %(n)d customer.", "Sent to %(n)d customers.", count)
        messages.success(request, text % {"n": count})
        only = readers[0] if count == 1 else None
        page = reverse("staff:booking", args=[only.number]) if only else reverse("staff:bookings")
        return redirect(request, page)
    context = {"form": form, "readers": readers, "left_out": len(bookings) - len(readers)}
    return render(
        request, "staff/bookings/bulk/message.html", context, status=422 if is_sent else 200
    )


def _say_moved(request: HttpRequest, moved: int, asked: int) -> None:
    text = ngettext(
        "%(moved)d of %(asked)d booking moved.", "%(moved)d of %(asked)d bookings moved.", asked
    ) % {"moved": moved, "asked": asked}
    if moved == asked:
        messages.success(request, text)
    else:
        messages.warning(request, text + " " + _("Why the others stay is said beside them."))


def _nothing_chosen(request: HttpRequest) -> HttpResponse | HttpResponseBase:
    messages.info(request, _("Tick the bookings first."))
    return redirect(request, reverse("staff:bookings"))
