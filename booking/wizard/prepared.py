"""Changes of one row whose SQL is written once, for what happens with every keystroke.

The ORM takes several times as long to write such a statement as the database takes to do it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.db import connection, models

from totetaxi.lib.planned import planned_change


class PreparedUpdate:
    """Changes the `changed` fields of the row whose `known` fields are as given."""

    def __init__(
        self, model: type[models.Model], *, changed: tuple[str, ...], known: tuple[str, ...]
    ) -> None:
        self.model, self.changed, self.known = model, changed, known

    def update(self, changed: Mapping[str, Any], *, known: Mapping[str, Any]) -> bool:
        """Whether there was such a row. One query, outside any transaction of its own."""
        values = [*(changed[name] for name in self.changed), *(known[name] for name in self.known)]
        params = [
            field.get_db_prep_save(value, connection)
            for field, value in zip(self.fields, values, strict=True)
        ]
        return bool(planned_change(self.sql, params))

    @cached_property
    def fields(self) -> list[models.Field[Any, Any]]:
        """The fields in the order of the statement's places."""
        return [self.model._meta.get_field(name) for name in (*self.changed, *self.known)]  # type: ignore[misc]

    @cached_property
    def sql(self) -> str:
        """Names come from the model alone."""
        quote = connection.ops.quote_name
        columns = [f"{quote(str(field.column))} = %s" for field in self.fields]
        count = len(self.changed)
        table = quote(self.model._meta.db_table)
        return (
            f"UPDATE {table} SET {', '.join(columns[:count])} "  # noqa: S608
            f"WHERE {' AND '.join(columns[count:])}"
        )
