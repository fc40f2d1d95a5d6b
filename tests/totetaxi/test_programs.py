"""The process group of `manage.py demo`, with real processes."""

import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from totetaxi.management.programs import ProcessGroup, Program

ROOT = Path(__file__).resolve().parents[2]
FOREVER = "import time; time.sleep(600)"


def python(name: str, code: str, **fields: object) -> Program:
    """A program that runs some Python."""
    return Program(name=name, command=[sys.executable, "-c", textwrap.dedent(code)], **fields)


class Listener:
    """Collects lines; optionally stops the group by a signal to itself when all is ready."""

    def __init__(self, *, stop_with: signal.Signals | None = None) -> None:
        self.lines: list[tuple[str, str]] = []
        self.ready = 0
        self.stop_with = stop_with

    def write(self, name: str, line: str) -> None:
        self.lines.append((name, line))

    def on_ready(self) -> None:
        self.ready += 1
        if self.stop_with:
            os.kill(os.getpid(), self.stop_with)


def run(*programs: Program, listener: Listener) -> int:
    """Run a group to its end."""
    return ProcessGroup(programs, write=listener.write, on_ready=listener.on_ready).run()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_group_stops_with_everything_on_a_signal(number: signal.Signals, tmp_path: Path) -> None:
    listener = Listener(stop_with=number)
    code = f"""
        import os, subprocess, sys, time
        grandchild = subprocess.Popen([sys.executable, "-c", {FOREVER!r}])
        open({str(tmp_path / "pids")!r}, "w").write(f"{{os.getpid()}} {{grandchild.pid}}")
        time.sleep(600)
    """
    after = python("second", "print('done')", once=True, after=["writer"])
    writer = python(
        "writer",
        f"import os, time\nwhile not os.path.exists({str(tmp_path / 'pids')!r}): time.sleep(0.01)",
        once=True,
    )

    exit_code = run(python("web", code), writer, after, listener=listener)

    assert exit_code == 0
    assert listener.ready == 1
    assert listener.lines == [("second", "done")]
    wait_until_gone(tmp_path / "pids")


def test_group_passes_on_lines_and_last_words() -> None:
    listener = Listener(stop_with=signal.SIGTERM)
    code = "import sys; print('one\\ntwo'); sys.stderr.write('three'); sys.stderr.flush()"

    run(python("seed", code, once=True), listener=listener)

    assert listener.lines == [("seed", "one"), ("seed", "two"), ("seed", "three")]


def test_group_starts_a_dead_program_again(tmp_path: Path) -> None:
    listener = Listener()
    mark = tmp_path / "mark"
    code = f"""
        import os, pathlib, signal, time
        mark = pathlib.Path({str(mark)!r})
        if mark.exists():
            os.kill(os.getppid(), signal.SIGTERM)
            time.sleep(600)
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    """

    assert run(python("worker", code), listener=listener) == 0
    assert listener.lines == [("worker", "ended unexpectedly (signal SIGKILL)")]


def test_group_gives_up_on_a_program_that_keeps_ending(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("totetaxi.management.programs.RESTART_SECONDS", 0.0)
    listener = Listener()

    exit_code = run(
        python("web", FOREVER), python("worker", "raise SystemExit(3)"), listener=listener
    )

    assert exit_code == 1
    assert listener.lines == [("worker", "ended unexpectedly (exit code 3)")] * 4 + [
        ("worker", "cannot be kept running: stopping everything")
    ]


def test_group_ends_when_a_preparation_fails() -> None:
    listener = Listener()
    seed = python("seed", "raise SystemExit(1)", once=True)

    assert run(seed, python("worker", FOREVER, after=["seed"]), listener=listener) == 1
    assert listener.lines == [
        ("seed", "ended unexpectedly (exit code 1)"),
        ("seed", "cannot be kept running: stopping everything"),
    ]


def test_group_waits_for_the_port_of_what_comes_before() -> None:
    listener = Listener(stop_with=signal.SIGTERM)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = f"""
        import socket, time
        time.sleep(0.5)
        print("listening")
        with socket.create_server(("127.0.0.1", {port})) as server:
            time.sleep(600)
    """
    client = f"import socket; socket.create_connection(('127.0.0.1', {port})); print('connected')"

    run(
        python("client", client, once=True, after=["server"]),
        python("server", server, port=port),
        listener=listener,
    )

    assert listener.lines == [("server", "listening"), ("client", "connected")]


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help is Linux's alone")
def test_killed_group_leaves_nothing_behind(tmp_path: Path) -> None:
    code = f"""
        import sys
        from totetaxi.management.programs import ProcessGroup, Program
        child = '''
        import os, time
        open({str(tmp_path / "pids")!r}, "w").write(f"{{os.getpid()}}")
        time.sleep(600)
        '''
        command = [sys.executable, "-c", child.replace(8 * " ", "")]
        group = ProcessGroup([Program(name="a", command=command)], write=print, on_ready=print)
        group.run()
    """
    group = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], cwd=ROOT)
    wait_until(lambda: (tmp_path / "pids").exists() and (tmp_path / "pids").read_text() != "")

    group.kill()
    group.wait()

    wait_until_gone(tmp_path / "pids")


def wait_until_gone(pids: Path) -> None:
    """Wait until none of the processes whose ids a file holds is left."""
    wait_until(lambda: not any(is_alive(int(pid)) for pid in pids.read_text().split()))


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits to be reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(condition: object, seconds: float = 10) -> None:
    """Wait for a condition, or fail."""
    assert callable(condition)
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
