"""Rows into a table by the thousand, as they are: COPY on PostgreSQL, one statement on SQLite.

Unlike `bulk_create` this keeps `created_at` and `updated_at` as given, and takes a fraction of the
time. Signals and managers are left out, a version is not bumped: it is for new rows of the past.
"""

from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper


def insert_rows(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Save new rows. A key that the database counts up is left to it, and not read back."""
    if not rows:
        return
    connection = connections[DEFAULT_DB_ALIAS]
    fields = [
        field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)
    ]
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    values = _values(rows, fields, connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in values:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(fields))
            sql = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608  our own names
            cursor.executemany(sql, list(values))


def _values(
    rows: Sequence[models.Model],
    fields: list["models.Field[Any, Any]"],
    connection: BaseDatabaseWrapper,
) -> Iterator[list[Any]]:
    """PostgreSQL's driver takes most values as they are, SQLite's takes texts and numbers alone."""
    get = attrgetter(*(field.attname for field in fields))
    to_prepare = [
        (place, field.get_db_prep_save)
        for place, field in enumerate(fields)
        if connection.vendor != "postgresql" or isinstance(field, models.JSONField)
    ]
    for one in rows:
        row = list(get(one))
        for place, prepare in to_prepare:
            row[place] = prepare(row[place], connection)
        yield row
