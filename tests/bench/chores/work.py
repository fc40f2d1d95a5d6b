"""`python -m tests.bench.chores.work KIND COUNT` has the running workers do so many rows.

It makes the rows, says `ready`, waits for a line, gives the hint, and says the seconds until all
are done.
"""

import sys
import time

import django

LOOK_SECONDS = 0.05


def do_nothing(pk: int) -> None:
    """What the queue calls for each row."""


def add(kind: str, count: int) -> None:
    """Due rows, in place of those that were done. Nobody is told of them yet."""
    from totetaxi.lib.queue.kinds import get_kind  # needs the apps

    table = get_kind(kind).table
    table._default_manager.all().delete()
    table._default_manager.bulk_create((table() for _row in range(count)), batch_size=2000)


def seconds_until_done(kind: str) -> float:
    """Give the hint, and wait until no row is due."""
    from totetaxi.lib import queue
    from totetaxi.lib.queue.kinds import get_kind
    from totetaxi.lib.work import WorkState

    due = get_kind(kind).table._default_manager.filter(work_state=WorkState.DUE)
    started = time.perf_counter()
    queue.hint(kind)
    while due.exists():
        time.sleep(LOOK_SECONDS)
    return time.perf_counter() - started


if __name__ == "__main__":
    django.setup()
    add(sys.argv[1], int(sys.argv[2]))
    print("ready", flush=True)
    sys.stdin.readline()
    print(seconds_until_done(sys.argv[1]), flush=True)
