"""The calendar of vans."""

from datetime import date

from django.http import HttpResponse
from django.urls import reverse

from booking.models import Booking
from tests.factories import make_booking, make_catalogue, next_weekday
from tests.staff.posts.stage import Post, Stage
from totetaxi.lib import clock

READS = frozenset({"calendar", "calendar_day", "vans"})


def _day() -> date:
    return next_weekday(clock.now(), 5)


def _seen(stage: Stage, route: str, *args: object) -> str:
    """The token in the form as it stands."""
    return str(stage.client.get(reverse(f"staff:{route}", args=args)).context["seen"])


def edit_day(stage: Stage) -> HttpResponse:
    seen = _seen(stage, "edit_day", _day())
    return stage.post("edit_day", _day(), is_closed="on", closed_reason="snow", seen=seen)


def edit_van_day(stage: Stage) -> HttpResponse:
    make_catalogue()
    seen = _seen(stage, "edit_van_day", _day(), 2)
    return stage.post("edit_van_day", _day(), 2, in_service="on", pieces="40", seen=seen)


def edit_van(stage: Stage) -> HttpResponse:
    make_catalogue()
    seen = _seen(stage, "edit_van", 2)
    return stage.post("edit_van", 2, name="Sprinter", pieces="60", is_active="on", seen=seen)


def add_van(stage: Stage) -> HttpResponse:
    return stage.post("add_van", name="Sprinter", pieces="60", is_active="on")


def _booking() -> Booking:
    make_catalogue()
    return make_booking(pickup_date=_day())


def assign_van(stage: Stage) -> HttpResponse:
    booking = _booking()
    return stage.post("assign_van", booking.number, van=2, seen=1)


def move_booking(stage: Stage) -> HttpResponse:
    booking = _booking()
    wish = {"pickup_date": f"{next_weekday(clock.now(), 8)}", "pickup_time": "09:00"}
    where = reverse("staff:move_booking", args=[booking.number])
    shown = stage.client.get(where, wish)
    return stage.post(
        "move_booking", booking.number, **wish, fingerprint=shown.context["fingerprint"]
    )


POSTS: dict[str, Post] = {
    "edit_day": edit_day,
    "edit_van_day": edit_van_day,
    "edit_van": edit_van,
    "add_van": add_van,
    "assign_van": assign_van,
    "move_booking": move_booking,
}
