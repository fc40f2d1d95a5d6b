import time
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction
from django_q.conf import Conf
from django_q.models import OrmQ

from tests.totetaxi.queue import chores
from totetaxi.lib import clock, queue
from totetaxi.lib.queue.broker import HintBroker
from totetaxi.models import JobRun


@pytest.mark.django_db
def test_hint_of_an_unknown_kind_is_refused(chore):
    with pytest.raises(LookupError):
        queue.hint("tests.nothing")


@pytest.mark.django_db
def test_hint_is_coalesced_while_one_waits(chore):
    for _ in range(5):
        queue.hint(chores.CHORE)
    assert OrmQ.objects.count() == 1


@pytest.mark.django_db
def test_hint_runs_the_rows_of_its_kind(chore):
    chores.add("a", "b")
    queue.hint(chores.CHORE)
    assert queue.run_pending() == 2  # the second calls a helper, which finds nothing
    assert sorted(chores.ran) == ["a", "b"]
    assert OrmQ.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_hint_is_undone_with_its_transaction(chore):
    with transaction.atomic():
        chores.add("a")
        queue.hint(chores.CHORE)
        transaction.set_rollback(True)
    assert OrmQ.objects.count() == 0
    assert queue.run_pending() == 0
    assert chores.ran == []


@pytest.mark.django_db
def test_sweep_hints_due_rows_whose_hint_was_lost(chore):
    chores.add("a")
    assert queue.run_pending() == 0
    assert queue.sweep(clock.now()) == [chores.CHORE]
    queue.run_pending()
    assert chores.ran == ["a"]
    assert queue.sweep(clock.now()) == []


@pytest.mark.django_db
def test_hint_signed_with_another_key_vanishes_and_is_swept(chore):
    chores.add("a")
    with pytest.MonkeyPatch.context() as before:
        before.setattr(Conf, "SECRET_KEY", "the key before")
        queue.hint(chores.CHORE)
    assert queue.run_pending() == 0
    assert OrmQ.objects.count() == 0
    assert chores.get("a").work_state == "due"
    queue.sweep(clock.now())
    queue.run_pending()
    assert chores.get("a").work_state == "done"


@pytest.mark.django_db
def test_broker_takes_hints_in_order_and_only_once(chore):
    queue.hint(chores.CHORE)
    broker = HintBroker()
    assert broker.queue_size() == 1
    assert len(broker.take()) == 1
    assert broker.take() == []


def hint_while_a_worker_looks() -> int:
    """A writer relies on the waiting hint; a worker looks before the writer's transaction ends.

    Answers how many rows were run in the end, without any sweeper.
    """
    queue.hint(chores.CHORE)
    relied, looked = Barrier(2, timeout=10), Barrier(2, timeout=10)

    def write() -> None:
        with transaction.atomic():
            chores.add("a")
            queue.hint(chores.CHORE)
            relied.wait()
            looked.wait()
        connection.close()

    thread = Thread(target=write)
    thread.start()
    relied.wait()
    queue.run_pending()
    looked.wait()
    thread.join()
    queue.run_pending()
    return len(chores.ran)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_hint_relied_on_is_taken_only_after_its_transaction(chore):
    assert hint_while_a_worker_looks() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_hint_relied_on_without_the_lock_would_forget_the_row(chore, monkeypatch):
    """The control of the test above."""
    monkeypatch.setattr(
        "totetaxi.lib.queue.hints._relies_on_waiting",
        lambda key: OrmQ.objects.filter(key=key).exists(),
    )
    assert hint_while_a_worker_looks() == 0


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_no_row_is_forgotten_however_hints_and_workers_interleave(chore):
    """Eight writers and two workers; no sweeper."""
    writing = True

    def write(number: int) -> None:
        for count in range(20):
            with transaction.atomic():
                chores.add(f"{number}:{count}")
                queue.hint(chores.CHORE)
        connection.close()

    def work() -> None:
        while writing:
            queue.run_pending()
            time.sleep(0.001)
        connection.close()

    writers = [Thread(target=write, args=(number,)) for number in range(8)]
    workers = [Thread(target=work) for _ in range(2)]
    for thread in writers + workers:
        thread.start()
    for thread in writers:
        thread.join()
    writing = False
    for thread in workers:
        thread.join()
    queue.run_pending()
    assert JobRun.objects.filter(work_state="done").count() == 160
    assert sorted(chores.ran) == sorted({*chores.ran})
