"""What the supervisor concludes from the signs of life; test_worker.py has the real processes."""

import time
from datetime import timedelta

import pytest
from django.db import OperationalError
from django_q.models import OrmQ

from tests.totetaxi.queue import chores
from totetaxi.lib import clock, queue
from totetaxi.lib.queue import heartbeat
from totetaxi.lib.queue.broker import HintBroker
from totetaxi.management.supervisor import Pace, Sign, Supervisor
from totetaxi.models import JobRun, WorkerHeartbeat


def sign(seconds_ago: float, *, heard: bool = True) -> Sign:
    return Sign(value=clock.now(), changed=time.monotonic() - seconds_ago, heard=heard)


@pytest.fixture
def supervisor() -> Supervisor:
    return Supervisor(Pace())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("worked", "answered", "row_waits", "reason"),
    [
        (900, 14, False, None),  # nothing to do
        (900, 61, False, "silent"),
        (5, 170, True, None),  # busy: heartbeats wait their turn
        (5, 181, True, "monitor_silent"),
        (61, 61, True, "silent"),
        (121, 14, True, "rows_not_taken"),
        (119, 14, True, None),
    ],
)
def test_supervisor_knows_a_blocked_cluster(supervisor, chore, worked, answered, row_waits, reason):
    if row_waits:
        chores.add("a", next_try_at=clock.now() - timedelta(seconds=125))
    supervisor._worked, supervisor._answered = sign(worked), sign(answered)
    assert supervisor._silence() == reason


@pytest.mark.django_db
def test_supervisor_gives_an_unreachable_database_time(supervisor):
    def fail() -> None:
        raise OperationalError

    supervisor._worked, supervisor._answered = sign(900), sign(900)
    assert supervisor._reach_database(fail) is False
    assert supervisor._silence() is None


@pytest.mark.django_db
def test_beat_plans_sweeps_and_leaves_one_heartbeat(supervisor, timetable, monkeypatch):
    queue.schedule("tests.job", "tests.totetaxi.queue.chores.job", every_minutes=60)
    for _ in range(3):
        supervisor._beat()
    keys = list(OrmQ.objects.order_by("id").values_list("key", flat=True))
    assert sorted(keys) == [f"beat:{supervisor.worker_id}", "hint:totetaxi.job"]
    assert JobRun.objects.get().name == "tests.job"
    assert WorkerHeartbeat.objects.get().answered_at is None


@pytest.mark.django_db
def test_heartbeat_is_taken_by_its_own_cluster_and_answered(supervisor, timetable, monkeypatch):
    supervisor._beat()
    monkeypatch.setenv(heartbeat.WORKER_ID_VARIABLE, "another")
    assert HintBroker().take() == []
    monkeypatch.setenv(heartbeat.WORKER_ID_VARIABLE, supervisor.worker_id)
    broker = HintBroker()
    [(acknowledgement, _payload)] = broker.take()
    assert supervisor._answered.value is None
    broker.acknowledge(acknowledgement)
    supervisor._read_signs()
    assert supervisor._answered.value is not None
    assert supervisor._answered.age() < 5


@pytest.mark.parametrize(("seconds", "reason"), [(59, None), (61, "silent")])
def test_new_cluster_gets_a_minute_to_start_however_short_the_limit(seconds, reason):
    supervisor = Supervisor(Pace(limit=8))
    supervisor._worked = supervisor._answered = sign(seconds, heard=False)
    assert supervisor._silence() == reason


def test_sign_ages_from_its_last_change():
    seen = sign(50)
    seen.read(seen.value)
    assert seen.age() > 49
    seen.read(clock.now())
    assert seen.age() < 5
