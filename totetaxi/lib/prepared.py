"""Queries whose SQL the ORM writes once for each kind of database, for pages asked for all day.

It takes several times as long to write one as the database takes to answer it, and PostgreSQL
longer to plan one than to answer it (`planned`). All else is the ORM's: what is asked, and how a
row's values are read.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import Field
from django.db.models.query import get_related_populators

from totetaxi.lib.planned import planned_rows

M = TypeVar("M", bound=models.Model)

# They stand in the SQL where a page's own values go; no other parameter is like one of them.
KEY = uuid4()
DAY = date(1871, 3, 19)
MOMENT = datetime(1871, 3, 19, 4, 5, 6, 789, tzinfo=UTC)
FIELDS: Mapping[Any, Field[Any, Any]] = {
    KEY: models.UUIDField(),
    DAY: models.DateField(),
    MOMENT: models.DateTimeField(),
}


@dataclass(frozen=True)
class _Plan:
    """A query as the ORM wrote it. `places`: where which of the values goes."""

    sql: str
    params: tuple[Any, ...]
    places: tuple[tuple[int, Any], ...]
    compiler: Any
    converters: Any

    def rows(self, given: Mapping[Any, Any]) -> list[Any]:
        """What the database answers with the given values (as it wants them) in their places."""
        params = list(self.params)
        for place, mark in self.places:
            params[place] = given[mark]
        found: Any = planned_rows(self.sql, params)
        return list(
            self.compiler.apply_converters(found, self.converters) if self.converters else found
        )


def _write(query: Any, marks: Mapping[Any, Any]) -> _Plan:
    """`marks`: each mark, by itself, as this database wants it."""
    compiler = query.get_compiler(connection=connection)
    sql, params = compiler.as_sql()
    return _Plan(
        sql=sql,
        params=tuple(params),
        places=tuple(
            (place, mark)
            for place, param in enumerate(params)
            for mark, adapted in marks.items()
            if type(param) is type(adapted) and param == adapted
        ),
        compiler=compiler,
        converters=compiler.get_converters([column[0] for column in compiler.select]),
    )


class PreparedRows:
    """`rows(key, ...)` answers as `query()`, a `values_list`, would with those values.

    `query` is written with KEY, DAY and MOMENT in the places of the values that it has.
    """

    def __init__(self, query: Callable[[], models.QuerySet[Any, Any]]) -> None:
        self.query = query
        self.plans: dict[str, _Plan] = {}

    def rows(
        self, key: UUID = KEY, *, day: date = DAY, moment: datetime = MOMENT
    ) -> list[tuple[Any, ...]]:
        """The rows, each as a tuple. One query."""
        plan = self.plans.get(connection.vendor)
        if plan is None:
            plan = _write(self.query().query, {mark: _adapted(mark, mark) for mark in FIELDS})
            self.plans[connection.vendor] = plan
        given = {KEY: key, DAY: day, MOMENT: moment}
        found = plan.rows({mark: _adapted(mark, given[mark]) for _place, mark in plan.places})
        return [tuple(row) for row in found]


def _adapted(mark: Any, value: Any) -> Any:
    """A value as this database wants it, as what `mark` stands for."""
    return FIELDS[mark].get_db_prep_value(value, connection)


class PreparedGet(Generic[M]):
    """`find(pk)` answers as `queryset().filter(pk=pk).first()` would, with annotations and what
    `select_related` joins.
    """

    def __init__(self, model: type[M], queryset: Callable[[], models.QuerySet[M]]) -> None:
        self.model, self.queryset = model, queryset
        self.pk: Any = model._meta.pk
        self.mark = KEY if isinstance(self.pk, models.UUIDField) else secrets.randbits(30)
        self.plans: dict[str, _Plan] = {}

    def find(self, pk: Any) -> M | None:
        """The row of that key; None where there is none, or where it cannot be a key. One query."""
        try:
            pk = self.pk.to_python(pk)
        except ValidationError:
            return None
        plan = self.plans.get(connection.vendor)
        if plan is None:
            query = self.queryset().filter(pk=self.mark).query
            plan = _write(query, {self.mark: self._adapted(self.mark)})
            self.plans[connection.vendor] = plan
        for row in plan.rows({self.mark: self._adapted(pk)}):
            return self._read(plan.compiler, row)
        return None

    def _adapted(self, pk: Any) -> Any:
        return self.pk.get_db_prep_value(pk, connection)

    def _read(self, compiler: Any, row: Any) -> M:
        columns = compiler.klass_info["select_fields"]
        first, last = columns[0], columns[-1] + 1
        names = [column[0].target.attname for column in compiler.select[first:last]]
        found: M = self.model.from_db(connection.alias, names, row[first:last])
        join: Any = get_related_populators  # its stubs are those of a later Django
        for populator in join(compiler.klass_info, compiler.select, connection.alias):
            populator.populate(row, found)
        for name, column in compiler.annotation_col_map.items():
            setattr(found, name, row[column])
        return found
