"""A booking's status from the back office: started, completed, refused in the rules' words."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from booking.changes import Reschedule
from booking.models import Booking
from staff.models import AuditLog
from staff.permissions import Role
from tests.factories import (
    make_booking,
    make_colleague,
    make_customer,
    make_paid_booking,
    sign_in_staff,
)
from tests.payments.changing import change, weekday
from totetaxi.lib.actor import actor_of


def page_of(booking: Booking) -> str:
    return reverse("staff:booking_status", args=[booking.number])


def browser_of(role: Role) -> Client:
    client = Client()
    sign_in_staff(client, make_colleague(role))
    return client


def send(client: Client, booking: Booking, to: str, **typed: object) -> HttpResponse:
    """Press a button of the page as it is now."""
    seen = client.get(page_of(booking)).context["seen"]
    given = {"to": to, "revision": seen.revision, "seen": seen.event} | typed
    answer = client.post(page_of(booking), given)
    booking.refresh_from_db()
    return answer


def moves(client: Client, booking: Booking) -> dict[str, str]:
    """What the page offers: each move, and why not."""
    return {str(move.to): move.why_not for move in client.get(page_of(booking)).context["moves"]}


def test_trip_is_started_and_completed(office: Client):
    booking = make_paid_booking()
    assert moves(office, booking) == {
        "in_progress": "",
        "cancelled": "Your role may not do this.",
    }
    assert send(office, booking, "in_progress")["Location"] == f"/staff/bookings/{booking.number}/"
    assert booking.status == "in_progress"
    assert moves(office, booking) == {"completed": "", "cancelled": "Your role may not do this."}
    assert send(office, booking, "completed").status_code == 303
    assert (booking.status, moves(office, booking)) == ("completed", {})


def test_each_step_leaves_its_audit_row(office: Client):
    booking = make_paid_booking()
    send(office, booking, "in_progress")
    send(office, booking, "completed")
    rows = AuditLog.objects.order_by("id").values_list("action", "object_id", "before", "after")
    paid = {"status": "paid", "unpaid": False}
    begun = {"status": "in_progress", "unpaid": False}
    done = {"status": "completed", "unpaid": False}
    assert list(rows) == [
        ("started_booking", str(booking.pk), paid, begun),
        ("completed_booking", str(booking.pk), begun, done),
    ]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.SUPPORT])
def test_status_is_not_everybodys(role: Role):
    booking, client = make_paid_booking(), browser_of(role)
    assert client.get(page_of(booking)).status_code == 403
    answer = client.post(page_of(booking), {"to": "in_progress", "revision": 0})
    booking.refresh_from_db()
    assert (answer.status_code, booking.status) == (403, "paid")


def test_unpaid_guest_needs_permission_and_reason(office: Client):
    booking = make_booking()
    words = "$995.00 is due. Only with the permission and a reason may it begin unpaid."
    assert moves(office, booking)["in_progress"] == words
    answer = send(office, booking, "in_progress", reason="I say so")
    assert (answer.status_code, answer.context["refusal"], booking.status) == (
        409,
        words,
        "pending",
    )
    manager = browser_of(Role.MANAGER)
    assert moves(manager, booking)["in_progress"] == ""
    answer = send(manager, booking, "in_progress", reason="  ")
    assert (answer.status_code, answer.context["form"].errors) == (
        422,
        {"reason": ["Write why it starts unpaid"]},
    )
    assert send(manager, booking, "in_progress", reason="Pays in cash").status_code == 303
    assert (booking.status, booking.unpaid_reason) == ("in_progress", "Pays in cash")
    assert AuditLog.objects.get().after == {"status": "in_progress", "unpaid": True}


def test_unpaid_account_is_refused_whoever_asks():
    booking, admin = make_booking(customer_id=make_customer().pk), browser_of(Role.ADMIN)
    words = "$995.00 is due. A booking of an account cannot begin unpaid."
    assert moves(admin, booking)["in_progress"] == words
    answer = send(admin, booking, "in_progress", reason="They pay later")
    assert (answer.status_code, answer.context["refusal"], booking.status) == (
        409,
        words,
        "pending",
    )
    assert AuditLog.objects.count() == 0


def test_second_of_two_is_told_who_changed_what(office: Client):
    booking = make_paid_booking(pickup_date=weekday(7))
    maya = make_colleague(Role.MANAGER, "Maya Park")
    seen = office.get(page_of(booking)).context["seen"]
    wish = Reschedule(weekday(9), booking.pickup_time)
    change(booking, wish, by=actor_of(maya.user))
    answer = office.post(
        page_of(booking),
        {"to": "in_progress", "revision": seen.revision, "seen": seen.event},
    )
    booking.refresh_from_db()
    assert (answer.status_code, booking.status) == (409, "paid")
    assert answer.context["refusal"] == "Somebody changed this booking since you opened it."
    (entry,) = answer.context["changes"]
    day = weekday(9)
    assert (entry.who, entry.title) == (
        "Maya Park",
        f"Moved to {day:%A, %B}\xa0{day.day}, from 9:00\xa0AM",
    )
    # From here it goes on: the page carries the new revision.
    assert send(office, booking, "in_progress").status_code == 303


@pytest.mark.parametrize("posted", [{}, {"to": "paid"}, {"to": "in_progress", "revision": "x"}])
def test_nonsense_changes_nothing(office: Client, posted: dict[str, str]):
    booking = make_paid_booking()
    answer = office.post(page_of(booking), posted)
    booking.refresh_from_db()
    assert (answer.status_code, booking.status) == (409, "paid")


def test_completing_what_has_not_begun_is_refused(office: Client):
    booking = make_paid_booking()
    answer = send(office, booking, "completed")
    assert (answer.status_code, answer.context["refusal"], booking.status) == (
        409,
        "A booking that is paid cannot become completed.",
        "paid",
    )
