"""Orders: edited, priced, taken from a caller."""

from django.http import HttpResponse
from django.urls import reverse

from booking.catalogue.snapshot import get_snapshot
from booking.models import Booking
from staff.orders.values import names_in, saved_values
from tests.factories import make_booking, make_catalogue
from tests.staff.orders.callers import a_form
from tests.staff.posts.stage import Post, Stage


def _booking() -> Booking:
    make_catalogue()
    return make_booking(package="petite")


def edit_booking(stage: Stage) -> HttpResponse:
    booking = _booking()
    address = reverse("staff:edit_booking", args=[booking.number, "what"])
    saved = saved_values(Booking.objects.get(pk=booking.pk), get_snapshot())
    form = {name: saved[name] for name in names_in("what", saved) if name in saved}
    form |= {
        "choice": "mini_move:standard",
        "opened": stage.client.get(address).context["opened"],
    }
    shown = stage.client.post(address, form | {"step": "see"}).context["change_set"]
    form |= {"fingerprint": shown.fingerprint, "step": "save"}
    return stage.post("edit_booking", booking.number, "what", **form)


def set_booking_price(stage: Stage) -> HttpResponse:
    booking = _booking()
    form = {"total": "900", "reason": "A neighbour"}
    address = reverse("staff:set_booking_price", args=[booking.number])
    shown = stage.client.post(address, form | {"step": "see"}).context["change_set"]
    form |= {"fingerprint": shown.fingerprint, "step": "save"}
    return stage.post("set_booking_price", booking.number, **form)


def new_booking(stage: Stage) -> HttpResponse:
    make_catalogue()
    return stage.post("new_booking", **a_form(), step="book", shown_total_cents="99500")


POSTS: dict[str, Post] = {
    "edit_booking": edit_booking,
    "set_booking_price": set_booking_price,
    "new_booking": new_booking,
}
