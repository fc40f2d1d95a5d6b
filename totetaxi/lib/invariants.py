"""What must hold in any database, whatever happened to it: each a named check, which finds rows
that break it (`manage.py check_invariants`).

An app keeps its own in a module `invariants`:

    @invariant("M3", MONEY)
    def refunds_fit_their_payment(_now: datetime) -> Iterator[str]:
        '''What is asked back of a payment is never more than came.'''
        yield from ("TT-000012: ..." for ... in ...)

A check reads only, in SQL, row by row, so that a large database needs no large memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import connection, transaction

Find = Callable[[datetime], Iterator[str]]


class Area(StrEnum):
    """What a check is about, and when it holds.

    MONEY, BOOKING and RECORDS (what was written down about either) hold after every commit.
    IN_TIME holds while the jobs run that keep it so: what they do every few minutes, or each
    night, has its time.
    """

    MONEY = "money"
    BOOKING = "booking"
    RECORDS = "records"
    IN_TIME = "in_time"


@dataclass(frozen=True, kw_only=True)
class Invariant:
    """One check. `code` is its number in FAULTS.md B, `says` what must hold."""

    code: str
    name: str
    area: Area
    says: str
    find: Find


_invariants: dict[str, Invariant] = {}


def invariant(code: str, area: Area) -> Callable[[Find], Find]:
    """Register a check under its function's name; its docstring says what must hold."""

    def register(find: Find) -> Find:
        name = find.__name__
        if name in _invariants:
            raise ValueError(f"Two invariants are named {name}")
        says = " ".join((find.__doc__ or "").split())
        _invariants[name] = Invariant(code=code, name=name, area=area, says=says, find=find)
        return find

    return register


def all_invariants(*areas: Area) -> list[Invariant]:
    """The checks of these areas, or all, in the order in which they were registered."""
    return [one for one in _invariants.values() if not areas or one.area in areas]


@contextmanager
def snapshot() -> Iterator[None]:
    """Read one moment of the database, whatever others write meanwhile; writing is an error."""
    if connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
        return
    # Not by `atomic`, which takes SQLite's only lock for writing.
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = ON")
        cursor.execute("BEGIN")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")
            cursor.execute("PRAGMA query_only = OFF")
