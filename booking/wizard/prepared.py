"""Statements about one row whose SQL is written once, for what happens with every keystroke.

The ORM takes several times as long to write such a statement as the database takes to do it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid4

from django.db import connection, models

M = TypeVar("M", bound=models.Model)
PLACE = uuid4()  # stands in the SQL where the key goes


@dataclass(frozen=True)
class _Plan:
    """A query as the ORM wrote it, and how its row becomes an object."""

    sql: str
    params: tuple[Any, ...]
    place: int
    compiler: Any
    converters: Any
    first: int
    names: tuple[str, ...]
    annotations: dict[str, int]


class PreparedGet(Generic[M]):
    """`find(key)` answers as `queryset().filter(pk=key).first()` would, annotations included."""

    def __init__(self, model: type[M], queryset: Callable[[], models.QuerySet[M]]) -> None:
        self.model, self.queryset = model, queryset
        self.plans: dict[str, _Plan] = {}

    def find(self, key: UUID | str) -> M | None:
        """The row of that key; None where there is none, or where the key is no UUID."""
        try:
            key = key if isinstance(key, UUID) else UUID(key)
        except ValueError:
            return None
        plan = self.plans.get(connection.vendor) or self._write()
        params = list(plan.params)
        params[plan.place] = self._adapted(key)
        with connection.cursor() as cursor:
            cursor.execute(plan.sql, params)
            row = cursor.fetchone()
        if row is None:
            return None
        (row,) = plan.compiler.apply_converters([row], plan.converters)
        values = row[plan.first : plan.first + len(plan.names)]
        found: M = self.model.from_db(connection.alias, plan.names, values)
        for name, column in plan.annotations.items():
            setattr(found, name, row[column])
        return found

    def _adapted(self, key: UUID) -> Any:
        pk = self.model._meta.pk
        return pk.get_db_prep_value(key, connection)

    def _write(self) -> _Plan:
        query = self.queryset().filter(pk=PLACE).query
        compiler = query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        select, columns = compiler.select, compiler.klass_info["select_fields"]
        of_model = select[columns[0] : columns[-1] + 1]
        plan = _Plan(
            sql=sql,
            params=tuple(params),
            place=params.index(self._adapted(PLACE)),
            compiler=compiler,
            converters=compiler.get_converters([column[0] for column in select]),
            first=columns[0],
            names=tuple(column[0].target.attname for column in of_model),
            annotations=compiler.annotation_col_map,
        )
        self.plans[connection.vendor] = plan
        return plan


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
        with connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            return bool(cursor.rowcount)

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
