"""The statements by which workers share a table of work rows.

Written by hand because they run once for each row of background work. The same text runs on
PostgreSQL and on SQLite, but for the row locks, which SQLite does not need: there writes already
follow one another.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection, models, transaction

from totetaxi.lib.work import WorkRow, WorkState


@dataclass(frozen=True, slots=True)
class Claim:
    """A row that this worker holds until its lease ends. `attempts` counts the present one."""

    pk: Any
    attempts: int


@cache
def _claiming(model: type[WorkRow], vendor: str, *, fresh: bool) -> str:
    """Parameters: now, limit, end of the lease."""
    table, key = _names(model)
    lock = "FOR UPDATE SKIP LOCKED" if vendor == "postgresql" else ""
    # MATERIALIZED: the rows are chosen, and locked, once.
    return f"""
        chosen AS MATERIALIZED (
            SELECT {key} AS chosen_key FROM {table}
            WHERE work_state = 'due' AND next_try_at <= %s {"AND attempts = 0" if fresh else ""}
            ORDER BY next_try_at LIMIT %s {lock}
        )
        UPDATE {table} SET attempts = attempts + 1, next_try_at = %s
        FROM chosen WHERE {key} = chosen_key
        RETURNING {key}, attempts
    """  # noqa: S608  names of our own models, quoted


def _finishing(model: type[WorkRow], claims: Sequence[Claim]) -> tuple[str, list[Any]]:
    """The statement that marks rows done, and its parameters.

    Only if they are still ours: not when the lease ended and another worker began. Rows of one
    step have the same number of attempts: they were all fresh, or there is just one.
    """
    table, key = _names(model)
    field: models.Field[Any, Any] = model._meta.pk
    keys = [field.get_db_prep_value(one.pk, connection) for one in claims]
    text = (
        f"UPDATE {table} SET work_state = 'done', last_error = '' "  # noqa: S608
        f"WHERE work_state = 'due' AND attempts = %s AND {key} IN ({', '.join(['%s'] * len(keys))})"
    )
    return text, [claims[0].attempts, *keys]


def _names(model: type[WorkRow]) -> tuple[str, str]:
    quote = connection.ops.quote_name
    return quote(model._meta.db_table), quote(str(model._meta.pk.column))


def step(
    model: type[WorkRow],
    done: Sequence[Claim],
    *,
    now: datetime,
    lease_until: datetime,
    limit: int,
    fresh: bool,
) -> list[Claim]:
    """Mark rows done, and claim the next up to `limit` due ones: count an attempt, lease them.

    The oldest first; with `fresh`, only rows that were never tried. Two workers never get the
    same row: on PostgreSQL rows that another one is claiming are skipped. There both halves are
    one statement, hence one round trip and one commit for each row worked off singly.
    """
    adapt = connection.ops.adapt_datetimefield_value
    claiming = _claiming(model, connection.vendor, fresh=fresh)
    parameters = [adapt(now), limit, adapt(lease_until)]
    if not done:
        return _claims(model, f"WITH {claiming}", parameters)
    if connection.vendor == "postgresql":
        finishing, keys = _finishing(model, done)
        text = f"WITH finished AS ({finishing}), {claiming}"
        return _claims(model, text, [*keys, *parameters])
    with transaction.atomic():
        finish(model, done)
        return _claims(model, f"WITH {claiming}", parameters)


def _claims(model: type[WorkRow], text: str, parameters: Sequence[Any]) -> list[Claim]:
    field: models.Field[Any, Any] = model._meta.pk
    with connection.cursor() as cursor:
        cursor.execute(text, parameters)
        return [Claim(field.to_python(pk), attempts) for pk, attempts in cursor.fetchall()]


def finish(model: type[WorkRow], claims: Sequence[Claim]) -> None:
    """Mark rows done."""
    if claims:
        with connection.cursor() as cursor:
            cursor.execute(*_finishing(model, claims))


def held_by(model: type[WorkRow], one: Claim) -> models.QuerySet[WorkRow]:
    """The claimed row, as long as it is ours."""
    rows: models.QuerySet[WorkRow] = model._default_manager.filter(
        pk=one.pk, attempts=one.attempts, work_state=WorkState.DUE
    )
    return rows


def release(model: type[WorkRow], claims: Sequence[Claim], *, due: datetime) -> None:
    """Give back rows that were claimed but not begun, at once due, the attempt uncounted."""
    for one in claims:
        held_by(model, one).update(attempts=one.attempts - 1, next_try_at=due)


def due(model: type[WorkRow], *, now: datetime) -> models.QuerySet[WorkRow]:
    """Rows that a worker should take now."""
    rows: models.QuerySet[WorkRow] = model._default_manager.filter(
        work_state=WorkState.DUE, next_try_at__lte=now
    )
    return rows
