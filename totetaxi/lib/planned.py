"""Statements that many requests ask anew, planned once for each connection to PostgreSQL.

It takes longer to plan such a statement than to answer it. Only for SQL whose text is one of few,
of which the server keeps the plan for as long as the connection lives; and only where one plan is
good for all values, such as a key or "after now": not for a span of time that may be a day or two
years. With a pooler between, its session mode (docs/deploy.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection


def planned_rows(sql: str, params: Sequence[Any]) -> list[Any]:
    """The rows of a statement, each a tuple: as `connection.cursor()` would answer it.

    Values are bound on the server, which must know the type of each place from what is around it.
    """
    with _cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[Any] = cursor.fetchall()
        return rows


def planned_change(sql: str, params: Sequence[Any]) -> int:
    """How many rows a statement changed that answers none."""
    with _cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)


def _cursor() -> Any:
    """Django's cursor for this database, around the one of psycopg that prepares what it asks.

    Django's own binds values in this process, which leaves nothing that could be planned once;
    but it alone can write down what it asked, where queries are logged.
    """
    if connection.vendor != "postgresql" or connection.queries_logged:
        return connection.cursor()
    connection.ensure_connection()
    return connection.make_cursor(_preparing()(connection.connection))


@cache
def _preparing() -> Any:
    """Psycopg is loaded where PostgreSQL is used, and nowhere else."""
    from psycopg import Cursor

    return Cursor
