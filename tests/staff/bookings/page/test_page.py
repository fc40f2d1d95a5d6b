"""A booking's page: everything in one place, at a cost that does not grow."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from booking.models import Alert, AlertKind, Booking, Message, raise_alert
from staff.bookings.page.content import content_of, get_whole
from staff.bookings.page.standing import money_word, warnings_of
from staff.models import StaffProfile
from staff.permissions import Role
from tests.factories import (
    make_booking,
    make_colleague,
    make_customer,
    make_paid_booking,
    make_refund,
    sign_in_staff,
)
from tests.payments.changing import ask, saturday, to, weekday
from tests.staff.bookings.page.story import add_past
from totetaxi.lib import clock

XSS = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
# Sign-in 3, booking and its parts 6, money 2, what waits 2, the stream 9, links 1, freshness 2.
MOST_QUERIES = 26


def page_of(booking: Booking) -> str:
    return f"/staff/bookings/{booking.number}/"


def browser_of(role: Role) -> Client:
    client = Client()
    sign_in_staff(client, make_colleague(role))
    return client


def cost(client: Client, url: str) -> int:
    client.get(url)  # the catalogue is kept by the process
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def words_of(booking: Booking) -> list[str]:
    """Money and warnings as the head has them."""
    fresh = get_whole(booking.number)
    staff = make_colleague(Role.MANAGER)
    content = content_of(fresh, staff, kind="all", before="", now=clock.now())
    return [word.text for word in (content.money_word, *content.warnings)]


def test_page_tells_who_what_when_and_how_much(office: Client):
    booking = make_paid_booking(
        pickup_date=weekday(7), packing=True, driver_notes="Ring twice", contact_name="Rosa Nye"
    )
    text = office.get(page_of(booking)).content.decode()
    wanted = [
        booking.code,
        "Rosa Nye",
        "(212) 555-0171",
        "118 East 93rd Street, 6B",
        "New York, NY 10128",
        "27 Pondview Lane",
        "Ring twice",
        "9:00\xa0AM to 10:00\xa0AM",
        "$2,445.00 paid in full",
        "Packing",
        "Van 1",
    ]
    assert [words for words in wanted if not text.count(words)] == []
    assert text.count(">None<") == 0


def test_number_that_does_not_exist_is_not_found(office: Client):
    assert office.get("/staff/bookings/999/").status_code == 404
    assert office.get("/staff/bookings/99999999999999999999/").status_code == 404


def test_deleted_booking_is_not_found(office: Client):
    booking = make_booking()
    Booking.objects.filter(pk=booking.pk).update(deleted_at=clock.now())
    assert office.get(page_of(booking)).status_code == 404


@pytest.mark.breaks_money("sums as rows: nobody paid them")
def test_money_is_told_in_words():
    pending, paid, cancelled = make_booking(), make_paid_booking(), make_paid_booking()
    assert words_of(pending)[0] == "Due $995.00"
    assert words_of(paid)[0] == "$995.00 paid in full"
    payment = paid.payments.get()
    make_refund(payment, 10000, status="requested", approved_at=None, approved_by_kind="")
    assert words_of(paid)[0] == "Due $100.00 of $995.00"
    Booking.objects.filter(pk=paid.pk).update(total_cents=89500)
    assert words_of(paid)[0] == "Paid, $100.00 on its way back"
    paid.payments.get().refunds.all().delete()
    assert words_of(paid)[0] == "Overpaid $100.00"
    Booking.objects.filter(pk=cancelled.pk).update(
        status="cancelled", cancel_reason="staff", room_held=False
    )
    assert words_of(cancelled)[0] == "Kept $995.00"
    make_refund(cancelled.payments.get(), 99500)
    assert words_of(cancelled)[0] == "Refunded $995.00"


def test_what_is_late_or_missing_is_told():
    booking = make_paid_booking(coi=True, pickup_date=weekday(7))
    now, due = clock.now(), booking.pickup_at
    money = content_of(
        get_whole(booking.number), make_colleague(), kind="all", before="", now=now
    ).money
    assert money_word(booking, money).tone == "green"

    def told(at: datetime, failed: int = 0) -> list[tuple[str, str]]:
        found = warnings_of(booking, at, failed_messages=failed)
        return [(word.text.split(",")[0], word.tone) for word in found]

    assert told(now) == [("COI missing", "amber")]
    assert told(now, failed=1) == [("COI missing", "amber"), ("A message was not sent", "red")]
    assert told(due) == [("COI missing", "red")]
    late = booking.window_ends_at + (booking.window_ends_at - due)
    assert [tone for _text, tone in told(late)] == ["red", "red"]
    booking.status = "in_progress"  # type: ignore[misc]  # narrowed above to another status
    assert told(due) == []
    assert [tone for _text, tone in told(due + timedelta(days=1))] == ["red"]


def test_request_and_alerts_stand_on_top(office: Client):
    booking = make_paid_booking(pickup_date=weekday(7))
    asked = ask(booking, to(saturday(), booking), note="The lift is broken")
    raise_alert(AlertKind.SURPLUS, about="x", summary="Paid twice, it seems", booking=booking)
    answer = office.get(page_of(booking))
    content = answer.context["content"]
    assert content.asked.title == (
        f"Asks for {saturday():%A, %B}\xa0{saturday().day}, from 9:00\xa0AM"
    )
    assert content.asked.address == f"/staff/change-requests/{asked.pk}/"
    assert (content.asked.alert.title, content.asked.alert.may_close) == ("Change asked for", False)
    assert [(view.title, view.may_close) for view in content.alerts] == [
        ("Paid twice, refunded", True)
    ]
    Alert.objects.update(closed_at=clock.now())
    assert office.get(page_of(booking)).context["content"].alerts == []


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        (Role.VIEWER, []),
        (Role.SUPPORT, ["edit", "move", "cancel"]),
        (Role.COORDINATOR, ["edit", "move", "status"]),
        (Role.MANAGER, ["edit", "move", "cancel", "status"]),
    ],
)
def test_buttons_follow_the_role(role: Role, shown: list[str]):
    booking = make_paid_booking()
    text = browser_of(role).get(page_of(booking)).content.decode()
    links = {
        "edit": 'id="edit-trip"',
        "move": 'id="booking-move"',
        "cancel": 'id="booking-cancel"',
        "status": 'id="booking-status"',
    }
    assert [name for name, mark in links.items() if text.count(mark)] == shown


def test_nothing_is_edited_once_it_is_over(office: Client):
    booking = make_paid_booking()
    Booking.objects.filter(pk=booking.pk).update(status="completed", room_held=False)
    text = office.get(page_of(booking)).content.decode()
    assert [text.count(f'id="{name}"') for name in ("edit-trip", "booking-move")] == [0, 0]
    assert text.count('id="booking-status"') == 0


def test_what_people_typed_is_shown_as_text(office: Client):
    booking = make_paid_booking(
        customer_id=None,
        contact_name=XSS[:120],
        driver_notes=XSS,
        coi_wording=XSS,
        other_contact_name=XSS[:60],
        pickup_date=weekday(7),
    )
    ask(booking, to(saturday(), booking), note=XSS)
    Message.objects.update(subject=XSS)
    text = office.get(page_of(booking)).content.decode()
    assert text.count("<img src=x") == 0
    assert text.count("<script>alert") == 0
    assert text.count("&lt;img src=x") >= 5


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMIN])
def test_page_costs_the_same_with_a_short_and_a_long_past(role: Role):
    client, ada = browser_of(role), make_colleague(Role.ADMIN)
    booking = make_paid_booking(customer_id=make_customer().pk)
    add_past(booking, ada)
    few = cost(client, page_of(booking))
    add_past(booking, ada, 50)
    assert cost(client, page_of(booking)) == few
    assert few <= MOST_QUERIES


def test_open_page_asks_with_one_query_whether_something_is_new(
    office: Client, colleague: StaffProfile
):
    booking = make_paid_booking()
    etag = office.get(page_of(booking))["ETag"]
    headers = {"HX-Request": "true", "If-None-Match": etag}
    office.get(page_of(booking), headers=headers)
    with CaptureQueriesContext(connection) as queries:
        answer = office.get(page_of(booking), headers=headers)
    assert (answer.status_code, answer.content) == (304, b"")
    asked = [row["sql"] for row in queries if "booking_booking" in row["sql"]]
    assert len(asked) == 2  # which booking, and whether it is new
    add_past(booking, colleague)
    answer = office.get(page_of(booking), headers=headers)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert text.lstrip().startswith('<section id="booking-stream"')
    assert text.count('hx-swap-oob="true"') == 2
    assert text.count("<textarea") == 0  # what somebody types is not taken away


def test_answer_is_new_for_another_person(office: Client):
    booking = make_paid_booking()
    etag = office.get(page_of(booking))["ETag"]
    assert browser_of(Role.VIEWER).get(page_of(booking))["ETag"] != etag
