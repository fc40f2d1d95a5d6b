"""What the calendar shows: seven days, a month, one day. Nothing is changed by looking."""

from datetime import date, time, timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from booking.models import Booking, ChangeRequest, CoiState, Day, Van, VanDay
from booking.services.confirm import confirm_booking
from booking.services.status import lock_booking
from staff.calendar.board import DayColumn
from staff.permissions import Role
from tests.booking.services.fleet import NOW, TUESDAY, van
from tests.factories import add_pickups, make_booking, make_colleague, sign_in_staff
from totetaxi.lib.actor import SYSTEM

pytestmark = pytest.mark.django_db

CALENDAR = "/staff/calendar/"
SUNDAY = date(2026, 11, 22)


def booked(*, paid: bool = False, **changes: object) -> Booking:
    booking = make_booking(now=NOW, **({"pickup_date": TUESDAY} | changes))
    if paid:
        with transaction.atomic():
            confirm_booking(lock_booking(booking.pk), by=SYSTEM, now=NOW)
    return booking


def week(office: Client, query: str = "from=2026-11-29") -> list[DayColumn]:
    days: list[DayColumn] = office.get(f"{CALENDAR}?{query}").context["days"]
    return days


def one_day(office: Client, day: date = TUESDAY) -> DayColumn:
    column: DayColumn = office.get(reverse("staff:calendar_day", args=[day])).context["day"]
    return column


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ("", SUNDAY, date(2026, 11, 28)),
        ("week=2026-W49", date(2026, 11, 30), date(2026, 12, 6)),
        ("from=2026-12-05", date(2026, 12, 5), date(2026, 12, 11)),
        ("from=tomorrow", SUNDAY, date(2026, 11, 28)),
        ("from=9999-12-31", SUNDAY, date(2026, 11, 28)),
        ("month=2026-13", SUNDAY, date(2026, 11, 28)),
        ("week=2026-W99", SUNDAY, date(2026, 11, 28)),
    ],
)
def test_week_begins_where_it_is_asked_to_or_today(
    office: Client, query: str, first: date, last: date
) -> None:
    days = week(office, query)
    assert (days[0].date, days[-1].date, len(days)) == (first, last, 7)


def test_month_is_whole_weeks_from_sunday(office: Client) -> None:
    weeks = office.get(f"{CALENDAR}?month=2026-12").context["weeks"]
    assert (weeks[0][0].date, weeks[-1][-1].date) == (date(2026, 11, 29), date(2027, 1, 2))
    assert [cell.is_in_month for cell in weeks[0]] == [False, False, *[True] * 5]


@pytest.mark.parametrize("path", ["2026-02-30", "1999-01-01", "2100-01-01"])
def test_day_that_does_not_exist_is_no_page(office: Client, path: str) -> None:
    assert office.get(f"{CALENDAR}{path}/").status_code == 404


def test_van_shows_its_bookings_in_order_of_time_and_what_is_free(office: Client) -> None:
    late = booked(pickup_time=time(11), paid=True)
    early = booked(pickup_time=time(8, 30))
    first, second = one_day(office).cells
    assert [card.pickup.number for card in first.cards] == [early.number, late.number]
    assert (first.bar.used, first.bar.pieces, second.bar.used) == (30, 60, 0)
    assert first.load is not None
    assert first.load.free_pieces == 30
    assert [(part.x, part.width, part.kind) for part in first.bar.segments] == [
        ("0.00%", "25.00%", "hold"),
        ("25.00%", "25.00%", "kept"),
    ]


def test_cancelled_bookings_are_not_shown_and_completed_ones_are(office: Client) -> None:
    gone, done = booked(), booked()
    Booking.objects.filter(pk=gone.pk).update(
        status="cancelled", cancel_reason="staff", room_held=False
    )
    Booking.objects.filter(pk=done.pk).update(status="completed", room_held=False)
    (first, _second) = one_day(office).cells
    assert [(card.pickup.number, card.is_movable) for card in first.cards] == [(done.number, False)]
    assert [part.kind for part in first.bar.segments] == ["done"]


def test_menu_names_the_other_vans_and_why_one_cannot_be(office: Client) -> None:
    VanDay.objects.create(van=van(2), date=TUESDAY, pieces=10)
    booking = booked()
    column = one_day(office)
    ((card,), _none) = (cell.cards for cell in column.cells)
    assert card.pickup.number == booking.number
    assert [(one.van.number, one.note, one.is_possible) for one in card.options] == [
        (2, "10 free, not enough", False)
    ]
    VanDay.objects.update(pieces=None)
    VanDay.objects.get().save()
    ((card,), _none) = (cell.cards for cell in one_day(office).cells)
    assert [(one.note, one.is_possible) for one in card.options] == [("60 free", True)]


