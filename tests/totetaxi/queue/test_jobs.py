from datetime import UTC, datetime, time, timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django.db import connection
from django_q.models import OrmQ, Task

from tests.totetaxi.queue import chores
from totetaxi.lib import queue
from totetaxi.lib.queue import heartbeat, jobs
from totetaxi.models import JobRun, WorkerHeartbeat

NOON = datetime(2026, 11, 22, 12, 0, 20, tzinfo=UTC)
JOB = "tests.totetaxi.queue.chores.job"


@pytest.mark.django_db
def test_job_runs_once_in_each_slot(timetable):
    queue.schedule("tests.job", JOB, every_minutes=5)
    for seconds in range(0, 11 * 60, 15):
        with time_machine.travel(NOON + timedelta(seconds=seconds), tick=False):
            queue.plan_jobs(NOON + timedelta(seconds=seconds))
            queue.run_pending()
    assert chores.ran == ["job 12:00", "job 12:05", "job 12:10"]


@pytest.mark.django_db
def test_job_missed_for_weeks_runs_once(timetable):
    queue.schedule("tests.job", JOB, every_minutes=1)
    for moment in (NOON, NOON + timedelta(weeks=7)):
        with time_machine.travel(moment, tick=False):
            assert queue.plan_jobs(moment) == ["tests.job"]
            queue.run_pending()
            assert queue.plan_jobs(moment) == []
    assert chores.ran == ["job 12:00", "job 12:00"]


@pytest.mark.django_db
def test_job_still_due_gets_no_further_run(timetable):
    queue.schedule("tests.job", JOB, every_minutes=1)
    assert queue.plan_jobs(NOON) == ["tests.job"]
    assert queue.plan_jobs(NOON + timedelta(minutes=1)) == []
    assert JobRun.objects.count() == 1


