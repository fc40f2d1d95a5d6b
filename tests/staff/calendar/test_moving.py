"""Another van and another day for a booking, as staff do it."""

from datetime import date, time

import pytest
from django.contrib.messages import get_messages
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from booking.models import Alert, Booking, ChangeRequest, Day, VanDay
from booking.services.confirm import confirm_booking
from booking.services.fit import check_coming_days
from booking.services.status import lock_booking
from staff.models import AuditLog
from staff.permissions import Role
from tests.booking.services.fleet import NOW, TUESDAY, van
from tests.factories import make_booking, make_colleague, make_payment, sign_in_staff
from totetaxi.lib.actor import SYSTEM

pytestmark = pytest.mark.django_db

THURSDAY, SATURDAY = date(2026, 12, 3), date(2026, 12, 5)


def booked(*, paid: bool = False, **changes: object) -> Booking:
    booking = make_booking(now=NOW, **({"pickup_date": TUESDAY} | changes))
    if paid:
        make_payment(booking)
        with transaction.atomic():
            confirm_booking(lock_booking(booking.pk), by=SYSTEM, now=NOW)
        booking.refresh_from_db()
    return booking


def told(answer: HttpResponse) -> list[str]:
    return [str(each).replace("\xa0", " ") for each in get_messages(answer.wsgi_request)]


def assign(office: Client, booking: Booking, to: object, seen: object = 1) -> HttpResponse:
    where = reverse("staff:assign_van", args=[booking.number])
    return office.post(where, {"van": to, "seen": seen, "next": "/staff/calendar/2026-12-01/"})


def move_url(booking: Booking) -> str:
    return reverse("staff:move_booking", args=[booking.number])


def see(office: Client, booking: Booking, day: date, wall: str = "09:00") -> HttpResponse:
    return office.get(move_url(booking), {"pickup_date": f"{day}", "pickup_time": wall})


def confirm(office: Client, booking: Booking, shown: HttpResponse) -> HttpResponse:
    wish = shown.context["wish"]
    return office.post(
        move_url(booking),
        {
            "pickup_date": f"{wish.pickup_date}",
            "pickup_time": f"{wish.pickup_time:%H:%M}",
            "fingerprint": shown.context["fingerprint"],
            "before": shown.context["remembered"],
        },
    )


def test_booking_goes_into_another_van_of_its_day(office: Client) -> None:
    booking = booked()
    answer = assign(office, booking, 2)
    booking.refresh_from_db()
    assert booking.van == van(2)
    assert answer.headers["Location"] == "/staff/calendar/2026-12-01/"
    assert told(answer) == [f"{booking.code} is in van 2 now."]
    row = AuditLog.objects.get(action="assigned_van")
    assert (row.object_label, row.before, row.after) == (booking.code, {"van": 1}, {"van": 2})


def test_van_without_room_leaves_the_booking_where_it_is(office: Client) -> None:
    booking = booked()
    VanDay.objects.create(van=van(2), date=TUESDAY, pieces=5)
    answer = assign(office, booking, 2)
    booking.refresh_from_db()
    assert booking.van == van(1)
    assert told(answer) == [
        f"{booking.code} stays where it is: van 2 cannot take it. The van has not enough room."
    ]
    assert not AuditLog.objects.filter(action="assigned_van").exists()


def test_second_of_two_who_assign_is_told(office: Client) -> None:
    booking = booked()
    assign(office, booking, 2)
    answer = assign(office, booking, 2)
    assert told(answer)[-1] == (
        f"{booking.code} was changed meanwhile. Look at it again; nothing was moved."
    )
    assert AuditLog.objects.filter(action="assigned_van").count() == 1


@pytest.mark.parametrize("sent", ["", "9", "two", "²", "9" * 40])
def test_van_that_is_none_moves_nothing(office: Client, sent: str) -> None:
    booking = booked()
    answer = assign(office, booking, sent)
    assert (answer.status_code, told(answer)) == (303, ["Choose a van. Nothing was moved."])
    booking.refresh_from_db()
    assert booking.van == van(1)


