"""What waits for a person, where it stands, and the one next action of it."""

from datetime import date, time, timedelta

import pytest

from booking.lifecycle import Status
from booking.models import AlertKind, Booking, ChangeRequest
from payments.models import COURTESIES, Payment, Refund
from staff.permissions import Role
from staff.today.queues import BY_ALERT
from tests.factories import make_alert, make_colleague, make_refund, sign_in_staff
from tests.staff.today.conftest import NOW

HOURS = timedelta(hours=1)
MINUTES = timedelta(minutes=1)


def told(rows):
    """When, tone, what, action and its address of each row."""
    return [(row.when, row.tone, row.what, row.action, row.action_url) for row in rows]


def test_pickup_that_was_not_started_is_late(place, seen):
    booking = place(-84 * MINUTES)
    assert {key: told(rows) for key, rows in seen().items()} == {
        "road": [
            (
                "24 min late",
                "red",
                "Pickup of 7:50 AM was not started; van 1",
                "Start it",
                f"/staff/bookings/{booking.number}/status/",
            )
        ]
    }


def test_pickup_whose_hour_is_not_over_is_still_to_be_collected(place, seen, office):
    booking = place(-59 * MINUTES)
    assert seen() == {}
    (row,) = office.get("/staff/today/").context["collect"]
    assert (row["code"], row["at"]) == (booking.code, "8:15 AM")


def test_pickups_of_today_are_listed_in_order_and_those_of_tomorrow_are_not(place, office):
    second, first, _tomorrow = place(4 * HOURS), place(2 * HOURS), place(24 * HOURS)
    codes = [row["code"] for row in office.get("/staff/today/").context["collect"]]
    assert codes == [first.code, second.code]


def test_trip_of_yesterday_that_is_not_completed_is_late(place, seen):
    booking = place(-24 * HOURS, Status.IN_PROGRESS)
    ((when, tone, what, action, url),) = told(seen()["road"])
    assert (when, tone, what) == (
        "Thu 9:14 AM",
        "red",
        "Collected Thu 9:14 AM, not completed; van 1",
    )
    assert (action, url) == ("Complete it", f"/staff/bookings/{booking.number}/status/")


def test_trip_of_today_is_late_from_six_in_the_evening(place, seen):
    place(-1 * HOURS, Status.IN_PROGRESS)
    assert seen() == {}


@pytest.mark.parametrize(
    ("ahead", "when", "tone"),
    [
        (20 * HOURS, "Since 5:14 AM", "red"),
        (30 * HOURS, "By 3:14 PM", "amber"),
        (100 * HOURS, "By Mon 1:14 PM", ""),
    ],
)
def test_certificate_waits_until_a_day_before_the_pickup(place, seen, ahead, when, tone):
    booking = place(ahead, coi_state="needed", coi_wording="Owners Corp.")
    ((said, colour, _what, action, url),) = told(seen()["coi"])
    assert (said, colour) == (when, tone)
    assert (action, url) == ("Open booking", f"/staff/bookings/{booking.number}/")


def test_certificate_without_the_buildings_wording_asks_for_it(place, seen):
    booking = place(30 * HOURS, coi_state="needed")
    ((_when, _tone, what, action, url),) = told(seen()["coi"])
    assert what == "Building's wording missing; pickup Sat Nov 21, 3:14 PM"
    assert (action, url) == (
        "Add the wording",
        f"/staff/bookings/{booking.number}/edit/building/",
    )


@pytest.mark.parametrize("state", ["approved", "not_needed"])
def test_certificate_that_is_there_waits_for_nobody(place, seen, state):
    place(30 * HOURS, coi_state=state)
    assert seen() == {}


def test_certificate_of_next_week_waits_for_nobody_yet(place, seen):
    place(timedelta(days=6), coi_state="needed")
    assert seen() == {}


def test_unpaid_booking_waits_once_its_pickup_is_near(place, seen):
    far, near = (place(timedelta(days=days), Status.PENDING) for days in (4, 2))
    Payment.objects.all().delete()
    ((when, tone, what, action, url),) = told(seen()["money"])
    assert (when, tone) == ("Pickup Sun Nov 22, 9:14 AM", "amber")
    assert what == "$995.00 not paid; Mini Move Petite"
    assert (action, url) == ("Send payment link", f"/staff/bookings/{near.number}/links/")
    assert far.number != near.number


def test_somebody_who_pays_just_now_needs_nobody(place, seen):
    booking = place(timedelta(days=2), Status.PENDING)
    Payment.objects.all().delete()
    Booking.objects.filter(pk=booking.pk).update(created_at=NOW - 59 * MINUTES)
    assert seen() == {}


def test_paid_booking_that_became_dearer_waits_for_the_rest(place, seen):
    booking = place(timedelta(days=2), revision=1)
    assert seen() == {}
    Booking.objects.filter(pk=booking.pk).update(total_cents=1_000_00)
    assert seen()["money"][0].what == "$5.00 not paid; Mini Move Petite"
    refund = make_refund(booking.payments.get(), 20_00, reason=Refund.Reason.GOODWILL)
    for courtesy in COURTESIES:
        Refund.objects.filter(pk=refund.pk).update(reason=courtesy)
        assert seen()["money"][0].what == "$5.00 not paid; Mini Move Petite"
    Refund.objects.filter(pk=refund.pk).update(reason=Refund.Reason.CHANGE)
    assert seen()["money"][0].what == "$25.00 not paid; Mini Move Petite"


def test_request_is_not_told_of_as_unpaid_once_more(place, seen):
    booking = place(timedelta(days=2), Status.PENDING)
    Payment.objects.all().delete()
    make_alert(AlertKind.REQUEST, booking)
    assert {key: len(rows) for key, rows in seen().items()} == {"customers": 1}


