from datetime import timedelta

import pytest
from django.test.utils import override_settings

from tests.totetaxi.queue import chores
from totetaxi.lib import clock, queue
from totetaxi.lib.queue import heartbeat
from totetaxi.lib.queue.checks import check_kinds, check_queue
from totetaxi.models import WorkerHeartbeat

NOW = clock.now()


def beat(answered: timedelta | None, worked: timedelta | None = None) -> None:
    WorkerHeartbeat.objects.create(
        worker_id="one",
        host="h",
        pid=1,
        started_at=NOW - timedelta(days=1),
        answered_at=None if answered is None else NOW - answered,
        worked_at=None if worked is None else NOW - worked,
    )


@pytest.mark.django_db
def test_health_without_any_worker_is_not_ok(chore):
    health = queue.health(NOW)
    assert (health.last_heartbeat, health.oldest_due, health.parked) == (None, {}, {})
    assert not health.ok


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answered", "worked", "ok"),
    [
        (timedelta(seconds=15), None, True),
        (timedelta(seconds=121), None, False),
        (timedelta(seconds=121), timedelta(seconds=3), True),
    ],
)
def test_health_wants_a_recent_sign_of_life(chore, answered, worked, ok):
    beat(answered, worked)
    assert queue.health(NOW).ok is ok


@pytest.mark.django_db
@pytest.mark.parametrize(("minutes", "ok"), [(4, True), (6, False)])
def test_health_tells_the_age_of_the_oldest_due_row(chore, minutes, ok):
    beat(timedelta(seconds=1))
    chores.add("old", next_try_at=NOW - timedelta(minutes=minutes))
    chores.add("new", next_try_at=NOW - timedelta(minutes=1))
    chores.add("future", next_try_at=NOW + timedelta(minutes=1))
    health = queue.health(NOW)
    assert health.oldest_due == {chores.CHORE: timedelta(minutes=minutes)}
    assert health.stale == ([] if ok else [chores.CHORE])
    assert health.ok is ok


@pytest.mark.django_db
def test_health_counts_parked_rows(chore):
    beat(timedelta(seconds=1))
    chores.add("a", "b", work_state="parked")
    health = queue.health(NOW)
    assert health.parked == {chores.CHORE: 2}
    assert health.ok


@pytest.mark.django_db
def test_health_costs_two_queries_for_a_kind_and_one(chore, django_assert_num_queries):
    with django_assert_num_queries(3):
        queue.health()


@pytest.mark.django_db
def test_work_is_noted_only_within_a_worker_and_not_at_every_row(chore, monkeypatch):
    beat(None)
    monkeypatch.setattr(heartbeat, "_noted", float("-inf"))
    heartbeat.worked()
    assert heartbeat.latest() is None
    monkeypatch.setenv(heartbeat.WORKER_ID_VARIABLE, "one")
    chores.add("a")
    queue.drain(chores.CHORE)
    first = heartbeat.latest()
    assert first is not None
    heartbeat.worked()
    assert heartbeat.latest() == first


def test_settings_of_this_installation_pass():
    assert check_queue() == []
    assert check_kinds() == []


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"timeout": 300}, ["queue.E003", "queue.E004"]),
        ({"retry": 190, "workers": 2}, ["queue.E004"]),
        ({"orm": "other"}, ["queue.E001"]),
        ({"broker_class": "django_q.brokers.orm.ORM"}, ["queue.E002"]),
        ({"sync": True}, ["queue.E006"]),
    ],
)
def test_unsafe_settings_are_found(settings, change, found):
    settings.Q_CLUSTER = {**settings.Q_CLUSTER, **change}
    assert [fault.id for fault in check_queue()] == found


def test_cache_of_one_process_is_found_outside_tests():
    local = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    with override_settings(CACHES=local, TESTING=False):
        assert [fault.id for fault in check_queue()] == ["queue.E005"]
    with override_settings(CACHES=local, TESTING=True):
        assert check_queue() == []


@pytest.mark.parametrize(
    ("model", "text"),
    [
        ("totetaxi.Nothing", "there is no model totetaxi.Nothing"),
        ("totetaxi.WorkerHeartbeat", "totetaxi.WorkerHeartbeat is no WorkRow"),
    ],
)
def test_kind_without_a_table_of_work_is_found(chore, model, text):
    queue.register(name="tests.wrong", model=model, run="x.y")
    assert [fault.msg for fault in check_kinds()] == [f"Work tests.wrong: {text}."]


def test_second_kind_on_one_table_is_found(chore):
    queue.register(name="tests.second", model="totetaxi.JobRun", run="x.y")
    text = f"Work tests.second: totetaxi.JobRun already belongs to {chores.CHORE}."
    assert [fault.msg for fault in check_kinds()] == [text]
