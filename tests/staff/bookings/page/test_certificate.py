"""The certificate of insurance: without it a trip does not begin, and staff put it on file."""

import pytest
from django.test import Client
from django.urls import reverse

from booking.models import Booking, BookingEvent, CoiState
from staff.models import Action, AuditLog
from staff.permissions import Role
from tests.factories import make_paid_booking
from tests.staff.bookings.page.test_status import browser_of, moves, send


@pytest.fixture
def waiting(office: Client) -> Booking:
    booking = make_paid_booking(coi=True)
    assert booking.coi_state == CoiState.NEEDED
    return booking


def put_on_file(client: Client, booking: Booking) -> Client:
    answer = client.post(reverse("staff:booking_certificate", args=[booking.number]), follow=True)
    booking.refresh_from_db()
    return answer


def test_trip_begins_once_the_certificate_is_on_file(office: Client, waiting: Booking):
    assert moves(office, waiting)["in_progress"] == (
        "The certificate of insurance must be on file before the trip begins."
    )
    put_on_file(office, waiting)
    assert (waiting.coi_state, moves(office, waiting)["in_progress"]) == (CoiState.APPROVED, "")
    send(office, waiting, "in_progress")
    assert waiting.status == "in_progress"


def test_certificate_is_told_in_the_stream_and_recorded(office: Client, waiting: Booking):
    put_on_file(office, waiting)
    event = BookingEvent.objects.filter(booking=waiting).latest("id")
    row = AuditLog.objects.get(action=Action.FILED_CERTIFICATE)
    assert (event.reason, row.before, row.after) == (
        "certificate_on_file",
        {"coi_state": "needed"},
        {"coi_state": "approved"},
    )
    page = office.get(reverse("staff:booking", args=[waiting.number])).content.decode()
    assert ("The certificate of insurance is on file" in page, "is on file</span>" in page) == (
        True,
        False,
    )


def test_certificate_is_filed_once(office: Client, waiting: Booking):
    put_on_file(office, waiting)
    again = put_on_file(office, waiting)
    assert [str(one) for one in again.context["messages"]] == [
        "This booking waits for no certificate."
    ]
    assert AuditLog.objects.filter(action=Action.FILED_CERTIFICATE).count() == 1


@pytest.mark.parametrize(("role", "offered"), [(Role.VIEWER, False), (Role.SUPPORT, True)])
def test_certificate_is_filed_by_who_handles_documents(waiting: Booking, role, offered):
    client = browser_of(role)
    page = client.get(reverse("staff:booking", args=[waiting.number])).content.decode()
    assert ('id="certificate"' in page) is offered
    put_on_file(client, waiting)
    assert (waiting.coi_state == CoiState.APPROVED) is offered
