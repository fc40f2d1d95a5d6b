"""The page: its cost, its words when nothing waits, the vans beside it, and how it stays fresh."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.lifecycle import Status
from booking.models import Alert, AlertKind, Booking, Day, Van
from staff.models import StaffSignIn
from staff.today.load import GAP, WIDTH, bar_of
from staff.today.queues import KINDS
from tests.factories import make_alert
from tests.factories.many import add_many_bookings
from tests.staff.today.conftest import NOW
from totetaxi.models import WorkerHeartbeat

TODAY = "/staff/today/"
QUERIES = 7
UNCHANGED_QUERIES = 4
XSS = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def cost(client, **headers) -> int:
    client.get(TODAY, headers=headers)  # the catalogue is kept by the process
    with CaptureQueriesContext(connection) as queries:
        client.get(TODAY, headers=headers)
    return len(queries)


def make_wait(count: int) -> None:
    """So many alerts, and bookings in every queue."""
    rows = add_many_bookings(count)
    Alert.objects.bulk_create(
        Alert(kind=AlertKind.SURPLUS, about=str(row.pk), summary="Waits.", booking=row)
        for row in rows[: count // 5]
    )
    keys = [row.pk for row in rows]
    for n, (status, changes) in enumerate(
        (
            ("paid", {"pickup_at": NOW - timedelta(hours=5)}),
            ("paid", {"pickup_at": NOW + timedelta(hours=5)}),
            ("paid", {"pickup_at": NOW + timedelta(hours=50), "coi_state": "needed"}),
            ("pending", {"pickup_at": NOW + timedelta(hours=40)}),
            ("in_progress", {"pickup_at": NOW - timedelta(hours=30)}),
        )
    ):
        some = Booking.objects.filter(pk__in=keys[n::5])
        some.update(status=status, cancel_reason="", created_at=NOW - timedelta(days=3), **changes)


def test_page_costs_the_same_with_one_fifty_and_five_thousand_bookings(office):
    costs = []
    for more in (1, 49, 4950):
        make_wait(more)
        costs.append(cost(office))
    assert costs == [QUERIES] * 3
    assert len(office.get(TODAY).content) < 80_000


def test_flood_is_cut_and_says_so(office):
    make_wait(1000)
    context = office.get(TODAY).context
    queues = {queue.kind.key: (len(queue.rows), queue.count) for queue in context["queues"]}
    assert queues["road"] == (8, "99+")
    assert context["note"] == "99+ things wait for a person, 99+ are pressing"
    alone = office.get(f"{TODAY}?queue=road").context["queues"]
    assert [(queue.kind.key, len(queue.rows) > 8) for queue in alone] == [("road", True)]


def test_nothing_waiting_says_when_it_looked_and_what_comes_next(office, place):
    place(timedelta(hours=2), guest_name="Claire Osgood")
    text = office.get(TODAY).content.decode()
    assert "Nothing waiting. Last check 9:14 AM." in text
    assert "Next pickup 11:14 AM, Claire Osgood, van 1." in text.replace("\n", "")
    assert 'href="/staff/calendar/2026-11-21/"' in text
    assert office.get(TODAY).context["note"] == "Nothing waits for a person"


def test_one_thing_is_told_of_as_one(office, place):
    place(timedelta(hours=-2))
    assert office.get(TODAY).context["note"] == "1 thing waits for a person, 1 is pressing"


def test_address_that_means_nothing_shows_everything(office):
    make_alert()
    assert len(office.get(f"{TODAY}?whose=x&queue=y").context["queues"]) == len(KINDS)


def test_what_customers_typed_is_only_text(office, place):
    booking = place(timedelta(hours=-3), guest_name=XSS, title=XSS)
    make_alert(AlertKind.REQUEST, booking, summary=XSS)
    text = office.get(TODAY).content.decode()
    assert ("<script>alert" in text, "<img src=x" in text) == (False, False)
    assert "&lt;script&gt;alert(1)" in text


class TestVans:
    def test_van_holds_what_is_booked_done_first_unpaid_last(self, office, place):
        for status, pieces in (("pending", 5), ("completed", 10), ("paid", 20)):
            place(timedelta(hours=3), status, room_pieces=pieces, room_held=status != "completed")
        load = office.get(TODAY).context["load"]
        assert (load.bookings, load.pieces, load.vans[0].pieces) == (3, 35, 35)
        unit = WIDTH / load.vans[0].capacity
        bar = load.vans[0].bar
        assert bar.done == f"M0.0 0h{10 * unit - GAP:.1f}v8h-{10 * unit - GAP:.1f}z"
        assert bar.kept.startswith(f"M{10 * unit:.1f} ")
        assert bar.held.startswith(f"M{30 * unit:.1f} ")

    def test_booking_that_takes_the_van_alone_fills_it(self, office, place):
        place(timedelta(hours=3), room_pieces=12, room_held=True, room_whole_van=True)
        van = office.get(TODAY).context["load"].vans[0]
        assert (van.pieces, van.capacity) == (van.capacity, van.capacity)

    def test_cancelled_booking_holds_nothing(self, office, place):
        place(timedelta(hours=3), Status.CANCELLED, cancel_reason="staff", room_pieces=12)
        assert office.get(TODAY).context["load"].pieces == 0

    def test_van_says_what_it_does_next(self, office, place):
        place(timedelta(hours=3), room_held=True)
        first = office.get(TODAY).context["vans"][0]
        assert (first.words, first.tone) == ("Next 12:14 PM", "sea")
        place(timedelta(hours=-3), room_held=True)
        first = office.get(TODAY).context["vans"][0]
        assert (first.words, first.tone) == ("6:14 AM not started", "red")
        Booking.objects.update(status="in_progress")
        assert office.get(TODAY).context["vans"][0].words == "All collected"

    def test_next_days_are_whole_days(self, office, place):
        for _n in range(2):
            place(timedelta(days=2), room_pieces=15, room_held=True)
        Day.objects.create(date="2026-11-21", is_closed=True, closed_reason="Inspection")
        days = office.get(TODAY).context["next_days"]
        assert [(day.bookings, day.pieces, day.closed_reason) for day in days] == [
            (0, 0, "Inspection"),
            (2, 30, ""),
            (0, 0, ""),
            (0, 0, ""),
        ]

    def test_house_without_vans_has_a_page(self, office):
        Van.objects.all().delete()
        assert office.get(TODAY).context["load"].percent == 0

    def test_bar_never_runs_over_its_ground(self):
        bar = bar_of([("paid", 50), ("paid", 50)], 60)
        assert bar.kept == "M0.0 0h119.0v8h-119.0zM120.0 0h119.0v8h-119.0z"


class TestServices:
    def test_provider_that_is_down_stands_above_all(self, office):
        make_alert(AlertKind.PROVIDER_DOWN, about="stripe", summary="Stripe does not answer us.")
        answer = office.get(TODAY)
        assert "Stripe does not answer us. Since 9:14 AM." in answer.content.decode()
        states = {one["label"]: one["words"] for one in answer.context["services"]}
        assert states == {
            "Scheduler and queue": "Not running",
            "Stripe": "Down since 9:14 AM",
            "Mail": "Working",
        }

    def test_queue_that_gave_a_sign_of_life_works(self, office):
        WorkerHeartbeat.objects.create(worker_id="a", pid=1, started_at=NOW, answered_at=NOW)
        assert office.get(TODAY).context["services"][0]["words"] == "Working"
        make_alert(AlertKind.WORK_LATE, about="events")
        assert office.get(TODAY).context["services"][0]["words"] == "Late"


class TestFreshness:
    def ask(self, client, etag: str, path: str = TODAY):
        return client.get(path, headers={"HX-Request": "true", "If-None-Match": etag})

    def test_page_that_has_everything_is_told_so_cheaply(self, office):
        etag = office.get(TODAY).context["etag"]
        with CaptureQueriesContext(connection) as queries:
            answer = self.ask(office, etag)
        assert (answer.status_code, answer.content, len(queries)) == (304, b"", UNCHANGED_QUERIES)

    def test_what_is_new_comes_as_the_piece_and_the_note(self, office):
        etag = office.get(TODAY).context["etag"]
        make_alert()
        answer = self.ask(office, etag)
        text = answer.content.decode()
        assert (answer.status_code, text.count('id="today"'), "<html" in text) == (200, 1, False)
        assert '<p class="office-note" id="today-note" hx-swap-oob="true">1 thing' in text
        assert self.ask(office, answer.context["etag"]).status_code == 304

    @pytest.mark.parametrize("act", ["take", "close", "count"])
    def test_what_becomes_of_an_alert_is_news(self, office, colleague, act):
        alert = make_alert()
        etag = office.get(TODAY).context["etag"]
        changes = {
            "take": {"taken_by": colleague.user, "taken_at": NOW},
            "close": {"closed_at": NOW},
            "count": {"times": 2},
        }
        Alert.objects.filter(pk=alert.pk).update(**changes[act])
        assert self.ask(office, etag).status_code == 200

    def test_event_of_a_booking_is_news(self, office, place):
        etag = office.get(TODAY).context["etag"]
        place(timedelta(days=3))
        assert self.ask(office, etag).status_code == 200

    def test_change_of_the_vans_is_news(self, office):
        etag = office.get(TODAY).context["etag"]
        Day.objects.create(date="2026-11-21", is_closed=True)
        assert self.ask(office, etag).status_code == 200

    def test_minute_later_it_is_written_anew(self, office):
        etag = office.get(TODAY).context["etag"]
        with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
            answer = self.ask(office, etag)
        assert (answer.status_code, "Last check 9:15 AM" in answer.content.decode()) == (200, True)

    def test_etag_of_one_address_is_not_that_of_another(self, office):
        etag = office.get(TODAY).context["etag"]
        assert self.ask(office, etag, f"{TODAY}?whose=mine").status_code == 200

    def test_page_itself_is_always_written(self, office):
        etag = office.get(TODAY).context["etag"]
        answer = office.get(TODAY, headers={"If-None-Match": etag})
        assert "<html" in answer.content.decode()

    def test_asking_by_itself_keeps_nobody_signed_in(self, office):
        etag = office.get(TODAY).context["etag"]
        for minutes in (30, 59):
            with time_machine.travel(NOW + timedelta(minutes=minutes), tick=False):
                assert self.ask(office, etag).status_code == 200
        assert StaffSignIn.objects.get().seen_at == NOW
        with time_machine.travel(NOW + timedelta(minutes=61), tick=False):
            answer = self.ask(office, etag)
        assert answer["HX-Redirect"].startswith("/staff/login/")


def test_first_page_is_today(office):
    assert office.get("/staff/")["Location"] == TODAY