@pytest.mark.django_db
def test_clock_that_jumps_back_repeats_nothing(timetable):
    queue.schedule("tests.job", JOB, every_minutes=60)
    for moment in (NOON - timedelta(hours=1), NOON, NOON - timedelta(hours=1), NOON):
        with time_machine.travel(moment, tick=False):
            queue.plan_jobs(moment)
            queue.run_pending()
    assert chores.ran == ["job 11:00", "job 12:00"]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_supervisors_plan_a_job_once(timetable):
    queue.schedule("tests.job", JOB, every_minutes=1)
    start = Barrier(4)

    def plan() -> None:
        start.wait()
        queue.plan_jobs(NOON)
        connection.close()

    threads = [Thread(target=plan) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with time_machine.travel(NOON, tick=False):
        queue.run_pending()
    assert len(chores.ran) == 1
    assert JobRun.objects.count() == 1


@pytest.mark.django_db
def test_failing_job_is_parked_and_a_person_told_and_the_next_slot_runs(timetable):
    queue.schedule(
        "tests.job",
        "tests.totetaxi.queue.chores.failing_job",
        every_minutes=60,
        on_parked="tests.totetaxi.queue.chores.note_job_parked",
    )
    for minutes in range(0, 50, 5):
        moment = NOON + timedelta(minutes=minutes)
        with time_machine.travel(moment, tick=False):
            queue.plan_jobs(moment)
            queue.sweep(moment)
            queue.run_pending()
    [run] = JobRun.objects.all()
    assert (run.work_state, run.attempts) == ("parked", 4)
    assert chores.parked == [("tests.job", run.last_error)]
    assert queue.plan_jobs(NOON + timedelta(hours=1)) == ["tests.job"]


@pytest.mark.django_db
def test_run_of_a_job_that_is_no_longer_known_is_ignored(timetable):
    chores.add("tests.gone")
    queue.sweep(NOON + timedelta(days=3650))
    queue.run_pending()
    assert chores.get("tests.gone").work_state == "ignored"


@pytest.mark.parametrize(
    ("now", "slot"),
    [
        # In New York 3:59 on the day that summer time ended, and 4:20 on it.
        (datetime(2026, 11, 1, 8, 59, tzinfo=UTC), datetime(2026, 10, 31, 8, 20, tzinfo=UTC)),
        (datetime(2026, 11, 1, 9, 20, tzinfo=UTC), datetime(2026, 11, 1, 9, 20, tzinfo=UTC)),
        # 23:30 in New York is the next day in UTC.
        (datetime(2026, 11, 23, 4, 30, tzinfo=UTC), datetime(2026, 11, 22, 9, 20, tzinfo=UTC)),
        # The day that summer time begins.
        (datetime(2026, 3, 8, 8, 20, tzinfo=UTC), datetime(2026, 3, 8, 8, 20, tzinfo=UTC)),
    ],
)
def test_nightly_slot_is_new_yorks_wall_clock(timetable, now, slot):
    assert queue.schedule("tests.job", JOB, nightly_at=time(4, 20)).latest_slot(now) == slot


@pytest.mark.parametrize(
    ("minutes", "slot"), [(1, time(12, 0)), (7 * 60, None), (60, time(12)), (8 * 60, time(8))]
)
def test_slots_of_minutes_count_from_midnight_and_must_divide_a_day(timetable, minutes, slot):
    if slot is None:
        with pytest.raises(ValueError, match="do not divide a day"):
            queue.schedule("tests.job", JOB, every_minutes=minutes)
        return
    planned = queue.schedule("tests.job", JOB, every_minutes=minutes)
    assert planned.latest_slot(NOON) == datetime.combine(NOON.date(), slot, tzinfo=UTC)


def test_schedule_wants_one_rhythm_and_one_meaning(timetable):
    with pytest.raises(ValueError, match="either"):
        queue.schedule("tests.job", JOB)
    with pytest.raises(ValueError, match="either"):
        queue.schedule("tests.job", JOB, every_minutes=5, nightly_at=time(4))
    queue.schedule("tests.job", JOB, every_minutes=5)
    queue.schedule("tests.job", JOB, every_minutes=5)
    with pytest.raises(ValueError, match="Two different"):
        queue.schedule("tests.job", JOB, every_minutes=10)


@pytest.mark.django_db
def test_prune_deletes_what_is_old_and_keeps_what_is_due():
    old = NOON - timedelta(days=8)
    chores.add("done", work_state="done")
    chores.add("due")
    JobRun.objects.update(slot=old)
    chores.add("new", work_state="done")
    for stopped in (old, NOON):
        Task.objects.create(
            id=f"{stopped:%j}", name="drain", func="f", started=stopped, stopped=stopped
        )
        OrmQ.objects.create(key="hint:gone", payload="", lock=stopped)
        WorkerHeartbeat.objects.create(
            worker_id=f"{stopped:%j}", host="h", pid=1, started_at=stopped, answered_at=stopped
        )
    jobs.prune(NOON)
    assert sorted(JobRun.objects.values_list("name", flat=True)) == ["due", "new"]
    assert Task.objects.get().stopped == NOON
    assert OrmQ.objects.get().lock == NOON
    assert heartbeat.table().get().started_at == NOON


def test_every_function_known_by_name_exists():
    """Kinds and jobs of every app name their functions by strings."""
    from totetaxi.lib.queue.kinds import resolve

    names = list(queue.dotted_names())
    assert "totetaxi.lib.queue.jobs.run_job" in names
    assert all(callable(resolve(name)) for name in names)


@pytest.mark.django_db
def test_whoever_was_told_of_a_failure_is_told_that_it_runs_again(timetable):
    done = "tests.totetaxi.queue.chores.note_job_done"
    queue.schedule("tests.job", JOB, every_minutes=5, on_done=done)
    failing = "tests.totetaxi.queue.chores.failing_job"
    queue.schedule("tests.failing", failing, every_minutes=5, on_done=done)
    with time_machine.travel(NOON, tick=False):
        queue.plan_jobs(NOON)
        queue.run_pending()
    assert chores.ran == ["job 12:00", "done tests.job"]
