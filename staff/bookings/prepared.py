"""The list's rows, whose SQL is written once for each choice of columns, order and database.

The ORM takes several times as long to write it as the database takes to answer. Which bookings
are meant, and in what order, it still writes for each request: that part is short.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from booking.models import Booking
from totetaxi.lib.planned import planned_rows

Shape = Callable[[QuerySet[Booking], tuple[str, ...]], QuerySet[Any, Any]]
_INNER = "@meant@"


@dataclass(frozen=True)
class _Plan:
    """The outer query as the ORM wrote it."""

    sql: str
    params: tuple[Any, ...]  # all of them stand before those of the bookings that are meant
    names: tuple[str, ...]
    compiler: Any
    converters: Any


def prepared_rows(
    meant: QuerySet[Booking],
    shape: Shape,
    *,
    columns: tuple[str, ...],
    order: tuple[str, ...],
    is_planned: bool = False,
) -> list[dict[str, Any]]:
    """The values that `shape(bookings, columns)` names, of the bookings that are meant, in order.

    `shape` is a module's own function, which adds values and filters nothing. `is_planned`: one
    plan is good for whatever bookings are meant (`totetaxi.lib.planned`). One query.
    """
    plan = _write(shape, columns, order, connection.vendor)
    inner, params = meant.values("pk").query.get_compiler(connection=connection).as_sql()
    sql, values = plan.sql.replace(_INNER, inner), (*plan.params, *params)
    rows: Any = planned_rows(sql, values) if is_planned else _rows(sql, values)
    if plan.converters:
        rows = plan.compiler.apply_converters(rows, plan.converters)
    return [dict(zip(plan.names, row, strict=True)) for row in rows]


def _rows(sql: str, params: tuple[Any, ...]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


@lru_cache(maxsize=256)
def _write(shape: Shape, columns: tuple[str, ...], order: tuple[str, ...], _vendor: str) -> _Plan:
    meant: Any = RawSQL(_INNER, ())  # noqa: S611  a mark of our own
    rows: Any = shape(Booking.all_objects.filter(pk__in=meant).order_by(*order), columns)
    compiler = rows.query.get_compiler(connection=connection)
    sql, params = compiler.as_sql()
    return _Plan(
        sql=sql,
        params=tuple(params),
        names=tuple(rows._fields),
        compiler=compiler,
        converters=compiler.get_converters([column[0] for column in compiler.select]),
    )
