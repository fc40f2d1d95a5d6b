"""The finder of a PostgreSQL for the tests. That it finds one, every run on PostgreSQL shows."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import postgres


@pytest.fixture
def binaries(tmp_path: Path) -> Path:
    """A folder with an `initdb` that does not work."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "initdb").write_text("#!/bin/sh\necho 'no library'; exit 1\n")
    (folder / "initdb").chmod(0o755)
    return folder


@pytest.fixture
def parent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the clusters of this test would stand."""
    monkeypatch.setattr(postgres, "PARENT", tmp_path)
    return tmp_path


def test_postgres_says_what_it_tried(
    binaries: Path, parent: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    monkeypatch.setattr(postgres, "found_binaries", lambda: [binaries])
    monkeypatch.setattr(postgres.shutil, "which", lambda *_: None)  # no apt-get
    monkeypatch.setattr(postgres, "server_user", lambda: None)

    with pytest.raises(postgres.NoPostgresqlError) as caught, postgres.throwaway_postgresql():
        pass

    lines = str(caught.value).splitlines()
    assert lines[0].startswith("The tests need a PostgreSQL and none could be started.")
    assert lines[1:] == ["Tried:", f"  {binaries}: no library"]
    assert list(parent.glob(f"{postgres.FOLDER_PREFIX}*")) == []


def test_postgres_looks_in_path_first_and_prefers_new_versions(
    binaries: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = [tmp_path / version / "bin" for version in ("9", "17", "15")]
    for folder in versions:
        folder.mkdir(parents=True)
        (folder / "initdb").symlink_to(binaries / "initdb")
    monkeypatch.setenv("PATH", str(binaries))
    monkeypatch.setattr(postgres, "INSTALLED", [f"{tmp_path}/*/bin"])
    monkeypatch.setattr(postgres, "find_spec", lambda _: None)

    nine, seventeen, fifteen = versions
    assert postgres.found_binaries() == [binaries, seventeen, fifteen, nine]
    assert postgres.version_in(Path("/usr/lib/postgresql/17/bin")) == 17


def test_postgres_takes_the_url_that_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_DATABASE_URL", "postgres://here/now")
    with postgres.throwaway_postgresql() as url:
        assert url == "postgres://here/now"


def test_postgres_removes_what_killed_runs_left(parent: Path) -> None:
    server = server_that_stops_when_told()
    abandoned, lived_in = (parent / f"{postgres.FOLDER_PREFIX}{name}" for name in "ab")
    for folder, owner in ((abandoned, ended_process()), (lived_in, os.getpid())):
        (folder / "data").mkdir(parents=True)
        (folder / "owner.pid").write_text(str(owner))
        (folder / "data" / "postmaster.pid").write_text(f"{server.pid}\n/data\n")

    postgres.remove_left_overs()

    assert server.wait(timeout=10) != 0
    assert (abandoned.exists(), lived_in.exists()) == (False, True)


def server_that_stops_when_told() -> subprocess.Popen[str]:
    """As PostgreSQL does, it sees to the signal itself: a run in the background ignores it."""
    program = (
        "import signal, time; signal.signal(signal.SIGINT, signal.SIG_DFL); "
        "print('ready', flush=True); time.sleep(600)"
    )
    server = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    with server.stdout:
        assert server.stdout.readline() == "ready\n"
    return server


def ended_process() -> int:
    """The id of a process that is no more."""
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid
