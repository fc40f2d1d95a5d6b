"""Queries of the portal's first page, whose SQL is written once for each kind of database.

The ORM takes several times as long to write them as the database takes to answer. All else is
the ORM's: what is asked, and how a row's values are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, models
from django.db.models import Field

# They stand in the SQL where a page's own values go; no other parameter is like one of them.
CUSTOMER = uuid4()
DAY = date(1871, 3, 19)
MOMENT = datetime(1871, 3, 19, 4, 5, 6, 789, tzinfo=UTC)
FIELDS: Mapping[Any, Field[Any, Any]] = {
    CUSTOMER: models.UUIDField(),
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


class PreparedRows:
    """`rows(customer, ...)` answers as `query()`, a `values_list`, would with those values.

    `query` is written with CUSTOMER, DAY and MOMENT in the places of the values.
    """

    def __init__(self, query: Callable[[], models.QuerySet[Any, Any]]) -> None:
        self.query = query
        self.plans: dict[str, _Plan] = {}

    def rows(
        self, customer: UUID, *, day: date = DAY, moment: datetime = MOMENT
    ) -> list[tuple[Any, ...]]:
        """The rows, each as a tuple. One query."""
        plan = self.plans.get(connection.vendor) or self._write()
        params = list(plan.params)
        given = {CUSTOMER: customer, DAY: day, MOMENT: moment}
        for place, value in plan.places:
            params[place] = _adapted(value, given[value])
        with connection.cursor() as cursor:
            cursor.execute(plan.sql, params)
            found: Iterable[Any] = cursor.fetchall()
        if plan.converters:
            found = plan.compiler.apply_converters(found, plan.converters)
        return [tuple(row) for row in found]

    def _write(self) -> _Plan:
        compiler = self.query().query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        marks = [(value, _adapted(value, value)) for value in FIELDS]
        plan = _Plan(
            sql=sql,
            params=tuple(params),
            places=tuple(
                (place, value)
                for place, param in enumerate(params)
                for value, mark in marks
                if type(param) is type(mark) and param == mark
            ),
            compiler=compiler,
            converters=compiler.get_converters([column[0] for column in compiler.select]),
        )
        self.plans[connection.vendor] = plan
        return plan


def _adapted(kind: Any, value: Any) -> Any:
    """A value as this database wants it, as what the mark `kind` stands for."""
    return FIELDS[kind].get_db_prep_value(value, connection)
