"""What is done to several bookings at once."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from booking.lifecycle import Status
from booking.models import Booking, Message, MessageKind
from booking.notifications.send import send_planned
from staff.models import Action, AuditLog, StaffProfile
from staff.permissions import Role
from tests.factories import make_booking, make_colleague, make_paid_booking, sign_in_staff
from tests.factories.many import add_many_bookings
from tests.payments.changing import weekday
from totetaxi.lib.clock import now

STATUS = "/staff/bookings/bulk/status/"
MESSAGE = "/staff/bookings/bulk/message/"
XSS = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def paid(days: int = 7) -> Booking:
    return make_paid_booking(pickup_date=weekday(days))


def move(office: Client, to: str, *bookings: Booking, **more: object):
    seen = {f"revision-{booking.number}": booking.revision for booking in bookings}
    numbers = [booking.number for booking in bookings]
    return office.post(STATUS, {"n": numbers, "to": to, **seen, **more}, follow=True)


def test_status_page_says_of_each_what_happens(office: Client) -> None:
    able, unable = paid(), make_booking()
    context = office.get(STATUS, {"n": [able.number, unable.number]}).context
    assert {row.booking.number: row.can_move for row in context["rows"]} == {
        able.number: True,
        unable.number: False,
    }
    assert context["possible"] == 1


def test_status_moves_what_can_be_moved_and_says_why_the_rest_stays(office: Client) -> None:
    able, unable = paid(), make_booking()
    answer = move(office, "in_progress", able, unable)
    assert {one.number: one.status for one in Booking.objects.all()} == {
        able.number: Status.IN_PROGRESS,
        unable.number: Status.PENDING,
    }
    assert [str(message) for message in answer.context["messages"]] == [
        "1 of 2 bookings moved. Why the others stay is said beside them."
    ]
    rows = {row.booking.number: row for row in answer.context["rows"]}
    assert (rows[able.number].is_done, bool(rows[unable.number].why_not)) == (True, True)
    assert AuditLog.objects.filter(action=Action.STARTED_BOOKING).count() == 1


def test_status_completes_trips(office: Client) -> None:
    booking = paid()
    move(office, "in_progress", booking)
    booking.refresh_from_db()
    move(office, "completed", booking)
    booking.refresh_from_db()
    assert booking.status == Status.COMPLETED


def test_status_leaves_alone_what_somebody_changed_meanwhile(office: Client) -> None:
    booking = paid()
    Booking.objects.filter(pk=booking.pk).update(revision=booking.revision + 1)
    move(office, "in_progress", booking)
    booking.refresh_from_db()
    assert booking.status == Status.PAID


def test_status_is_for_who_may_change_it(client: Client) -> None:
    booking = paid()
    sign_in_staff(client, make_colleague(Role.SUPPORT))
    assert client.get(STATUS, {"n": booking.number}).status_code == 403
    assert move(client, "in_progress", booking).status_code == 403


def test_status_asks_the_same_of_two_and_of_fifty(office: Client) -> None:
    numbers = [row.number for row in add_many_bookings(50)]

    def cost(chosen: list[int]) -> int:
        office.get(STATUS, {"n": chosen})
        with CaptureQueriesContext(connection) as queries:
            assert len(office.get(STATUS, {"n": chosen}).context["rows"]) == len(chosen)
        return len(queries)

    assert cost(numbers[:2]) == cost(numbers)


@pytest.mark.parametrize("address", [STATUS, MESSAGE])
@pytest.mark.parametrize("asked", [{}, {"n": "x"}, {"n": "0"}, {"n": "999999"}, {"n": "9" * 40}])
def test_nothing_ticked_leads_back_to_the_list(office: Client, address, asked) -> None:
    for answer in (office.get(address, asked), office.post(address, asked)):
        assert (answer.status_code, answer["Location"]) == (303, "/staff/bookings/")


def write(office: Client, *bookings: Booking, **more: object):
    words = {"subject": "Snow on Friday", "body": "We come later.", "token": uuid4(), **more}
    return office.post(MESSAGE, {"n": [one.number for one in bookings], **words})


def test_message_goes_once_to_each(office: Client, colleague: StaffProfile) -> None:
    bookings, token = [paid(), make_booking(contact_email="rosa@example.com")], uuid4()
    for _twice in range(2):
        assert write(office, *bookings, token=token).status_code == 303
    planned = Message.objects.filter(kind=MessageKind.STAFF_MESSAGE)
    assert {(row.booking_id, row.recipient) for row in planned} == {
        (booking.pk, booking.contact.email) for booking in bookings
    }
    rows = AuditLog.objects.filter(action=Action.WROTE_MESSAGE)
    assert [(row.actor, row.after) for row in rows] == [(colleague, {})] * 2


def test_message_reads_as_it_was_written(office: Client) -> None:
    write(office, paid(), body=f"First.\nSecond line.\n\n{XSS}", subject="News")
    message = Message.objects.get(kind=MessageKind.STAFF_MESSAGE)
    send_planned(str(message.pk), now=now())
    message.refresh_from_db()
    assert message.state == Message.Progress.SENT
    assert f"First.\nSecond line.\n\n{XSS}" in message.text
    assert ("First.<br>Second line.</p>" in message.html, "<script>" in message.html) == (
        True,
        False,
    )


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"subject": " "}, "subject"), ({"body": "\n "}, "body"), ({"subject": "a\x00"}, "subject")],
)
def test_message_without_words_is_refused_and_what_was_typed_stays(office, typed, field) -> None:
    answer = write(office, paid(), **{"body": "Kept words", "subject": "Kept", **typed})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    kept = "Kept words" if field == "subject" else 'value="Kept"'
    assert kept in answer.content.decode()
    assert not Message.objects.filter(kind=MessageKind.STAFF_MESSAGE).exists()


def test_message_is_for_who_may_write(client: Client) -> None:
    booking = paid()
    sign_in_staff(client, make_colleague(Role.VIEWER))
    assert write(client, booking).status_code == 403


def test_list_offers_each_what_they_may_do(client: Client) -> None:
    make_booking()
    offered = {}
    for role in Role:
        sign_in_staff(client, make_colleague(role))
        page = client.get("/staff/bookings/").content.decode()
        offered[role] = [name in page for name in ('name="n"', STATUS, MESSAGE, "/export/")]
    assert offered == {
        Role.VIEWER: [False, False, False, False],
        Role.SUPPORT: [True, False, True, False],
        Role.COORDINATOR: [True, True, True, False],
        Role.MANAGER: [True, True, True, True],
        Role.ADMIN: [True, True, True, True],
    }
