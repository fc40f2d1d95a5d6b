"""Disputes, receipts and invoices."""

from booking.models import Booking
from tests.factories import make_booking, make_catalogue, make_paid_booking
from tests.staff.posts.stage import Post
from totetaxi.lib import clock

READS = frozenset({"disputes", "dispute", "document"})


def _paid() -> Booking:
    make_catalogue()
    return make_paid_booking()


def _unpaid() -> Booking:
    make_catalogue()
    return make_booking()


POSTS: dict[str, Post] = {
    "issue_receipt": lambda stage: stage.post("issue_receipt", _paid().number),
    "issue_invoice": lambda stage: stage.post(
        "issue_invoice", _unpaid().number, due_on=clock.today(clock.now()).isoformat()
    ),
}
