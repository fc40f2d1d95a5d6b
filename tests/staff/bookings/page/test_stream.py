"""A booking's stream: all tables in one order, by kinds and pages, and only what one may see."""

import pytest
from django.test import Client

from booking.models import Booking, BookingEvent, Note
from booking.services.status import record_event
from payments.models import Payment
from staff.bookings.page.content import get_whole
from staff.bookings.page.entries import Entry
from staff.bookings.page.stream import PER_PAGE, Stream, stream_of
from staff.models import StaffProfile
from staff.permissions import Role
from tests.factories import make_booking, make_colleague, make_paid_booking, make_payment
from tests.staff.bookings.page.story import add_past
from totetaxi.lib import clock
from totetaxi.lib.actor import GUEST, actor_of


@pytest.fixture
def ada() -> StaffProfile:
    return make_colleague(Role.ADMIN, "Ada Whitlock")


def read(booking: Booking, staff: StaffProfile, kind: str = "all", before: str = "") -> Stream:
    return stream_of(get_whole(booking.number), staff, kind=kind, before=before)


def entries(stream: Stream) -> list[Entry]:
    return [entry for _day, entries in stream.days for entry in entries]


def titles(booking: Booking, staff: StaffProfile, kind: str) -> list[str]:
    return [entry.title for entry in entries(read(booking, staff, kind))]


def test_stream_has_everything_newest_first(ada: StaffProfile):
    booking = make_paid_booking()
    add_past(booking, ada)
    found = entries(read(booking, ada))
    assert [entry.at for entry in found] == sorted((entry.at for entry in found), reverse=True)
    assert sorted(entry.title for entry in found) == [
        "Added a note",
        "Booked",
        "Booking confirmed",
        "Cancellation asked for",
        "Card declined",
        "Link to your booking",
        "Note",
        "Paid",
        "Paid $995.00, Visa ending 4242",
        "Refunded $1.00",
    ]


def test_tabs_count_and_narrow(ada: StaffProfile):
    booking = make_paid_booking()
    add_past(booking, ada)
    stream = read(booking, ada, "money")
    assert [(tab.kind, tab.count, tab.is_current) for tab in stream.tabs] == [
        ("all", 10, False),
        ("notes", 1, False),
        ("messages", 2, False),
        ("status", 3, False),
        ("money", 3, True),
        ("log", 1, False),
    ]
    assert sorted(entry.title for entry in entries(stream)) == [
        "Card declined",
        "Paid $995.00, Visa ending 4242",
        "Refunded $1.00",
    ]
    assert titles(booking, ada, "notes") == ["Note"]
    assert len(titles(booking, ada, "nonsense")) == 10


@pytest.mark.parametrize(
    ("role", "kinds"),
    [
        (Role.VIEWER, ["notes", "messages", "status", "money"]),
        (Role.SUPPORT, ["notes", "messages", "status"]),
        (Role.COORDINATOR, ["notes", "messages", "status"]),
        (Role.MANAGER, ["notes", "messages", "status", "money"]),
        (Role.ADMIN, ["notes", "messages", "status", "money", "log"]),
    ],
)
def test_payments_and_log_are_for_those_who_may_see_them(
    ada: StaffProfile, role: Role, kinds: list[str]
):
    booking, staff = make_paid_booking(), make_colleague(role)
    add_past(booking, ada)
    stream = read(booking, staff)
    assert [tab.kind for tab in stream.tabs] == ["all", *kinds]
    icons = {entry.icon for entry in entries(stream)}
    assert ("log" in icons, "octagon" in icons) == ("log" in kinds, "money" in kinds)
    # Asking for a kind that one may not see is asking for all that one may.
    assert read(booking, staff, "log").kind == ("log" if "log" in kinds else "all")


