"""When two transactions stand in each other's way: the unit is run again, a few times.

A database ends one of them (deadlock, serialization) or one that waited too long for a row. Its
transaction is rolled back whole, so running the unit again is safe (FAULTS.md, 42).
"""

import random
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection

TRIES = 3
# PostgreSQL: lock_not_available, deadlock_detected, serialization_failure.
_SQLSTATES = frozenset({"55P03", "40P01", "40001"})
_SQLITE_WORDS = ("database is locked", "database table is locked")

P = ParamSpec("P")
Answer = TypeVar("Answer")


def is_contention(error: OperationalError) -> bool:
    """Whether the database gave up because of another transaction, and not for another reason."""
    sqlstate = getattr(error.__cause__, "sqlstate", None)
    return sqlstate in _SQLSTATES or any(words in str(error) for words in _SQLITE_WORDS)


def retried(unit: Callable[P, Answer]) -> Callable[P, Answer]:
    """Run a unit that opens its own transactions up to 3 times, with a random pause between.

    Inside somebody else's transaction, which the database has ended too, it is run once.
    """

    @wraps(unit)
    def run(*args: P.args, **kwargs: P.kwargs) -> Answer:
        for tried in range(1, TRIES + 1):
            try:
                return unit(*args, **kwargs)
            except OperationalError as error:
                if tried == TRIES or connection.in_atomic_block or not is_contention(error):
                    raise
            time.sleep(random.uniform(0.05, 0.2) * tried)  # noqa: S311  no secret
        raise AssertionError("unreachable")

    return run