def test_strange_address_to_come_back_to_is_not_followed(office: Client) -> None:
    where = reverse("staff:assign_van", args=[booked().number])
    answer = office.post(where, {"van": 2, "seen": 1, "next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == reverse("staff:home")


def test_other_day_shows_its_whole_effect_and_saves_nothing(office: Client) -> None:
    booking = booked(paid=True)
    shown = see(office, booking, SATURDAY)
    assert shown.status_code == 200
    words = [(one.word, one.effect.figure) for one in shown.context["effects"]]
    assert words == [
        ("Price", "$149.25 more"),
        ("To pay", "$149.25"),
        ("Room in the van", "15 pieces"),
        ("Mail", "1 message"),
    ]
    booking.refresh_from_db()
    assert (booking.pickup_date, booking.revision) == (TUESDAY, 0)


def test_confirmed_move_is_made_and_what_is_due_leads_to_the_booking(office: Client) -> None:
    booking = booked(paid=True)
    answer = confirm(office, booking, see(office, booking, SATURDAY))
    assert answer.status_code == 303
    assert answer.headers["Location"] == reverse("staff:booking", args=[booking.number])
    (sentence,) = told(answer)
    assert sentence == (
        f"{booking.code} is moved to Saturday, December 5, 9:00 AM. "
        "$149.25 is to be paid now: send a payment link."
    )
    booking.refresh_from_db()
    assert (booking.pickup_date, booking.pickup_time) == (SATURDAY, time(9))
    row = AuditLog.objects.get(action="moved_booking")
    assert (row.before, row.after) == (
        {"pickup_date": "2026-12-01", "pickup_time": "09:00:00", "total_cents": 995_00},
        {"pickup_date": "2026-12-05", "pickup_time": "09:00:00", "total_cents": 1_144_25},
    )


def test_cheaper_day_asks_for_a_refund_and_says_so(office: Client) -> None:
    booking = booked(paid=True, pickup_date=SATURDAY)
    answer = confirm(office, booking, see(office, booking, THURSDAY))
    assert answer.headers["Location"] == reverse("staff:calendar_day", args=[THURSDAY])
    (sentence,) = told(answer)
    assert sentence == (
        f"{booking.code} is moved to Thursday, December 3, 9:00 AM. "
        "A refund of $149.25 is asked for."
    )


def test_what_changed_meanwhile_is_shown_beside_what_was_confirmed(office: Client) -> None:
    booking = booked(paid=True)
    shown = see(office, booking, SATURDAY)
    confirm(office, booking, see(office, booking, THURSDAY))
    answer = confirm(office, booking, shown)
    assert (answer.status_code, answer.context["is_other"]) == (409, True)
    booking.refresh_from_db()
    assert booking.pickup_date == THURSDAY


def test_full_and_closed_days_are_refused_at_the_field(office: Client) -> None:
    booking = booked()
    Day.objects.create(date=THURSDAY, is_closed=True, closed_reason="van inspection")
    answer = see(office, booking, THURSDAY)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["pickup_date"]
    assert "effects" not in answer.context
    for _number in range(2):
        booked(package="full", pickup_date=SATURDAY)
    assert list(see(office, booking, SATURDAY).context["form"].errors) == ["pickup_date"]


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"pickup_date": "", "pickup_time": "09:00"}, {"pickup_date": ["Choose a day"]}),
        (
            {"pickup_date": "soon", "pickup_time": "09:00"},
            {"pickup_date": ["Enter a day such as 12/5/2026"]},
        ),
        (
            {"pickup_date": "2026-12-03", "pickup_time": "03:10"},
            {"pickup_time": ["Choose one of the times"]},
        ),
        ({"pickup_date": "2026-12-03"}, {"pickup_time": ["Choose a time"]}),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field(
    office: Client, typed: dict[str, str], errors: dict[str, list[str]]
) -> None:
    answer = office.get(move_url(booked()), typed)
    assert (answer.status_code, answer.context["form"].errors) == (422, errors)


def test_today_is_for_those_who_may_book_it(office: Client) -> None:
    booking = booked()
    today = NOW.date()
    Booking.objects.filter(pk=booking.pk).update(package="petite")
    support = Client()
    sign_in_staff(support, make_colleague(Role.SUPPORT))
    assert see(support, booking, today, "12:00").status_code == 422
    assert see(office, booking, today, "12:00").status_code == 200


def test_page_names_free_days_and_what_the_customer_asked_for(office: Client) -> None:
    booking = booked(paid=True)
    ChangeRequest.objects.create(
        booking=booking,
        kind="reschedule",
        wanted_date=THURSDAY,
        wanted_time=time(10),
        asked_by_kind="guest",
    )
    context = office.get(move_url(booking)).context
    assert len(context["free_days"]) == 3
    assert context["asked"].wanted_date == THURSDAY


def test_moving_away_solves_the_conflict_of_the_day(office: Client) -> None:
    booking = booked()
    VanDay.objects.create(van=van(1), date=TUESDAY, in_service=False)
    check_coming_days(NOW)
    assert Alert.objects.get().closed_at is None
    confirm(office, booking, see(office, booking, THURSDAY))
    assert Alert.objects.get().closed_at is not None


def test_unknown_booking_is_no_page(office: Client) -> None:
    for number in (999, 10**12):
        assert office.get(reverse("staff:move_booking", args=[number])).status_code == 404
        assert office.post(reverse("staff:assign_van", args=[number])).status_code == 404