def test_pages_have_each_entry_once_even_at_one_instant(ada: StaffProfile):
    booking = make_paid_booking()
    add_past(booking, ada, 12)
    at = clock.now()
    BookingEvent.objects.filter(booking=booking).update(at=at)
    Note.objects.update(created_at=at)
    Payment.objects.update(succeeded_at=at)
    seen: list[str] = []
    before, pages = "", 0
    while True:
        stream = read(booking, ada, before=before)
        page = entries(stream)
        seen += [f"{entry.title} {entry.quote} {entry.lines} {entry.at}" for entry in page]
        before, pages = stream.older, pages + 1
        assert (len(page) == PER_PAGE, stream.is_first) == (bool(before), pages == 1)
        if not before:
            break
    assert (pages, len(seen)) == (3, read(booking, ada).tabs[0].count)
    notes = [words for words in seen if words.startswith("Note ")]
    assert len(set(notes)) == len(notes) == 12


@pytest.mark.parametrize(
    "before",
    [
        "x",
        "1|2|3",
        "2026-01-01|9|1",
        "2026-01-01T00:00:00|1|1",
        "||",
        "0001-01-01T00:00:00+14:00|1|1",
    ],
)
def test_cursor_that_nobody_made_is_the_start(office: Client, ada: StaffProfile, before: str):
    booking = make_booking()
    assert read(booking, ada, before=before).is_first
    answer = office.get(f"/staff/bookings/{booking.number}/", {"before": before})
    assert answer.status_code == 200


def test_older_page_does_not_ask_for_what_is_new(office: Client, ada: StaffProfile):
    booking = make_paid_booking()
    add_past(booking, ada, 20)
    first = office.get(f"/staff/bookings/{booking.number}/")
    older = first.context["content"].stream.older
    second = office.get(f"/staff/bookings/{booking.number}/", {"before": older})
    assert first.content.count(b"data-poll=") == 1
    assert second.content.count(b"data-poll=") == 0
    assert second.content.count(b"To the newest") == 1


def test_tab_swaps_the_stream_alone(office: Client):
    booking = make_booking()
    headers = {"HX-Request": "true", "HX-Target": "booking-stream"}
    answer = office.get(f"/staff/bookings/{booking.number}/?kind=status", headers=headers)
    text = answer.content.decode()
    assert text.lstrip().startswith('<section id="booking-stream"')
    assert text.count("hx-swap-oob") == 0
    assert set(answer["Vary"].split(", ")) >= {"HX-Request", "HX-Target"}


def test_entries_name_who_did_it(ada: StaffProfile):
    booking = make_booking()
    now = clock.now()
    kind = BookingEvent.Kind.CHANGE
    record_event(booking, kind=kind, reason="reordered", by=actor_of(ada.user), now=now)
    record_event(booking, kind=kind, reason="request_withdrawn", by=GUEST, now=now)
    found = entries(read(booking, ada, "status"))
    assert [(entry.title, entry.who) for entry in found] == [
        ("Request withdrawn", "Customer, website"),
        ("The order was changed", "Ada Whitlock"),
        ("Booked", "Customer, website"),
    ]


def test_failed_message_shows_its_tries(ada: StaffProfile):
    booking = make_paid_booking()
    add_past(booking, ada)
    booking.messages.filter(kind="booking_link").update(state="failed")
    found = {entry.title: entry for entry in entries(read(booking, ada, "messages"))}
    entry = found["Link to your booking"]
    assert (entry.lines, entry.tone, entry.who) == (
        ("Failed", "Not taken, tried again, try 1: busy"),
        "bad",
        "To claire@example.com",
    )


def test_open_payment_says_how_it_stands(ada: StaffProfile):
    booking = make_booking()
    make_payment(
        booking,
        status="pending",
        captured_cents=0,
        succeeded_at=None,
        session_expires_at=clock.now(),
    )
    (entry,) = entries(read(booking, ada, "money"))
    assert (entry.title, entry.lines, entry.tone) == ("Payment of $995.00 begun", ("Open",), "")
