"""`manage.py check_invariants`: prove that what must hold does, on any database."""

import json
import logging
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

# Each tells the registry of its checks.
from booking import invariants as _booking  # noqa: F401
from payments import invariants as _payments  # noqa: F401
from totetaxi.lib import clock
from totetaxi.lib.invariants import Invariant, all_invariants, snapshot
from totetaxi.lib.queue.draining import describe

logger = logging.getLogger("totetaxi")

BROKEN, NOT_CHECKED = 1, 2
MOST_SHOWN = 1_000


class Command(BaseCommand):
    help = (
        "Checks what must hold in any database, reads only, and prints a row for each break. Exit "
        "status 0: all of it holds; 1: something is broken; 2: it could not be checked."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("names", nargs="*", help="only these checks")
        parser.add_argument("--json", action="store_true", help="one JSON object a line")
        parser.add_argument("--list", action="store_true", help="say what is checked, and end")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, print, and exit with 1 or 2 where something is amiss."""
        checks = chosen(options["names"])
        if options["list"]:
            for check in checks:
                self.stdout.write(f"{check.code:<4} {check.name}: {check.says}")
            return
        breaks = 0
        try:
            with snapshot():
                for check, found in run(checks):
                    breaks += 1
                    self.stdout.write(line(check, found, as_json=options["json"]))
        except Exception as error:
            # Whatever it is: Python's own exit status for it would say that something is broken.
            logger.exception("check_broke_off")
            text = str(error) if isinstance(error, DatabaseError) else describe(error)
            raise CommandError(f"Could not check: {text}", returncode=NOT_CHECKED) from error
        if not options["json"]:
            self.stdout.write(f"{len(checks)} checks, {breaks} breaks.")
        if breaks:
            sys.exit(BROKEN)


def chosen(names: list[str]) -> list[Invariant]:
    """The checks of these names, or all. Raises CommandError."""
    checks = all_invariants()
    unknown = sorted(set(names) - {check.name for check in checks})
    if unknown:
        raise CommandError(f"No check is named {', '.join(unknown)}.", returncode=NOT_CHECKED)
    return [check for check in checks if not names or check.name in names]


def run(checks: list[Invariant]) -> Iterator[tuple[Invariant, str]]:
    """What breaks each check, the first thousand of each."""
    now = clock.now()
    for check in checks:
        for found in islice(check.find(now), MOST_SHOWN):
            yield check, found


def line(check: Invariant, found: str, *, as_json: bool) -> str:
    """One break."""
    if as_json:
        return json.dumps({"code": check.code, "name": check.name, "break": found})
    return f"{check.code:<4} {check.name}: {found}"
