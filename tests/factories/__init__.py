"""Rows for tests, made through the real services wherever there is one."""

from tests.factories.bookings import make_booking, make_order, next_weekday
from tests.factories.catalogue import make_catalogue
from tests.factories.money import make_payment, make_refund
from tests.factories.people import make_customer, make_draft, make_staff
from tests.factories.staff import make_colleague, sign_in_staff

__all__ = [
    "make_booking",
    "make_catalogue",
    "make_colleague",
    "make_customer",
    "make_draft",
    "make_order",
    "make_payment",
    "make_refund",
    "make_staff",
    "next_weekday",
    "sign_in_staff",
]
