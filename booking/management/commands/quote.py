"""`manage.py quote`: JSON requests in, JSON quotes out, a line each (PRICING.md)."""

import json
import sys
from collections.abc import Iterable
from typing import IO, Any, NoReturn

from django.core.management.base import BaseCommand

from booking.catalogue.snapshot import Snapshot, get_snapshot
from booking.pricing.types import Refused
from booking.pricing.wire import WHOLE, answer_json, refused_json
from booking.pricing.words import refusal
from totetaxi.lib.clock import now

# Python refuses to read longer integers. One so long is no count, whatever it is.
LONGEST_INTEGER = 4_000

NOT_JSON = refused_json(
    Refused(((WHOLE, refusal("not_json", "This line is not JSON. Send one object a line.")),))
)


class Command(BaseCommand):
    help = (
        "Reads one JSON request a line from standard input and answers each with one JSON line. "
        "Exit status 1 where a line is not JSON."
    )
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Answer every line, then exit with 1 if one was not JSON."""
        snapshot = get_snapshot()
        all_json = True
        for line in lines_of(sys.stdin):
            answer = answer_line(line, snapshot)
            all_json = all_json and answer is not NOT_JSON
            self.stdout.write(json.dumps(answer))
            self.stdout.flush()
        if not all_json:
            sys.exit(1)


def lines_of(stream: IO[str]) -> Iterable[bytes]:
    """The lines that are not blank, as bytes: what is not UTF-8 is one bad line, not the end."""
    for number, line in enumerate(stream.buffer):  # type: ignore[attr-defined]
        text = line.removeprefix(b"\xef\xbb\xbf") if number == 0 else line
        if text.strip():
            yield text


def answer_line(line: bytes, snapshot: Snapshot) -> dict[str, Any]:
    """The answer to one line; `NOT_JSON` itself where it is none."""
    try:
        raw = json.loads(line.decode(), parse_int=read_integer, parse_constant=refuse_constant)
    except (ValueError, RecursionError):
        return NOT_JSON
    return answer_json(raw, snapshot.book, now(), closed=snapshot.fleet.closed)


def read_integer(digits: str) -> int | float:
    """An int, or infinity where there are more digits than anybody can mean."""
    return int(digits) if len(digits) <= LONGEST_INTEGER else float(digits)


def refuse_constant(name: str) -> NoReturn:
    """NaN and Infinity are words of JavaScript, not JSON."""
    raise ValueError(name)
