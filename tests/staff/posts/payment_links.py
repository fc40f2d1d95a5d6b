"""Payment links."""

from booking.models import Booking
from payments.models import PaymentLink
from tests.factories import make_booking, make_catalogue, make_payment_link
from tests.staff.posts.stage import Post

READS = frozenset({"payment_links"})


def _booking() -> Booking:
    make_catalogue()
    return make_booking()


def _link() -> PaymentLink:
    return make_payment_link(_booking())


POSTS: dict[str, Post] = {
    "send_payment_links": lambda stage: stage.post(
        "send_payment_links", _booking().number, amount_1="995.00", hours="72"
    ),
    "resend_payment_link": lambda stage: stage.post("resend_payment_link", _link().pk),
    "withdraw_payment_link": lambda stage: stage.post("withdraw_payment_link", _link().pk),
}
