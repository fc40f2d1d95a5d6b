from collections.abc import Callable, Iterator

import pytest

from tests.totetaxi.queue import chores
from totetaxi.lib import queue
from totetaxi.lib.queue import jobs, kinds


@pytest.fixture
def chore(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., queue.Kind]]:
    """Registers `tests.chore` as the only kind of work; call it to choose other options."""
    monkeypatch.setattr(kinds, "_kinds", {})
    chores.ran.clear()
    chores.parked.clear()

    def register(**options: object) -> queue.Kind:
        kinds._kinds.clear()
        defaults = {
            "run": "tests.totetaxi.queue.chores.run",
            "on_parked": "tests.totetaxi.queue.chores.note_parked",
            "max_attempts": 3,
        }
        return queue.register(name=chores.CHORE, model="totetaxi.JobRun", **{**defaults, **options})

    register()
    yield register
    chores.ran.clear()
    chores.parked.clear()


@pytest.fixture
def timetable(monkeypatch: pytest.MonkeyPatch) -> None:
    """No jobs but those that the test schedules, and no kind of work but theirs."""
    monkeypatch.setattr(jobs, "_schedules", {})
    monkeypatch.setattr(kinds, "_kinds", {jobs.JOB_WORK: kinds.get_kind(jobs.JOB_WORK)})
    chores.ran.clear()
    chores.parked.clear()
