"""Health, and the staff's last resort."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_booking, make_catalogue, make_staff, sign_in_staff

pytestmark = pytest.mark.django_db


def test_health_says_whether_work_moves(client: Client) -> None:
    answer = client.get("/healthz/")
    assert (answer.status_code, answer.json()) == (200, {"ok": True, "work": False})


def test_admin_shows_a_booking_and_changes_nothing_of_it(client: Client) -> None:
    make_catalogue()
    staff = make_staff()
    staff.is_superuser = True
    staff.save()
    booking = make_booking()
    sign_in_staff(client, staff)
    address = reverse("admin:booking_booking_change", args=[booking.pk])
    page = client.get(address)
    assert page.status_code == 200
    assert 'name="_save"' not in page.content.decode()
    assert client.post(address, {"status": "paid"}).status_code == 403
