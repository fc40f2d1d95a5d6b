"""The calendar and the vans, spelled out from the root."""

from datetime import date

from django.urls import path, register_converter

from staff.calendar import day_views, move_views, van_views, views
from staff.calendar.periods import FIRST, LAST


class DayConverter:
    """A New York date as `2026-12-05`."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        """Raises ValueError, which is no such page, for no date and for one out of all reach."""
        day = date.fromisoformat(value)
        if not FIRST <= day <= LAST:
            raise ValueError(value)
        return day

    def to_url(self, value: date | str) -> str:
        """From a date, or from how it is written."""
        return f"{value}"


register_converter(DayConverter, "day")

_DAY = "staff/calendar/<day:day>/"

urlpatterns = [
    path("staff/calendar/", views.calendar, name="calendar"),
    path(_DAY, views.calendar_day, name="calendar_day"),
    path(f"{_DAY}rules/", day_views.edit_day, name="edit_day"),
    path(f"{_DAY}vans/<int:van_number>/", day_views.edit_van_day, name="edit_van_day"),
    path("staff/bookings/<int:number>/van/", move_views.assign_van, name="assign_van"),
    path("staff/bookings/<int:number>/move/", move_views.move_booking, name="move_booking"),
    path("staff/vans/", van_views.vans, name="vans"),
    path("staff/vans/new/", van_views.add_van, name="add_van"),
    path("staff/vans/<int:van_number>/", van_views.edit_van, name="edit_van"),
]
