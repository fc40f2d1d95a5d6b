"""A new row of work together with its hint, for what must be stored before it is answered.

On PostgreSQL that is one statement, hence one round trip and one commit, as cheap as the row alone.
"""

from functools import cache
from typing import Any

from django.db import connection, transaction

from totetaxi.lib import clock
from totetaxi.lib.queue import hints
from totetaxi.lib.queue.kinds import get_kind
from totetaxi.lib.work import WorkRow

# The waiting hint is locked as `hints.hint` does it, until this statement is committed.
_STORE_AND_HINT = """
    WITH stored AS ({insert} RETURNING 1),
    waiting AS MATERIALIZED (
        SELECT 1 FROM django_q_ormq WHERE key = %s LIMIT 1 FOR UPDATE SKIP LOCKED
    ),
    hinted AS (
        INSERT INTO django_q_ormq (key, payload, lock)
        SELECT %s, %s, %s FROM stored WHERE NOT EXISTS (SELECT 1 FROM waiting)
    )
    SELECT 1 FROM stored
"""


def add(name: str, row: WorkRow) -> bool:
    """Save a new due row and hint its kind, both or neither; False if its key is known already.

    The row brings its key: this is for what others number, such as events.

    Raises LookupError for a kind that nobody registered.
    """
    key = hints.HINT_PREFIX + get_kind(name).name
    insert, values = _insert(row)
    if connection.vendor == "postgresql":
        hint = (key, key, _payload(key, name), clock.now())
        with connection.cursor() as cursor:
            cursor.execute(_STORE_AND_HINT.format(insert=insert), [*values, *hint])
            return cursor.fetchone() is not None
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(insert, values)
            is_new = bool(cursor.rowcount)
        if is_new:
            hints.hint(name)
    return is_new


def _insert(row: WorkRow) -> tuple[str, list[Any]]:
    """The statement that does nothing where the key is known, and its values."""
    fields = row._meta.local_concrete_fields
    values = [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields]
    return _insert_text(type(row)), values


@cache
def _insert_text(model: type[WorkRow]) -> str:
    """Written by hand: the ORM would compose it anew for each row."""
    quote = connection.ops.quote_name
    columns = [quote(str(field.column)) for field in model._meta.local_concrete_fields]
    return (
        f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(columns)}) "  # noqa: S608
        f"VALUES ({', '.join(['%s'] * len(columns))}) ON CONFLICT DO NOTHING"
    )


class _Kept:
    """In place of a broker: keeps what it is to send."""

    list_key = ""

    def enqueue(self, payload: str) -> None:
        """Called by django-q2."""
        self.payload = payload


@cache
def _payload(key: str, name: str) -> str:
    """A hint as django-q2 writes it. All of a kind are equal: nobody keeps them or their ids."""
    kept = _Kept()
    hints.enqueue(key, hints.DRAIN, name, broker=kept)
    return kept.payload
