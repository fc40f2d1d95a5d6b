import threading

import pytest
from django.db import OperationalError, connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory

from booking.models import Counter
from totetaxi.busy import BusyMiddleware
from totetaxi.lib.contention import TRIES, is_contention, retried


class Unit:
    """Fails as often as it is told to."""

    def __init__(self, error: Exception, times: int) -> None:
        self.error, self.times, self.runs = error, times, 0

    def __call__(self) -> str:
        self.runs += 1
        if self.runs <= self.times:
            raise self.error
        return "done"


@pytest.mark.django_db(transaction=True)
def test_unit_is_run_again_after_a_lock():
    unit = Unit(OperationalError("database is locked"), times=TRIES - 1)
    assert retried(unit.__call__)() == "done"
    assert unit.runs == TRIES


@pytest.mark.django_db(transaction=True)
def test_unit_gives_up_after_three_runs():
    unit = Unit(OperationalError("database is locked"), times=TRIES)
    with pytest.raises(OperationalError):
        retried(unit.__call__)()
    assert unit.runs == TRIES


@pytest.mark.django_db(transaction=True)
def test_unit_is_run_once_where_the_database_is_broken():
    unit = Unit(OperationalError("disk full"), times=1)
    with pytest.raises(OperationalError):
        retried(unit.__call__)()
    assert unit.runs == 1


@pytest.mark.django_db
def test_unit_is_run_once_inside_a_transaction():
    unit = Unit(OperationalError("database is locked"), times=1)
    with pytest.raises(OperationalError), transaction.atomic():
        retried(unit.__call__)()
    assert unit.runs == 1


def take_soon() -> None:
    """Lock the row, or give up after a moment."""
    with transaction.atomic():
        connection.cursor().execute("set local lock_timeout = '50ms'")
        Counter.objects.select_for_update().get(name="contended")


@pytest.mark.postgresql
@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_row_that_stays_locked_is_known_as_contention():
    Counter.objects.create(name="contended")
    locked, free = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Counter.objects.select_for_update().get(name="contended")
            locked.set()
            free.wait(10)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    locked.wait(10)
    try:
        with pytest.raises(OperationalError) as caught:
            take_soon()
        assert is_contention(caught.value)
    finally:
        free.set()
        holder.join(10)


def test_locked_row_is_answered_with_a_page_that_says_when_to_try_again():
    busy = BusyMiddleware(lambda _request: HttpResponse())
    answer = busy.process_exception(
        RequestFactory().get("/"), OperationalError("database is locked")
    )
    assert answer is not None
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "What you entered is kept" in answer.content.decode()


def test_other_errors_stay_errors():
    busy = BusyMiddleware(lambda _request: HttpResponse())
    assert busy.process_exception(RequestFactory().get("/"), ValueError()) is None
