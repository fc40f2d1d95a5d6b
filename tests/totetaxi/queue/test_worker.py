"""`manage.py worker` as real processes, with its children killed (FAULTS.md, 32 and 35)."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from django.conf import settings
from django.db import connection, transaction

from totetaxi.lib import clock, queue
from totetaxi.lib.queue.jobs import JOB_WORK
from totetaxi.models import JobRun, WorkerHeartbeat

PROBE = "totetaxi.prune_queue"  # a job of every installation
WORKERS = 2
PATIENCE = 240  # seconds; some 5 are needed, but a busy machine may take 20 to start a process
PROCESSES = 3 + WORKERS + 2  # guard, main process, sentinel; workers; monitor, pusher


def database_url() -> str:
    """Of the test database, for another process."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def wait_until(condition: Callable[[], object], seconds: float) -> float:
    """Seconds that it took."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, "it did not happen in time"
        time.sleep(0.1)
    return time.monotonic() - began


class Worker:
    def __init__(self, log: Path) -> None:
        self.log = log
        with log.open("wb") as output:
            self.popen = subprocess.Popen(
                [sys.executable, "manage.py", "worker", "--beat=1", "--limit=8", "--grace=20"],
                cwd=settings.BASE_DIR,
                env={**os.environ, "DATABASE_URL": database_url(), "Q_WORKERS": str(WORKERS)},
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
            )

    def tree(self) -> list[psutil.Process]:
        return psutil.Process(self.popen.pid).children(recursive=True)

    def cluster(self) -> psutil.Process:
        """django-q2's main process: the supervisor's child that has children."""
        [main] = [p for p in psutil.Process(self.popen.pid).children() if p.children()]
        return main

    def sentinel(self) -> psutil.Process:
        [sentinel] = [p for p in self.cluster().children() if p.children()]
        return sentinel

    def workers(self) -> list[psutil.Process]:
        """The sentinel starts its workers before the monitor and the pusher."""
        return sorted(self.sentinel().children(), key=lambda p: (p.create_time(), p.pid))[:WORKERS]


@pytest.fixture
def worker(transactional_db: None, tmp_path: Path) -> Iterator[Worker]:
    worker = Worker(tmp_path / "worker.log")
    try:
        # The first run of a nightly job is planned as soon as the supervisor runs.
        wait_until(JobRun.objects.filter(name=PROBE, work_state="done").exists, PATIENCE)
        yield worker
    finally:
        left = worker.tree() if worker.popen.poll() is None else []
        worker.popen.kill()
        worker.popen.wait()
        psutil.wait_procs(left, timeout=10)
        print(worker.log.read_text())  # noqa: T201  pytest shows it when the test fails


def probe_runs(seconds: float) -> float:
    with transaction.atomic():
        run = JobRun.objects.create(name=PROBE, slot=clock.now())
        queue.hint(JOB_WORK)
    return wait_until(JobRun.objects.filter(pk=run.pk, work_state="done").exists, seconds)


def is_gone(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


@pytest.mark.django_db(transaction=True)
def test_worker_goes_on_after_any_of_its_processes_is_killed(worker):
    probe_runs(PATIENCE)
    wait_until(WorkerHeartbeat.objects.filter(answered_at__isnull=False).exists, PATIENCE)
    assert queue.health().ok

    idle = worker.workers()  # the death that blocks django-q2 for ever
    for process in idle:
        process.kill()
    probe_runs(PATIENCE)
    assert "cluster_replaced reason=silent" in worker.log.read_text()

    for find in (worker.sentinel, worker.cluster):
        wait_until(lambda: len(worker.tree()) == PROCESSES, PATIENCE)
        before = worker.tree()
        find().kill()
        # A row that an orphan had begun is leased for longer than this test: see them go first.
        wait_until(lambda tree=before: all(is_gone(process) for process in tree), PATIENCE)
        probe_runs(PATIENCE)
    wait_until(lambda: len(worker.tree()) == PROCESSES, PATIENCE)
    assert "cluster_replaced reason=cluster_exited_" in worker.log.read_text()

    tree = worker.tree()
    worker.popen.send_signal(signal.SIGTERM)
    assert worker.popen.wait(PATIENCE) == 0
    assert [process for process in tree + idle if not is_gone(process)] == []
    assert not WorkerHeartbeat.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_killed_supervisor_leaves_no_orphan(worker):
    tree = worker.tree()
    assert len(tree) == PROCESSES
    worker.popen.kill()
    worker.popen.wait()
    wait_until(lambda: all(is_gone(process) for process in tree), 10)
