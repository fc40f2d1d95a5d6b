"""The list of bookings, and that of customers."""

from uuid import uuid4

from django.http import HttpResponse

from booking.models import Booking
from staff.models import SavedFilter
from tests.factories import make_catalogue, make_paid_booking
from tests.payments.changing import weekday
from tests.staff.posts.stage import Post, Stage

# Answered by a file.
FILES = frozenset({"export_bookings", "export_payments", "export_money_report"})
READS = frozenset({"bookings", "filter_bookings", "customers"})


def saved_filters(stage: Stage) -> HttpResponse:
    return stage.post("saved_filters", name="Unpaid", query="money=due")


def delete_filter(stage: Stage) -> HttpResponse:
    saved_filters(stage)
    return stage.post("delete_filter", SavedFilter.objects.get().pk)


def _booking() -> Booking:
    make_catalogue()
    return make_paid_booking(pickup_date=weekday(7))


def bulk_status(stage: Stage) -> HttpResponse:
    number = _booking().number
    seen = {f"revision-{number}": 0}
    return stage.post("bulk_status", n=number, to="in_progress", **seen)


def bulk_message(stage: Stage) -> HttpResponse:
    words = {"subject": "Snow", "body": "We come an hour later.", "token": uuid4()}
    return stage.post("bulk_message", n=_booking().number, **words)


POSTS: dict[str, Post] = {
    "saved_filters": saved_filters,
    "delete_filter": delete_filter,
    "bulk_status": bulk_status,
    "bulk_message": bulk_message,
    "export_bookings": lambda stage: stage.post("export_bookings"),
}
