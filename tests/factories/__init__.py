"""Rows for tests, made through the real services wherever there is one."""

from tests.factories.bookings import make_booking, make_order, next_weekday
from tests.factories.catalogue import make_catalogue
from tests.factories.disputes import make_dispute
from tests.factories.links import make_payment_link
from tests.factories.money import make_payment, make_refund
from tests.factories.paid import make_paid_booking
from tests.factories.people import make_customer, make_draft, make_staff
from tests.factories.pickups import add_pickups
from tests.factories.sold import add_sold_bookings, sold_request
from tests.factories.staff import make_colleague, sign_in_staff
from tests.factories.trade import (
    make_alert,
    make_decline,
    make_draft_begun,
    make_event,
    make_sale,
)

__all__ = [
    "add_pickups",
    "add_sold_bookings",
    "make_alert",
    "make_booking",
    "make_catalogue",
    "make_colleague",
    "make_customer",
    "make_decline",
    "make_dispute",
    "make_draft",
    "make_draft_begun",
    "make_event",
    "make_order",
    "make_paid_booking",
    "make_payment",
    "make_payment_link",
    "make_refund",
    "make_sale",
    "make_staff",
    "next_weekday",
    "sign_in_staff",
    "sold_request",
]
