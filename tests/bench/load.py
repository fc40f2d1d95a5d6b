"""The load generator: a process with a few kept connections, each asking once it is answered.

Small enough to cost the machine little beside what it measures.
"""

import re
import selectors
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.bench.processes import cpu_seconds
from tests.bench.traffic import HOST, Stream

# Then it connects anew, as visitors come and go: so no worker keeps more connections than another.
REQUESTS_PER_CONNECTION = 50
SILENCE_SECONDS = 30.0
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
END_OF_CHUNKS = b"\r\n0\r\n\r\n"


class LoadError(RuntimeError):
    """A site answered other than 200 or 304, or not at all."""


@dataclass(frozen=True, kw_only=True)
class Load:
    """One measurement: `streams` has one stream for each connection."""

    port: int
    streams: tuple[Stream, ...]
    warm_up_seconds: float
    seconds: float
    roots: tuple[int, ...]  # the processes whose CPU time is counted, with all below them


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What a measurement found. Latencies are seconds, sorted."""

    requests: int
    seconds: float
    cpu_seconds: float
    latencies: list[float]

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


@dataclass
class Connection:
    """One kept connection, with a request under way."""

    port: int
    wires: Iterator[bytes]
    kept: socket.socket | None = None
    asked: int = 0
    sent_at: float = 0.0
    received: bytearray = field(default_factory=bytearray)

    def ask(self) -> socket.socket | None:
        """Send the next request; the socket if it is a new one."""
        new = None
        if self.kept is None:
            new = self.kept = socket.create_connection((HOST, self.port))
            self.kept.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received.clear()
        self.asked += 1
        wire = next(self.wires)
        self.sent_at = time.perf_counter()
        self.kept.sendall(wire)
        return new

    def is_answered(self) -> bool:
        """Take what has arrived. Raises LoadError for an answer that is not wanted."""
        assert self.kept is not None
        part = self.kept.recv(65536)
        self.received += part
        head, found, body = self.received.partition(b"\r\n\r\n")
        if not found and part:
            return False
        status = head.split(b"\r\n", 1)[0]
        if b" 304 " in status:  # which has no body
            return True
        if b" 200 " not in status:
            raise LoadError(bytes(self.received[:600]).decode(errors="replace"))
        length = LENGTH.search(head)
        return len(body) >= int(length[1]) if length else (b"\r\n" + body).endswith(END_OF_CHUNKS)


def apply(load: Load) -> Taken:
    """Ask for as long as is wanted. Runs in a process of its own."""
    connections = [
        Connection(load.port, (request.wire() for request in stream.requests()))
        for stream in load.streams
    ]
    with selectors.DefaultSelector() as selector:
        for connection in connections:
            _ask(connection, selector)
        _work(selector, load.warm_up_seconds)
        before, started = cpu_seconds(load.roots), time.perf_counter()
        latencies = _work(selector, load.seconds)
        passed, after = time.perf_counter() - started, cpu_seconds(load.roots)
    for connection in connections:
        if connection.kept is not None:
            connection.kept.close()
    return Taken(
        requests=len(latencies),
        seconds=passed,
        cpu_seconds=after - before,
        latencies=sorted(latencies),
    )


def _ask(connection: Connection, selector: selectors.BaseSelector) -> None:
    new = connection.ask()
    if new is not None:
        selector.register(new, selectors.EVENT_READ, connection)


def _work(selector: selectors.BaseSelector, seconds: float) -> list[float]:
    """Answers' latencies, in the order in which they came."""
    latencies = []
    ends = time.perf_counter() + seconds
    while time.perf_counter() < ends:
        ready = selector.select(timeout=SILENCE_SECONDS)
        if not ready:
            raise LoadError(f"No answer within {SILENCE_SECONDS:.0f} seconds")
        for key, _events in ready:
            connection: Connection = key.data
            if not connection.is_answered():
                continue
            latencies.append(time.perf_counter() - connection.sent_at)
            if connection.asked % REQUESTS_PER_CONNECTION == 0 and connection.kept is not None:
                selector.unregister(connection.kept)
                connection.kept.close()
                connection.kept = None
            _ask(connection, selector)
    return latencies
