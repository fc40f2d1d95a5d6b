"""The list of bookings, and that of customers."""

from django.http import HttpResponse

from staff.models import SavedFilter
from tests.staff.posts.stage import Post, Stage

READS = frozenset({"bookings", "booking", "filter_bookings", "customers"})


def saved_filters(stage: Stage) -> HttpResponse:
    return stage.post("saved_filters", name="Unpaid", query="money=due")


def delete_filter(stage: Stage) -> HttpResponse:
    saved_filters(stage)
    return stage.post("delete_filter", SavedFilter.objects.get().pk)


POSTS: dict[str, Post] = {"saved_filters": saved_filters, "delete_filter": delete_filter}
