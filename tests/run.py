"""Run everything that must hold: `python -m tests.run [lint] [sqlite] [postgresql] [-- pytest's]`.

Behind `make test` and `make lint`. All parts run even when one fails. pytest's own closing line
comes last, unless something failed: then the names of the failed parts do.
"""

import os
import secrets
import shlex
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

# What production is checked with; nothing here is a secret or is ever called.
PRODUCTION = {
    "TOTETAXI_ENV": "production",
    "SECRET_KEY": secrets.token_urlsafe(60),
    "DATABASE_URL": "postgres://nobody@localhost/nothing",
    "ALLOWED_HOSTS": "www.totetaxi.example",
    "SITE_URL": "https://www.totetaxi.example",
    "STRIPE_SECRET_KEY": "sk_live_never_used",
    "STRIPE_WEBHOOK_SECRET": "whsec_never_used",
    "MAIL": "ses",
}


@dataclass(frozen=True)
class Check:
    """A command that must end with 0."""

    name: str
    command: str
    environment: dict[str, str] | None = None

    def run(self) -> tuple[bool, str, float]:
        """Returns whether it passed, what it printed, and the seconds that it took."""
        started = time.monotonic()
        program, *arguments = shlex.split(self.command)
        done = subprocess.run(
            [BIN / program, *arguments],
            cwd=ROOT,
            env={**os.environ, **(self.environment or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode == 0, done.stdout, time.monotonic() - started


# The slowest first: two run at a time.
CHECKS = [
    Check("types", "mypy"),
    Check("templates", "djlint templates --lint --quiet"),
    Check("imports", "lint-imports --no-logo"),
    Check("migrations", "python manage.py makemigrations --check --dry-run"),
    Check("settings", "python manage.py check --deploy --fail-level WARNING", PRODUCTION),
    Check("packages", "python -m pip check"),
    Check("style", "ruff check ."),
    Check("format", "ruff format --check ."),
]


def main() -> None:
    """Run the parts that the command line names."""
    arguments = sys.argv[1:]
    split = arguments.index("--") if "--" in arguments else len(arguments)
    parts, pytest_arguments = arguments[:split], arguments[split + 1 :]
    runners: dict[str, Callable[[], bool]] = {
        "lint": lint,
        "sqlite": lambda: run_on_sqlite(pytest_arguments),
        "postgresql": lambda: run_on_postgresql(pytest_arguments),
    }
    if not parts or set(parts) - set(runners):
        raise SystemExit(f"usage: python -m tests.run {' '.join(runners)} [-- pytest's arguments]")
    if set(parts) != {"lint"}:
        prepare_browser()
    failed = []
    for part in parts:
        started = time.monotonic()
        headline(part)
        if not runners[part]():
            failed.append(part)
        if part != parts[-1]:
            print(f"{part} took {time.monotonic() - started:.0f} s", flush=True)
    if failed:
        raise SystemExit(f"FAILED: {', '.join(failed)}")


def headline(part: str) -> None:
    """Separate a part from the one before."""
    print(f"\n--- {part} {'-' * (74 - len(part))}", flush=True)


def lint() -> bool:
    """Run the checks, and show what the failed ones say. Returns whether all passed."""
    passed = True
    with ThreadPoolExecutor(max_workers=2) as pool:
        for check, (ok, output, seconds) in zip(CHECKS, pool.map(Check.run, CHECKS), strict=True):
            print(f"{check.name:<12}{'ok' if ok else 'FAILED':<8}{seconds:5.1f} s", flush=True)
            if not ok:
                passed = False
                print(output, flush=True)
    return passed


def prepare_browser() -> None:
    """Find or install a browser once, for all workers of all runs."""
    from tests.chromium import NoBrowserError, find_or_install  # lint needs none of it

    try:
        os.environ["TEST_BROWSER"] = find_or_install()
    except NoBrowserError as error:
        raise SystemExit(f"FAILED: {error}") from error
    print(f"Browser: {os.environ['TEST_BROWSER'] or 'Playwright’s own'}", flush=True)


def run_on_sqlite(arguments: list[str]) -> bool:
    """Run the tests on SQLite, in a file."""
    return run_pytest(arguments, {"TEST_DATABASE_URL": ""})


def run_on_postgresql(arguments: list[str]) -> bool:
    """Run the tests on PostgreSQL: the one of TEST_DATABASE_URL, or a throw-away one."""
    from tests.postgres import NoPostgresqlError, throwaway_postgresql  # lint needs none of it

    try:
        with throwaway_postgresql() as url:
            return run_pytest(arguments, {"TEST_DATABASE_URL": url})
    except NoPostgresqlError as error:
        print(error, flush=True)
        return False


def run_pytest(arguments: list[str], environment: dict[str, str]) -> bool:
    """Run the tests in a process of their own, in parallel. Returns whether all passed."""
    options = ["-n", str(workers()), "--durations=5", "--durations-min=3", *arguments]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options],
        cwd=ROOT,
        env={**os.environ, **environment},
        check=False,
    )
    return done.returncode == 0


def workers() -> int:
    """How many test processes: one for each core, but two at least, so that parallel is tested."""
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 2
    return min(max(cores, 2), 8)


if __name__ == "__main__":
    main()