def test_booking_without_room_in_a_van_stands_by_itself(office: Client) -> None:
    booking = booked()
    Booking.objects.filter(pk=booking.pk).update(room_held=False, van=None)
    column = one_day(office)
    assert [card.pickup.number for card in column.loose] == [booking.number]
    assert [cell.cards for cell in column.cells] == [(), ()]
    weeks = office.get(f"{CALENDAR}?month=2026-12").context["weeks"]
    assert [cell.warnings for cell in weeks[0] if cell.date == TUESDAY] == [("1 without a van",)]


def test_what_does_not_fit_is_told_on_the_day_the_week_and_the_month(office: Client) -> None:
    booking = booked()
    VanDay.objects.create(van=van(1), date=TUESDAY, in_service=False)
    (card,) = one_day(office).unfit
    assert (card.pickup.number, card.why, card.remedy) == (
        booking.number,
        "This van is not in service that day",
        "Van 2 has room for it that day.",
    )
    (told,) = [day.unfit for day in week(office) if day.date == TUESDAY]
    assert [one.pickup.number for one in told] == [booking.number]
    weeks = office.get(f"{CALENDAR}?month=2026-12").context["weeks"]
    (cell,) = [cell for cell in weeks[0] if cell.date == TUESDAY]
    assert cell.warnings == ("1 does not fit",)


def test_flags_say_what_waits(office: Client) -> None:
    booking = booked()
    Booking.objects.filter(pk=booking.pk).update(coi_state=CoiState.NEEDED)
    ChangeRequest.objects.create(booking=booking, kind="cancel", asked_by_kind="guest")
    (card,) = one_day(office).cells[0].cards
    assert (card.pickup.needs_coi, card.pickup.has_request) == (True, True)


def test_day_says_the_largest_that_still_fits(office: Client) -> None:
    assert one_day(office).fits == "Mini Move Full"
    booked(package="full")
    booked()
    assert one_day(office).fits == "Mini Move Standard"
    booked(package="standard", items=20)
    assert one_day(office).fits == "Mini Move Petite"
    Day.objects.filter(date=TUESDAY).delete()
    Day.objects.create(date=TUESDAY, cap_pieces=107)
    assert one_day(office).fits == "2 pieces"
    Day.objects.get(date=TUESDAY).delete()
    Day.objects.create(date=TUESDAY, is_closed=True)
    assert one_day(office).fits == ""


def test_closed_day_says_why_by_whom_and_when(office: Client) -> None:
    where = reverse("staff:edit_day", args=[TUESDAY])
    seen = office.get(where).context["seen"]
    office.post(where, {"is_closed": "on", "closed_reason": "van inspection", "seen": seen})
    column = one_day(office)
    assert column.load.closed_reason == "van inspection"
    assert column.closing is not None
    assert (column.closing.name, column.closing.at.date()) == ("Cora Lindqvist", NOW.date())


def test_names_cannot_become_markup(office: Client) -> None:
    booked(contact_name="<script>alert(1)</script>")
    for url in (CALENDAR + "?from=2026-11-29", f"{CALENDAR}2026-12-01/"):
        page = office.get(url).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_viewer_sees_the_calendar_and_can_change_nothing(office: Client) -> None:
    booked()
    viewer = Client()
    sign_in_staff(viewer, make_colleague(Role.VIEWER))
    for url in (CALENDAR + "?from=2026-11-29", f"{CALENDAR}2026-12-01/"):
        page = viewer.get(url).content.decode()
        assert "Ellery" in page
        assert "/van/" not in page
        assert "/move/" not in page
        assert "/rules/" not in page
    assert "/van/" in office.get(f"{CALENDAR}2026-12-01/").content.decode()


@pytest.mark.parametrize(
    ("url", "queries"),
    [
        (f"{CALENDAR}?from=2026-11-29", 7),
        (f"{CALENDAR}?month=2026-12", 6),
        (f"{CALENDAR}2026-12-01/", 7),
    ],
)
def test_pages_cost_the_same_with_one_and_with_five_thousand(
    office: Client, url: str, queries: int
) -> None:
    days = [TUESDAY + timedelta(days=ahead) for ahead in range(28)]
    add_pickups([TUESDAY], 1)
    office.get(url)  # loads the snapshot
    with CaptureQueriesContext(connection) as few:
        office.get(url)
    add_pickups(days, 5000 if "month" in url else 400)
    with CaptureQueriesContext(connection) as many:
        office.get(url)
    assert (len(few), len(many)) == (queries, queries)


def test_looking_writes_nothing(office: Client) -> None:
    booked()
    before = (Day.objects.count(), Van.objects.count(), Booking.objects.get().updated_at)
    for url in ("", "?month=2026-12", "2026-12-25/", "2026-12-25/rules/", "2026-12-25/vans/1/"):
        assert office.get(CALENDAR + url).status_code == 200
    assert before == (Day.objects.count(), Van.objects.count(), Booking.objects.get().updated_at)
