"""Background rows: the queue's workers beside a bare loop over a table."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median

from tests.bench.chores import BATCHED, SINGLE
from tests.bench.processes import cpu_seconds, largest_megabytes
from tests.bench.world import Project, World

PROCESSES = 2
START_SECONDS = 60


@dataclass(frozen=True)
class Worked:
    """Some rows, worked off."""

    rows: int
    seconds: float
    cpu_seconds: float

    @property
    def rate(self) -> float:
        """Rows a second."""
        return self.rows / self.seconds

    @property
    def cpu_ms(self) -> float:
        """CPU milliseconds a row, workers and database together."""
        return self.cpu_seconds * 1000 / self.rows


@dataclass
class Background:
    """All rounds, and the largest worker (megabytes, PSS)."""

    limit: list[Worked] = field(default_factory=list)
    single: list[Worked] = field(default_factory=list)
    batched: list[Worked] = field(default_factory=list)
    worker_megabytes: float | None = None

    @property
    def ratio(self) -> float:
        """Rows a second one at a time, over the limit's."""
        pairs = zip(self.single, self.limit, strict=True)
        return median(ours.rate / limit.rate for ours, limit in pairs)


def measure_background(world: World, rounds: int, rows: int) -> Background:
    """The limit, one at a time, in batches; and so on."""
    found = Background()
    with run_worker(world.site) as worker:
        for number in range(rounds):
            print(f"round {number + 1} of {rounds}: background", flush=True)
            found.limit.append(take_bare(world, rows))
            found.single.append(work(world, worker, SINGLE, rows))
            found.batched.append(work(world, worker, BATCHED, rows * 3))
        found.worker_megabytes = largest_megabytes(worker)
    return found


@contextmanager
def run_worker(site: Project) -> Iterator[int]:
    """Run `manage.py worker`; gives its process id once it works."""
    worker = site.start("django", "worker", "--grace", "3")
    try:
        work_off(site, SINGLE, 1)
        yield worker.pid
    finally:
        worker.terminate()
        worker.wait(timeout=START_SECONDS)


def take_bare(world: World, rows: int) -> Worked:
    """Lqueue: two processes, each in a loop."""
    world.limit.call(world.limit.data, "jobs", str(rows))
    takers = [world.limit.start("tests.bench.limit.take", talks=True) for _ in range(PROCESSES)]
    roots = [world.postgres_pid, *(taker.pid for taker in takers)]
    for taker in takers:
        hear(taker)
    before, started = cpu_seconds(roots), time.perf_counter()
    for taker in takers:
        say_go(taker)
    done = sum(int(hear(taker)) for taker in takers)
    seconds, used = time.perf_counter() - started, cpu_seconds(roots) - before
    for taker in takers:
        taker.wait()
    if done != rows:
        raise RuntimeError(f"The bare loop did {done} rows of {rows}")
    return Worked(rows, seconds, used)


def work(world: World, worker: int, kind: str, rows: int) -> Worked:
    """Rows that do nothing, by the real workers: from the hint to the last row done."""
    roots = [world.postgres_pid, worker]
    chore = world.site.start("tests.bench.chores.work", kind, str(rows), talks=True)
    hear(chore)
    before = cpu_seconds(roots)
    say_go(chore)
    seconds = float(hear(chore))
    used = cpu_seconds(roots) - before
    chore.wait()
    return Worked(rows, seconds, used)


def work_off(site: Project, kind: str, rows: int) -> None:
    """Have the workers do some rows, whatever it takes."""
    chore = site.start("tests.bench.chores.work", kind, str(rows), talks=True)
    hear(chore)
    say_go(chore)
    hear(chore)
    chore.wait()


def say_go(process: subprocess.Popen[str]) -> None:
    """Let it begin."""
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def hear(process: subprocess.Popen[str]) -> str:
    """Its next line."""
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise RuntimeError(f"{process.args!r} ended with {process.wait()}")
    return line.strip()
