"""The calendar of vans: seven days, a month, one day."""

from datetime import date, timedelta
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from booking.catalogue.snapshot import get_snapshot
from staff.access import StaffRequest, staff_page
from staff.calendar.board import draw_days
from staff.calendar.month import draw_month
from staff.calendar.periods import FIRST, LAST, read_period
from totetaxi.lib import clock


@require_safe
@staff_page("view_operations")
def calendar(request: HttpRequest) -> HttpResponse:
    """Seven days with each booking in its van, or a month with the load of each day."""
    now = clock.now()
    day = clock.today(now)
    period = read_period(request.GET, day)
    snapshot = get_snapshot()
    context = {
        "period": period,
        "today": day,
        "as_of": now,
        "may_move": cast(StaffRequest, request).staff.may("edit_bookings"),
        "may_assign": cast(StaffRequest, request).staff.may("change_status"),
    }
    if period.is_month:
        context["weeks"] = draw_month(period, snapshot, now)
        return render(request, "staff/calendar/month.html", context)
    context["days"] = draw_days(period.days, snapshot, now)
    return render(request, "staff/calendar/week.html", context)


@require_safe
@staff_page("view_operations")
def calendar_day(request: HttpRequest, day: date) -> HttpResponse:
    """One day: its vans with their bookings in order of time, and what does not fit."""
    now = clock.now()
    (column,) = draw_days([day], get_snapshot(), now)
    one = timedelta(days=1)
    context = {
        "day": column,
        "before": day - one if day > FIRST else None,
        "after": day + one if day < LAST else None,
        "today": clock.today(now),
        "as_of": now,
        "may_move": cast(StaffRequest, request).staff.may("edit_bookings"),
        "may_assign": cast(StaffRequest, request).staff.may("change_status"),
    }
    return render(request, "staff/calendar/calendar_day.html", context)
