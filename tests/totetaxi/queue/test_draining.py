import multiprocessing
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.conf import settings
from django.db import connection, connections
from django_q.models import OrmQ

from tests.totetaxi.queue import chores
from totetaxi.lib import clock, queue
from totetaxi.lib.queue import draining
from totetaxi.lib.queue.draining import describe, pause
from totetaxi.models import JobRun


def make_due(name: str) -> None:
    JobRun.objects.filter(name=name).update(next_try_at=clock.now() - timedelta(seconds=1))


@pytest.mark.django_db
@pytest.mark.parametrize("batch", [1, 10])
def test_drain_runs_what_is_due_and_nothing_else(chore, batch):
    chore(batch=batch)
    chores.add("a", "b", "c")
    chores.add("tomorrow", next_try_at=clock.now() + timedelta(days=1))
    chores.add("held", work_state="held")
    assert queue.drain(chores.CHORE) == 3
    assert sorted(chores.ran) == ["a", "b", "c"]
    assert sorted(JobRun.objects.values_list("name", "work_state", "attempts")) == [
        ("a", "done", 1),
        ("b", "done", 1),
        ("c", "done", 1),
        ("held", "held", 0),
        ("tomorrow", "due", 0),
    ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("batch", [1, 10])
def test_row_is_counted_and_leased_before_it_runs_outside_a_transaction(chore, batch, monkeypatch):
    chore(batch=batch)
    chores.add("check")
    seen = []
    real = chores.run

    def look(pk: int) -> None:
        row = JobRun.objects.get(pk=pk)
        seen.append((row.attempts, row.next_try_at - clock.now()))
        real(pk)

    monkeypatch.setattr(chores, "run", look)
    queue.drain(chores.CHORE)
    assert chores.ran == ["check", "in transaction: False"]
    [(attempts, lease)] = seen
    assert attempts == 1
    assert lease > timedelta(seconds=settings.Q_CLUSTER["timeout"] + 20)


@pytest.mark.django_db
@pytest.mark.parametrize("batch", [1, 10])
def test_failure_is_tried_again_later_and_its_text_is_not_kept(chore, batch):
    chore(batch=batch)
    chores.add("fail", "a")
    before = clock.now()
    queue.drain(chores.CHORE)
    row = chores.get("fail")
    assert (row.work_state, row.attempts) == ("due", 1)
    assert row.last_error.startswith("ValueError at tests/totetaxi/queue/chores.py:")
    assert timedelta(seconds=7) < row.next_try_at - before < timedelta(seconds=14)
    assert chores.get("a").work_state == "done"
    assert queue.drain(chores.CHORE) == 0


@pytest.mark.django_db
@pytest.mark.parametrize("batch", [1, 10])
def test_failure_is_parked_after_the_last_attempt_and_a_person_told(chore, batch):
    chore(batch=batch)
    chores.add("fail")
    for _ in range(5):
        make_due("fail")
        queue.drain(chores.CHORE)
    row = chores.get("fail")
    assert (row.work_state, row.attempts) == ("parked", 3)
    assert chores.ran == ["fail"] * 3
    assert chores.parked == [("fail", row.last_error)]


@pytest.mark.django_db
def test_success_after_failure_clears_the_error(chore):
    chores.add("fail")
    queue.drain(chores.CHORE)
    JobRun.objects.update(name="a", next_try_at=clock.now())
    queue.drain(chores.CHORE)
    row = chores.get("a")
    assert (row.work_state, row.attempts, row.last_error) == ("done", 2, "")


@pytest.mark.django_db
def test_permanent_error_parks_at_once(chore):
    chores.add("never")
    queue.drain(chores.CHORE)
    assert chores.parked == [("never", "no such box")]
    assert chores.get("never").work_state == "parked"


@pytest.mark.django_db
def test_try_later_waits_without_counting(chore):
    chores.add("later")
    before = clock.now()
    queue.drain(chores.CHORE)
    row = chores.get("later")
    assert (row.work_state, row.attempts) == ("due", 0)
    assert timedelta(seconds=30) <= row.next_try_at - before < timedelta(seconds=35)


@pytest.mark.django_db
def test_ignored_is_recorded(chore):
    chores.add("ignore")
    queue.drain(chores.CHORE)
    assert chores.get("ignore").work_state == "ignored"


@pytest.mark.django_db
def test_broken_alarm_leaves_the_row_parked_and_its_own_writes_undone(chore):
    chore(on_parked="tests.totetaxi.queue.chores.note_parked_and_break")
    chores.add("never")
    queue.drain(chores.CHORE)
    row = chores.get("never")
    assert (row.work_state, row.slot) == ("parked", chores.SLOT)


@pytest.mark.django_db
def test_retry_gives_a_parked_row_new_attempts(chore):
    chores.add("never")
    queue.drain(chores.CHORE)
    pk = chores.get("never").pk
    JobRun.objects.update(name="a")
    assert queue.retry(chores.CHORE, pk) is True
    queue.run_pending()
    assert (chores.get("a").work_state, chores.get("a").attempts) == ("done", 1)
    assert queue.retry(chores.CHORE, pk) is False


@pytest.mark.django_db
def test_late_worker_does_not_mark_a_row_that_another_began(chore):
    chores.add("steal")
    queue.drain(chores.CHORE)
    assert (chores.get("steal").work_state, chores.get("steal").attempts) == ("due", 7)


@pytest.mark.django_db
def test_drain_out_of_time_gives_rows_back_and_hints_again(chore, monkeypatch):
    chore(batch=10)
    monkeypatch.setattr(draining, "BOX_SECONDS", 0.1)
    chores.add("slow:1", "slow:2", "slow:3")
    assert queue.drain(chores.CHORE) == 1
    states = list(JobRun.objects.values_list("work_state", "attempts"))
    assert sorted(states) == [("done", 1), ("due", 0), ("due", 0)]
    assert OrmQ.objects.count() == 1
    assert queue.run_pending() >= 2
    assert sorted(chores.ran) == ["slow:1", "slow:2", "slow:3"]
    assert JobRun.objects.filter(work_state="done", attempts=1).count() == 3


@pytest.mark.django_db
def test_ended_task_marks_what_it_finished(chore):
    """django-q2 ends a task that takes too long with a SystemExit."""
    chore(batch=10)
    chores.add("a", next_try_at=clock.now() - timedelta(seconds=2))
    chores.add("exit", next_try_at=clock.now() - timedelta(seconds=1))
    with pytest.raises(SystemExit):
        queue.drain(chores.CHORE)
    assert chores.get("exit").work_state == "due"
    assert chores.get("exit").attempts == 1
    assert (chores.get("a").work_state == "done") is ("a" in chores.ran)


@pytest.mark.django_db
def test_second_step_calls_a_second_worker(chore):
    chores.add("a")
    queue.drain(chores.CHORE)
    assert OrmQ.objects.count() == 0
    chores.add("b", "c")
    queue.drain(chores.CHORE)
    assert OrmQ.objects.count() == 1


def _drain_in_child() -> None:
    connections.close_all()
    queue.drain(chores.CHORE)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("batch", [1, 10])
def test_row_that_kills_its_worker_is_parked_and_its_neighbours_are_done(chore, batch):
    """django-q2 alone would run it for ever (FAULTS.md, 34). The workers here really die."""
    chore(batch=batch)
    chores.add("kill", next_try_at=clock.now() - timedelta(seconds=9))
    chores.add("a", "b")
    connections.close_all()
    codes = []
    for _ in range(6):
        child = multiprocessing.get_context("fork").Process(target=_drain_in_child)
        child.start()
        child.join(20)
        codes.append(child.exitcode)
        JobRun.objects.filter(work_state="due").update(next_try_at=clock.now())  # leases end
        connections.close_all()
    assert codes.count(-9) == 3
    assert codes[-1] == 0
    states = dict(JobRun.objects.values_list("name", "work_state"))
    assert states == {"a": "done", "b": "done", "kill": "parked"}
    assert chores.get("kill").attempts == 3
    assert chores.get("kill").last_error == "its worker died or ran out of time"


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("batch", [1, 7])
def test_workers_at_once_run_no_row_twice(chore, batch):
    chore(batch=batch)
    chores.add(*(str(number) for number in range(200)))
    start = Barrier(4)

    def work() -> None:
        start.wait()
        queue.drain(chores.CHORE)
        connection.close()

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(chores.ran, key=int) == [str(number) for number in range(200)]
    assert JobRun.objects.filter(work_state="done", attempts=1).count() == 200


@pytest.mark.race
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_workers_at_once_would_run_rows_twice_without_the_lock(chore, monkeypatch):
    """The control of the test above: without the lock and the count, rows run more than once."""
    chores.add(*(str(number) for number in range(50)))
    start = Barrier(4)

    def step(model, done, *, now, lease_until, limit, fresh):
        draining.rows.finish(model, done)
        rows = model.objects.filter(work_state="due", next_try_at__lte=now).order_by("pk")
        found = list(rows[:limit].values_list("pk", "attempts"))
        model.objects.filter(pk__in=[pk for pk, _ in found]).update(next_try_at=lease_until)
        return [draining.rows.Claim(pk, attempts) for pk, attempts in found]

    monkeypatch.setattr(draining.rows, "step", step)

    def work() -> None:
        start.wait()
        queue.drain(chores.CHORE)
        connection.close()

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(chores.ran) > 50


def test_pause_doubles_up_to_its_cap(chore):
    kind = chore(first_retry_seconds=10, longest_retry_seconds=60)
    for attempt, seconds in [(1, 10), (2, 20), (3, 40), (4, 60), (9, 60)]:
        pauses = [pause(kind, attempt).total_seconds() for _ in range(50)]
        assert seconds * 0.75 <= min(pauses) < max(pauses) <= seconds * 1.25


def test_describe_names_no_more_than_class_and_place():
    try:
        chores.failing_job(clock.now())
    except ValueError as error:
        described = describe(error)
    assert described.startswith("ValueError at tests/totetaxi/queue/chores.py:")
    assert describe(KeyError("ann@example.com")) == "KeyError"


def test_register_refuses_a_single_attempt_and_a_second_meaning(chore):
    with pytest.raises(ValueError, match="second attempt"):
        chore(max_attempts=1)
    chore()
    with pytest.raises(ValueError, match="Two different"):
        queue.register(name=chores.CHORE, model="totetaxi.JobRun", run="elsewhere.run")
