"""Both sites, running: a PostgreSQL of their own, and a gunicorn for each."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from unittest.mock import patch

import psycopg

from tests import postgres
from tests.bench.traffic import HOST, Request, Visitor
from totetaxi.management.programs import end_with_parent

ROOT = Path(__file__).resolve().parents[2]
# Unlike the tests' PostgreSQL this one is safe: a webhook is answered once its row is on the disk.
SAFE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
# The rest is in gunicorn.conf.py, as in production. No worker ends while it is measured.
GUNICORN = "--workers 2 --max-requests 0 --log-level warning".split()
START_SECONDS = 60.0


@dataclass
class Project:
    """One of the two sites."""

    name: str
    settings: str
    wsgi: str
    data: str  # the module that makes its tables and rows
    folder: Path
    database_url: str
    port: int = 0
    server_pid: int = 0
    visitors: list[Visitor] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """What its processes are told."""
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": self.settings,
            "TOTETAXI_ENV": "development",
            "DEBUG": "false",
            "LOG_LEVEL": "WARNING",
            "DATABASE_URL": self.database_url,
            "STRIPE_API_BASE": f"http://{HOST}:9",
            "BENCH_FOLDER": str(self.folder),
        }

    def call(self, module: str, *arguments: str, given: str = "") -> Any:
        """Run one of our modules to its end; answers its last line, read as JSON."""
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env=self.environment,
            input=given,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return json.loads((done.stdout.splitlines() or ["null"])[-1])

    def start(self, *command: str, talks: bool = False) -> subprocess.Popen[str]:
        """Start one of its processes; with `talks` its input and output are pipes."""
        pipe = subprocess.PIPE if talks else None
        log: IO[str] = (self.folder / f"{self.name}.log").open("a")
        with log:
            return subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=ROOT,
                env=self.environment,
                stdin=pipe or subprocess.DEVNULL,
                stdout=pipe or log,
                stderr=log,
                text=True,
                preexec_fn=end_with_parent,  # noqa: PLW1509  a single thread calls it
            )

    def probe(self, pairs: list[tuple[Request, Request]]) -> list[tuple[int, int]]:
        """Queries, and bytes before compression, of the second request of each pair."""
        given = json.dumps([[vars(request) for request in pair] for pair in pairs])
        return [(queries, size) for queries, size in self.call("tests.bench.probe", given=given)]


@dataclass(frozen=True)
class World:
    """Both sites and their database."""

    site: Project
    limit: Project
    postgres_pid: int
    postgres_version: str

    def roots(self, project: Project) -> tuple[int, ...]:
        """The processes that work for a request to a project."""
        return project.server_pid, self.postgres_pid


@contextmanager
def open_world(folder: Path) -> Iterator[World]:
    """Make both databases, fill them, start both servers; all ends with the `with` block."""
    os.environ.pop("TEST_DATABASE_URL", None)  # whose CPU time could not be counted
    with ExitStack() as stack:
        stack.enter_context(patch.dict(postgres.SETTINGS, SAFE))
        url = stack.enter_context(postgres.throwaway_postgresql())
        site = Project(
            name="site",
            settings="tests.bench.site_settings",
            wsgi="totetaxi.wsgi",
            data="tests.bench.site_data",
            folder=folder,
            database_url=url.replace("/postgres?", "/site?"),
        )
        limit = Project(
            name="limit",
            settings="tests.bench.limit.settings",
            wsgi="tests.bench.limit.wsgi",
            data="tests.bench.limit.data",
            folder=folder,
            database_url=url.replace("/postgres?", "/bare?"),
        )
        pid, version = prepare_server(url)
        for project in (site, limit):
            project.visitors = [Visitor(**told) for told in project.call(project.data)]
            stack.enter_context(serve(project))
        yield World(site, limit, pid, version)


def prepare_server(url: str) -> tuple[int, str]:
    """Make both databases; answers the server's process id and version."""
    host = url.partition("host=")[2]
    with psycopg.connect(host=host, user="postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE site")
        connection.execute("CREATE DATABASE bare")
        version = str(connection.info.server_version // 10_000)
    pid = int((Path(host) / "data" / "postmaster.pid").read_text().split("\n")[0])
    return pid, version


@contextmanager
def serve(project: Project) -> Iterator[None]:
    """Run gunicorn for a project."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        project.port = probe.getsockname()[1]
    bind = ["--bind", f"{HOST}:{project.port}"]
    server = project.start("gunicorn", f"{project.wsgi}:application", *GUNICORN, *bind)
    try:
        wait_until_listening(server, project)
        project.server_pid = server.pid
        yield
    finally:
        server.terminate()
        server.wait()


def wait_until_listening(server: subprocess.Popen[str], project: Project) -> None:
    """Wait until connections are taken. Raises RuntimeError with its log when it ends instead."""
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection((HOST, project.port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError((project.folder / f"{project.name}.log").read_text()[-3000:])
