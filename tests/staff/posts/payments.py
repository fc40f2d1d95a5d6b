"""Payments."""

from uuid import uuid4

from django.http import HttpResponse

from booking.models import Booking
from payments.models import Payment
from tests.factories import make_booking, make_catalogue, make_payment
from tests.staff.posts.stage import Post, Stage
from totetaxi.lib import clock

READS = frozenset({"payments", "payment"})


def _record(stage: Stage) -> HttpResponse:
    make_catalogue()
    return stage.post(
        "record_payment",
        make_booking().number,
        amount="995.00",
        way="cash",
        proof="Receipt 12",
        paid_on=clock.today(clock.now()).isoformat(),
        form_id=str(uuid4()),
    )


def _mismatch(due_cents: int) -> Payment:
    """$900.00 came for a booking on which this much is due."""
    make_catalogue()
    booking = make_booking()
    Booking.objects.update(total_cents=due_cents)
    return make_payment(booking, status="mismatch", captured_cents=90000, succeeded_at=None)


def _offline() -> Payment:
    make_catalogue()
    return make_payment(make_booking(), method="offline")


POSTS: dict[str, Post] = {
    "record_payment": _record,
    "accept_payment": lambda stage: stage.post("accept_payment", _mismatch(90000).pk),
    "strike_payment": lambda stage: stage.post(
        "strike_payment", _offline().pk, why="Another booking's transfer"
    ),
    "return_payment": lambda stage: stage.post("return_payment", _mismatch(99500).pk),
    "export_payments": lambda stage: stage.post("export_payments"),
}
