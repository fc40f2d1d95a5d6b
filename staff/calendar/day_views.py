"""What is set for a day: closed, capped, and each of its vans."""

from dataclasses import asdict
from datetime import date
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.models import Day, Van, VanDay
from booking.services.days import Change, DayRules, VanRules, day_rules, van_rules
from staff.access import StaffRequest, staff_page
from staff.calendar import services
from staff.calendar.changing import Editing, change_page
from staff.calendar.forms import DayForm, VanDayForm
from totetaxi.lib import clock
from totetaxi.lib.htmx import redirect

# Beyond any number that a column holds, there is no van.
LARGEST_NUMBER = 32767


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("change_status")
def edit_day(request: HttpRequest, day: date) -> HttpResponseBase:
    """Close, reopen or cap a day."""
    now, staff = clock.now(), cast(StaffRequest, request).staff
    back = reverse("staff:calendar_day", args=[day])
    if day < clock.today(now):
        return _over(request, back)
    row = Day.objects.filter(date=day).first()
    form = DayForm(
        request.POST if request.method == "POST" else None, initial=asdict(day_rules(row))
    )
    editing = Editing(
        form=form,
        rules=day_rules(row),
        act=lambda seen, confirmed: services.set_day(
            staff, day, form.rules, seen=seen, confirmed=confirmed, request=request, now=now
        ),
        about=row,
        template="staff/calendar/edit_day.html",
        context={"day": day, "was_closed": day_rules(row).is_closed},
        words=lambda change: _day_done(day, change),
        back=back,
    )
    return change_page(request, editing)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("change_status")
def edit_van_day(request: HttpRequest, day: date, van_number: int) -> HttpResponseBase:
    """A van on one day: in service or not, its pieces and its rack."""
    now, staff = clock.now(), cast(StaffRequest, request).staff
    van = get_object_or_404(Van, number=min(van_number, LARGEST_NUMBER))
    back = reverse("staff:calendar_day", args=[day])
    if day < clock.today(now):
        return _over(request, back)
    row = VanDay.objects.filter(van=van, date=day).first()
    rules = van_rules(van, row)
    form = VanDayForm(
        request.POST if request.method == "POST" else None,
        initial={
            "in_service": rules.in_service,
            "pieces": van.pieces if rules.pieces is None else rules.pieces,
            "has_rack": van.has_rack if rules.has_rack is None else rules.has_rack,
        },
    )
    editing = Editing(
        form=form,
        rules=rules,
        act=lambda seen, confirmed: services.set_van_day(
            staff, day, van, form.rules, seen=seen, confirmed=confirmed, request=request, now=now
        ),
        about=Day.objects.filter(date=day).first(),
        template="staff/calendar/edit_van_day.html",
        context={"day": day, "van": van, "is_usual": row is None},
        words=lambda change: _van_done(day, van, change),
        back=back,
    )
    return change_page(request, editing)


def _over(request: HttpRequest, back: str) -> HttpResponseBase:
    messages.info(request, _("That day is over. Nothing about it can be changed."))
    return redirect(request, back)


def _day_done(day: date, change: Change) -> str:
    after = cast(DayRules, change.after)
    words = {"day": date_format(day, "l, F j"), "count": after.cap_pieces}
    if after.is_closed:
        return _("%(day)s is closed: nobody can book it.") % words
    if after.cap_pieces is not None:
        return _("%(day)s is open, and takes at most %(count)d pieces.") % words
    return _("%(day)s is open.") % words


def _van_done(day: date, van: Van, change: Change) -> str:
    words = {"day": date_format(day, "l, F j"), "number": van.number}
    if cast(VanRules, change.after).in_service:
        return _("Van %(number)d is set for %(day)s.") % words
    return _("Van %(number)d is out of service on %(day)s.") % words
