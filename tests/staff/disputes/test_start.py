"""A trip whose money is disputed begins only when somebody says why (FAULTS.md, 17)."""

import pytest
from django.test import Client
from django.urls import reverse

from booking.models import Booking, Note
from payments.services.start import StartRefusedError, start_booking
from staff.models import AuditLog, StaffProfile
from staff.permissions import Role
from tests.factories import (
    make_catalogue,
    make_colleague,
    make_dispute,
    make_paid_booking,
    sign_in_staff,
)
from totetaxi.lib import clock
from totetaxi.lib.actor import SYSTEM

WHY = "The customer called: it was a mistake of the bank."


@pytest.fixture(autouse=True)
def _shop(db: None) -> None:
    make_catalogue()


@pytest.fixture
def cora() -> StaffProfile:
    return make_colleague(Role.COORDINATOR, "Cora Lindqvist")


@pytest.fixture
def office(client: Client, cora: StaffProfile) -> Client:
    sign_in_staff(client, cora)
    return client


def disputed(**changes) -> Booking:
    booking = make_paid_booking()
    make_dispute(booking.payments.get(), **changes)
    return booking


def page_of(booking: Booking) -> str:
    return reverse("staff:booking_status", args=[booking.number])


def start(client: Client, booking: Booking, **typed: str) -> int:
    answer = client.post(page_of(booking), {"to": "in_progress", "revision": 0, **typed})
    booking.refresh_from_db()
    return answer.status_code


def test_page_warns_and_asks_why(office: Client):
    (move, _cancel) = office.get(page_of(disputed())).context["moves"]
    assert (move.why_not, move.is_disputed, move.asks_reason) == ("", True, False)


def test_without_a_reason_nothing_begins(office: Client):
    booking = disputed()
    assert (start(office, booking), booking.status) == (422, "paid")
    text = office.post(page_of(booking), {"to": "in_progress", "revision": 0}).content.decode()
    assert text.count("Write why it starts although its money is disputed") == 1


def test_with_a_reason_it_begins_and_the_reason_is_kept(office: Client, cora: StaffProfile):
    booking = disputed()
    assert (start(office, booking, disputed_reason=WHY), booking.status) == (303, "in_progress")
    assert booking.events.filter(to_status="in_progress").get().reason == "disputed"
    assert (Note.objects.get().body, Note.objects.get().author) == (WHY, cora.user)
    assert AuditLog.objects.filter(action="started_booking").count() == 1
    assert str(AuditLog.objects.values_list("before", "after")).count(WHY) == 0


def test_guest_who_owes_something_too_needs_both_reasons(client: Client):
    sign_in_staff(client, make_colleague(Role.MANAGER))
    booking = disputed()
    Booking.objects.filter(pk=booking.pk).update(total_cents=booking.total_cents + 5000)
    assert start(client, booking, disputed_reason=WHY) == 422
    assert start(client, booking, reason="They pay at the door") == 422
    assert start(client, booking, reason="They pay at the door", disputed_reason=WHY) == 303
    assert (booking.status, booking.unpaid_reason) == ("in_progress", "They pay at the door")
    assert booking.events.filter(to_status="in_progress").get().reason == "unpaid"


@pytest.mark.parametrize(
    "changes",
    [{"status": "won"}, {"stripe_status": "warning_needs_response", "withdrawn_cents": 0}],
    ids=["won", "inquiry"],
)
def test_money_that_we_have_asks_nothing(office: Client, changes: dict[str, object]):
    booking = disputed(**changes)
    assert (start(office, booking), booking.status) == (303, "in_progress")
    assert Note.objects.count() == 0


def test_lost_dispute_asks_as_an_open_one(office: Client):
    booking = disputed(status="lost")
    assert (start(office, booking), booking.status) == (422, "paid")


def test_dispute_that_comes_between_look_and_press_is_noticed(office: Client):
    booking = disputed()
    with pytest.raises(StartRefusedError, match="Its money is disputed"):
        start_booking(booking.pk, by=SYSTEM, now=clock.now())
    booking.refresh_from_db()
    assert booking.status == "paid"


def test_many_at_once_leave_it_out_and_say_why(office: Client):
    quiet, loud = make_paid_booking(), disputed()
    url = reverse("staff:bulk_status")
    given = {"n": [quiet.number, loud.number], "to": "in_progress"}
    rows = office.get(url, given).context["rows"]
    assert {row.booking.number: row.why_not for row in rows} == {
        quiet.number: "",
        loud.number: "Its money is disputed: open it, and say why it starts.",
    }
    office.post(url, given | {f"revision-{one.number}": 0 for one in (quiet, loud)})
    statuses = Booking.objects.order_by("number").values_list("status", flat=True)
    assert list(statuses) == ["in_progress", "paid"]
