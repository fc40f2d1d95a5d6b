"""A group of programs that start, live and end together (behind `manage.py demo`).

One thread and no polling of output: a selector reads what the programs print, each line goes out
with its program's name. A program that ends is started again; one that keeps ending, a signal, or
the end of the group's own process stops them all, with everything that they started.
"""

import ctypes
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO, cast

TICK_SECONDS = 0.2
GRACE_SECONDS = 10.0  # between asking a program to end and making it end
RESTART_SECONDS = 1.0
QUIET_SECONDS = 0.7  # of silence before "all are ready" is announced, so that it stands last
DEATHS_ALLOWED = 3  # within DEATHS_SECONDS; the next one ends the group
DEATHS_SECONDS = 60.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True, kw_only=True)
class Program:
    """One program of the group."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)  # beside the group's own
    port: int | None = None  # it is ready once this port of the loopback answers
    once: bool = False  # it is ready once it has ended with 0, and is not started again
    after: Sequence[str] = ()  # names of programs that must be ready before


class Process:
    """A running process of a program, with all that it started."""

    def __init__(self, program: Program) -> None:
        self.popen = subprocess.Popen(
            program.command,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **program.environment},
            stdin=subprocess.PIPE,  # its end tells watchers that the group is gone
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=end_with_parent,  # noqa: PLW1509  safe: the group has a single thread
        )
        self.output = cast("IO[bytes]", self.popen.stdout).fileno()
        os.set_blocking(self.output, False)

    def is_running(self) -> bool:
        """Whether the process itself has not ended yet."""
        return self.popen.poll() is None

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process and to all that it started."""
        with suppress(ProcessLookupError):
            os.killpg(self.popen.pid, number)

    def close(self) -> None:
        """Close our ends of its pipes."""
        for pipe in (self.popen.stdin, self.popen.stdout):
            cast("IO[bytes]", pipe).close()


class Child:
    """A program, its process while it runs, and its history."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.process: Process | None = None
        self.ready = False
        self.start_at = 0.0  # not before this monotonic second
        self.deaths: deque[float] = deque(maxlen=DEATHS_ALLOWED + 1)
        self.unfinished_line = b""

    def is_answering(self) -> bool:
        """Whether the program's port, if it has one, takes connections."""
        if self.program.port is None:
            return True
        try:
            socket.create_connection(("127.0.0.1", self.program.port), timeout=1).close()
        except OSError:
            return False
        return True


class ProcessGroup:
    """Runs programs until one of the stop signals comes, or one of them cannot be kept alive."""

    def __init__(
        self,
        programs: Sequence[Program],
        *,
        write: Callable[[str, str], None],
        on_ready: Callable[[], None],
    ) -> None:
        """`write(name, line)` gets each line of output, `on_ready()` a call once all are ready."""
        self.children = {program.name: Child(program) for program in programs}
        self.write = write
        self.on_ready = on_ready
        self.announced = False
        self.last_output_at = 0.0
        self.stop_asked = False
        self.exit_code = 0
        self.selector = selectors.DefaultSelector()

    def run(self) -> int:
        """Run the group in the main thread. Returns 0 after a signal, 1 when a program failed."""
        before = {number: signal.signal(number, self.ask_stop) for number in STOP_SIGNALS}
        try:
            while not self.stop_asked:
                self.start_what_may()
                self.read_output(TICK_SECONDS)
                self.notice_the_dead()
                self.notice_the_ready()
        finally:
            self.stop()
            for number, handler in before.items():
                signal.signal(number, handler)
            self.selector.close()
        return self.exit_code

    def ask_stop(self, *_: object) -> None:
        """Handle a signal: the loop sees the mark within a tick."""
        self.stop_asked = True

    def start_what_may(self) -> None:
        """Start what does not run, once all before it are ready and its pause is over."""
        for child in self.children.values():
            done = child.program.once and child.ready
            waits = any(not self.children[name].ready for name in child.program.after)
            if child.process or done or waits or time.monotonic() < child.start_at:
                continue
            child.process = Process(child.program)
            self.selector.register(child.process.output, selectors.EVENT_READ, child)

    def read_output(self, seconds: float) -> None:
        """Pass on what was printed, waiting up to `seconds` for something."""
        for key, _ in self.selector.select(seconds):
            self.read_from(key.data, key.fd)

    def read_from(self, child: Child, output: int) -> bool:
        """Pass on the whole lines of one block of output. Returns whether there was a block."""
        try:
            block = os.read(output, 65536)
        except BlockingIOError:
            return False
        self.last_output_at = time.monotonic()
        if not block:  # the process ended, or closed its output and goes on in silence
            self.selector.unregister(output)
        last = b"\n" if child.unfinished_line and not block else b""
        *lines, child.unfinished_line = (child.unfinished_line + block + last).split(b"\n")
        for line in lines:
            self.write(child.program.name, line.decode(errors="replace").rstrip())
        return bool(block)

    def notice_the_dead(self) -> None:
        """See which processes have ended."""
        for child in self.children.values():
            if child.process and not child.process.is_running():
                code = child.process.popen.returncode
                self.bury(child, child.process)
                self.judge_death(child, code)

    def bury(self, child: Child, process: Process) -> None:
        """End what a dead process left behind, and read its last words."""
        process.signal(signal.SIGKILL)
        if process.output in self.selector.get_map():
            while self.read_from(child, process.output):
                pass
        if process.output in self.selector.get_map():
            self.selector.unregister(process.output)
        process.close()
        child.process = None
        child.unfinished_line = b""

    def judge_death(self, child: Child, code: int) -> None:
        """Plan a new start, or end the group when the program ends again and again."""
        if child.program.once and code == 0:
            child.ready = True
            return
        now = time.monotonic()
        child.deaths.append(now)
        self.write(child.program.name, f"ended unexpectedly ({describe_exit(code)})")
        often = len(child.deaths) > DEATHS_ALLOWED and now - child.deaths[0] < DEATHS_SECONDS
        if often or child.program.once:
            self.write(child.program.name, "cannot be kept running: stopping everything")
            self.exit_code = 1
            self.stop_asked = True
        child.start_at = now + RESTART_SECONDS

    def notice_the_ready(self) -> None:
        """Mark the programs whose port answers; announce it when all are ready."""
        for child in self.children.values():
            if child.process and not child.ready and not child.program.once:
                child.ready = child.is_answering()
        quiet = time.monotonic() - self.last_output_at > QUIET_SECONDS
        if not self.announced and quiet and all(c.ready for c in self.children.values()):
            self.announced = True
            self.on_ready()

    def stop(self) -> None:
        """Ask all to end, then make them; what they print on the way still goes out."""
        running = [(child, child.process) for child in self.children.values() if child.process]
        for _, process in running:
            process.signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        while any(p.is_running() for _, p in running) and time.monotonic() < deadline:
            self.read_output(TICK_SECONDS)
        for child, process in running:
            process.signal(signal.SIGKILL)
            process.popen.wait()
            self.bury(child, process)


def describe_exit(code: int) -> str:
    """An exit code in words: "exit code 1", "signal SIGKILL"."""
    return f"exit code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"


def end_with_parent(number: signal.Signals = signal.SIGTERM) -> None:
    """Get this signal when the parent process dies, however it dies (Linux only).

    Called in a new child before its program starts, so that nothing is left even when the parent
    is killed and cannot clean up. Elsewhere the end of standard input has to do.
    """
    if sys.platform == "linux":
        set_parent_death_signal = 1
        _libc.prctl(set_parent_death_signal, int(number))


_libc = ctypes.CDLL(None)  # loaded here: after fork() only simple calls are safe
