"""What a table that knows customers says of one: what is shown to them, and what erasing does.

Each table of the site is judged in `accounts.privacy.tables`: as a holding, or as one that says
nothing about a customer, with the reason. A test fails for a table, and for a column of a holding,
that nobody has judged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.functional import Promise

from accounts.privacy.person import Person

Rows = Callable[[Person], QuerySet[Any]]
Words = str | Promise
Erasing = Callable[[QuerySet[Any], Person], None]


def delete(rows: QuerySet[Any], person: Person) -> None:  # noqa: ARG001  an Erasing
    """Nothing of the rows is kept."""
    rows.delete()


def keep(rows: QuerySet[Any], person: Person) -> None:
    """The rows name nobody, or the law wants them as they are (DECISIONS.md, 14)."""


def blank(**values: Any) -> Erasing:
    """The rows stay, these columns are overwritten. A value may be a function of the person."""

    def overwrite(rows: QuerySet[Any], person: Person) -> None:
        rows.update(
            **{name: value(person) if callable(value) else value for name, value in values.items()}
        )

    return overwrite


@dataclass(frozen=True, kw_only=True)
class Holding:
    """One table, as far as it is about one customer.

    `shown` maps what the customer gets to its words; a key that is no column is read from
    `derived`: a path and a function of what stands there. `hidden` are columns that say nothing
    about the person: keys, bookkeeping, secrets. `file_only` is shown in the file alone.
    `booking` is the path to the booking that a row is a part of; empty for a section of its own.
    `all_rows` adds what erasing must reach and the customer is not shown.
    """

    key: str
    model: type[Model]
    title: Words
    rows: Rows
    shown: Mapping[str, Words]
    erased: Erasing
    hidden: tuple[str, ...] = ()
    file_only: tuple[str, ...] = ()
    derived: Mapping[str, tuple[str, Callable[[Any], Any]]] = field(default_factory=dict)
    booking: str = ""
    all_rows: Rows | None = None

    def source(self, name: str) -> str:
        """The path that a shown name is read from."""
        return self.derived[name][0] if name in self.derived else name

    def value(self, name: str, row: Mapping[str, Any]) -> Any:
        """What is shown under a name, of a row of values."""
        found = row[self.source(name)]
        return self.derived[name][1](found) if name in self.derived else found

    def erase(self, person: Person) -> None:
        """Do to the person's rows what erasing does to this table."""
        self.erased((self.all_rows or self.rows)(person), person)