@pytest.mark.parametrize("status", [Status.COMPLETED, Status.CANCELLED])
def test_what_is_over_waits_for_nobody(place, seen, status):
    reason = "staff" if status == Status.CANCELLED else ""
    place(-30 * HOURS, status, cancel_reason=reason, coi_state="needed")
    assert seen() == {}


def test_deleted_booking_waits_for_nobody(place, seen):
    place(-30 * HOURS, deleted_at=NOW)
    assert seen() == {}


@pytest.mark.parametrize("kind", list(AlertKind))
def test_every_kind_of_alert_has_a_queue(place, seen, kind):
    make_alert(kind, place(timedelta(days=9)))
    assert list(seen()) == [BY_ALERT.get(kind, "system")]


def test_alert_that_is_closed_waits_for_nobody(seen):
    make_alert(closed_at=NOW)
    assert seen() == {}


def test_request_to_move_says_from_where_to_where_and_for_how_much(place, seen):
    booking = place(timedelta(days=5))
    asked = ChangeRequest.objects.create(
        booking=booking,
        kind="reschedule",
        wanted_date=date(2026, 12, 3),
        wanted_time=time(10),
        shown_cents=-147_75,
        asked_by_kind="guest",
    )
    make_alert(AlertKind.CHANGE_REQUEST, booking, about=str(asked.pk))
    ((_when, _tone, what, action, url),) = told(seen()["customers"])
    assert what == "Move Wed Nov 25 to Thu Dec 3, 10:00 AM; $147.75 less"
    assert (action, url) == ("Decide", f"/staff/change-requests/{asked.pk}/")


def test_request_to_cancel_says_what_goes_back(place, seen):
    booking = place(timedelta(days=5))
    asked = ChangeRequest.objects.create(
        booking=booking, kind="cancel", shown_cents=850_00, asked_by_kind="guest"
    )
    make_alert(AlertKind.CHANGE_REQUEST, booking, about=str(asked.pk))
    assert seen()["customers"][0].what == "Cancel pickup of Wed Nov 25; $850.00 back"


def test_alert_says_its_sentence_without_the_number_beside_it(place, seen):
    booking = place(timedelta(days=9))
    make_alert(AlertKind.SURPLUS, booking, summary=f"{booking.code} was paid twice.", times=3)
    (row,) = seen()["money"]
    assert (row.code, row.what) == (booking.code, "Was paid twice. (3 times)")


def test_alert_without_a_booking_leads_to_its_own_page(seen):
    alert = make_alert(AlertKind.UNKNOWN_PAYMENT)
    (row,) = seen()["money"]
    assert (row.code, row.action, row.action_url) == (
        "",
        "Look into it",
        f"/staff/alerts/{alert.pk}/",
    )


def test_what_presses_comes_first_then_what_waits_longest(place, seen):
    old = make_alert(AlertKind.SURPLUS, place(timedelta(days=9)))
    new = make_alert(AlertKind.LATE_PAYMENT, place(timedelta(days=8)))
    type(old).objects.filter(pk=old.pk).update(created_at=NOW - timedelta(days=2))
    type(new).objects.filter(pk=new.pk).update(created_at=NOW - timedelta(days=1))
    unpaid = place(timedelta(days=2), Status.PENDING)
    unpaid.payments.all().delete()
    assert [row.id for row in seen()["money"]] == [
        f"unpaid-{unpaid.number}",
        f"alert-{old.pk}",
        f"alert-{new.pk}",
    ]


def test_mine_and_nobodys_part_what_waits(place, seen, office, colleague):
    other = make_colleague(Role.MANAGER, "Tom Bellamy")
    mine, theirs, free = (make_alert(AlertKind.SURPLUS, place(timedelta(days=9))) for _n in "abc")
    for alert, who in ((mine, colleague), (theirs, other)):
        alert.taken_by, alert.taken_at = who.user, NOW
        alert.save()
    shown = {query: {row.id for row in seen(query)["money"]} for query in ("?whose=mine",)}
    assert shown == {"?whose=mine": {f"alert-{mine.pk}"}}
    assert [row.id for row in seen("?whose=nobody")["money"]] == [f"alert-{free.pk}"]
    context = office.get("/staff/today/").context
    assert [(str(tab["label"]), tab["count"]) for tab in context["whose"]] == [
        ("Everyone", "3"),
        ("Mine", "1"),
        ("Nobody’s", "1"),
    ]
    takers = {row.id: (row.initials, row.is_mine) for row in seen()["money"]}
    assert takers == {
        f"alert-{mine.pk}": ("CL", True),
        f"alert-{theirs.pk}": ("TB", False),
        f"alert-{free.pk}": ("", False),
    }


@pytest.mark.parametrize(
    ("role", "road", "coi", "money"),
    [
        (Role.VIEWER, "Open booking", "Open booking", "Open booking"),
        (Role.SUPPORT, "Open booking", "Add the wording", "Send payment link"),
        (Role.COORDINATOR, "Start it", "Add the wording", "Send payment link"),
    ],
)
def test_action_is_one_that_the_person_may_do(client, place, role, road, coi, money):
    sign_in_staff(client, make_colleague(role))
    place(-3 * HOURS)
    place(30 * HOURS, coi_state="needed")
    place(timedelta(days=2), Status.PENDING).payments.all().delete()
    answer = client.get("/staff/today/")
    shown = {q.kind.key: row.action for q in answer.context["queues"] for row in q.rows}
    assert shown == {"road": road, "coi": coi, "money": money}
    assert ('id="take"' in answer.content.decode()) == (role != Role.VIEWER)
