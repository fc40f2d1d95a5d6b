"""The rows of the days that are over: every night, after an outage, two at once, and anew."""

from datetime import UTC, date, datetime, time, timedelta
from threading import Barrier, Thread

import pytest
from django.core.management import call_command
from django.db import connection

from booking.models import Alert
from staff import tasks
from staff.kpi.services import COUNTED_AGAIN_DAYS, count_days, count_recent
from staff.models import KpiDay
from tests.factories import make_refund, make_sale
from totetaxi.lib.queue.jobs import all_schedules

NOW = datetime(2026, 11, 22, 8, 10, tzinfo=UTC)  # 3:10 in New York
LAST = date(2026, 11, 21)


def sale_before(days: int, cents: int = 100_00):
    """A sale so many days before yesterday, made the day it was paid."""
    at = NOW - timedelta(days=1 + days)
    booking = make_sale(at, cents=cents)
    type(booking).all_objects.filter(pk=booking.pk).update(created_at=at)
    return booking


def dates() -> list[date]:
    return list(KpiDay.objects.values_list("date", flat=True))


@pytest.mark.django_db
def test_night_counts_every_day_since_the_first_booking():
    sale_before(30)
    assert count_recent(NOW) == 31
    assert (dates()[0], dates()[-1], len(dates())) == (LAST - timedelta(days=30), LAST, 31)
    assert [row.booked for row in KpiDay.objects.filter(booked__gt=0)] == [1]


@pytest.mark.django_db
def test_night_without_any_booking_counts_nothing():
    assert (count_recent(NOW), dates()) == (0, [])


@pytest.mark.django_db
def test_day_that_is_not_over_has_no_row():
    make_sale(NOW)
    count_recent(NOW)
    assert max(dates(), default=LAST) == LAST


@pytest.mark.django_db
def test_next_night_counts_the_latest_days_again():
    booking = sale_before(3)
    count_recent(NOW)
    # Told late: it went back on a day that was counted.
    make_refund(booking.payments.get(), 40_00, succeeded_at=NOW - timedelta(days=2))
    assert count_recent(NOW + timedelta(days=1)) == COUNTED_AGAIN_DAYS
    row = KpiDay.objects.get(date=LAST - timedelta(days=1))
    assert (row.refunded_cents, row.counted_at) == (40_00, NOW + timedelta(days=1))


@pytest.mark.django_db
def test_outage_of_weeks_is_caught_up_in_one_night():
    sale_before(60)
    count_days(LAST - timedelta(days=60), LAST - timedelta(days=40), now=NOW)
    sale_before(35)
    assert count_recent(NOW) == 40
    assert len(dates()) == 61
    assert KpiDay.objects.get(date=LAST - timedelta(days=35)).booked == 1


@pytest.mark.django_db
def test_counting_twice_changes_nothing():
    sale_before(5)
    values = []
    for _time in range(2):
        count_recent(NOW)
        values.append(list(KpiDay.objects.values()))
    assert values[0] == values[1]


@pytest.mark.django_db
def test_command_counts_everything_anew(capsys, monkeypatch):
    monkeypatch.setattr("totetaxi.lib.clock.now", lambda: NOW)
    sale_before(200)
    count_recent(NOW)
    KpiDay.objects.update(booked=7)
    call_command("count_days")
    assert capsys.readouterr().out == "201 days counted.\n"
    assert sum(KpiDay.objects.values_list("booked", flat=True)) == 1


def test_it_is_planned_for_the_night():
    (ours,) = [one for one in all_schedules() if one.name == "staff.count_days"]
    assert (ours.func, ours.nightly_at, ours.on_parked) == (
        "staff.tasks.count_days",
        time(3, 10),
        "staff.tasks.job_parked",
    )


@pytest.mark.django_db
def test_job_that_gave_up_waits_for_a_person():
    tasks.count_days(NOW)
    tasks.job_parked("staff.count_days", "no room")
    alert = Alert.objects.get()
    assert (alert.kind, alert.about, alert.summary) == (
        "work_parked",
        "job:staff.count_days",
        "The job staff.count_days failed: no room",
    )


@pytest.mark.race
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_at_once_write_the_same_rows():
    sale_before(20)
    start, faults = Barrier(2), []

    def count() -> None:
        try:
            start.wait()
            count_recent(NOW)
        except Exception as fault:  # noqa: BLE001  told below
            faults.append(fault)
        finally:
            connection.close()

    threads = [Thread(target=count) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (faults, len(dates())) == ([], 21)
