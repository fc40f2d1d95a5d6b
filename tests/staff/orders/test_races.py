"""Several presses and several people at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from booking.models import Booking
from payments.models import PaymentLink
from staff.permissions import Role
from tests.factories import make_booking, make_catalogue
from tests.staff.orders.callers import a_form
from tests.staff.orders.desk import Desk

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]
PRESSES = 4


def at_once(*acts):
    """Each act in a thread of its own, all let go at the same moment; what they answered."""
    gate = Barrier(len(acts))

    def run(act):
        try:
            gate.wait(timeout=30)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [each.result(timeout=60) for each in [pool.submit(run, act) for act in acts]]


def test_a_form_pressed_several_times_at_once_makes_one_booking():
    make_catalogue()
    desk = Desk(Role.MANAGER)
    form = a_form() | {"step": "book", "shown_total_cents": "99500"}

    def press():
        client = Client()
        client.cookies = desk.client.cookies
        return client.post("/staff/bookings/new/", form)

    answers = at_once(*[press] * PRESSES)
    booking = Booking.objects.get()
    address = reverse("staff:booking", args=[booking.number])
    assert [(one.status_code, one.headers["Location"]) for one in answers] == [
        (303, address)
    ] * PRESSES
    assert PaymentLink.objects.count() == 1


def test_two_who_save_at_once_are_one_saved_and_one_told():
    make_catalogue()
    booking = make_booking()
    desks = [Desk(Role.COORDINATOR, name) for name in ("Maya Park", "Tom Bellamy")]
    for number, desk in enumerate(desks):
        desk.open(booking, "trip")
        desk.see(pickup_street=f"{number} Broome Street")
    answers = at_once(*(desk.save for desk in desks))
    booking.refresh_from_db()
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    assert booking.revision == 1
