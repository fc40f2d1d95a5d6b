"""The standard catalogue, loaded once in each process and put back as rows for every test."""

from collections.abc import Callable
from copy import copy
from typing import Any

from django.core.management import call_command
from django.db import connection, models, transaction

from booking.catalogue.standard import standard_catalogue
from booking.models import CatalogueSeed, CatalogueVersion, PolicySetting, PolicyText

_rows: list[tuple[type[models.Model], list[Any]]] = []
_inserts: list[tuple[str, Any]] = []


def make_catalogue() -> None:
    """The standard catalogue, zones, vans and policies, as a new installation has them.

    The rows are always the same, their stamp too, so that the process's snapshot stays good.
    Nearly every test wants them: from the third time on, the same
    statements are sent again.
    """
    if CatalogueSeed.objects.exists():
        return
    if not _rows:
        call_command("load_catalogue", verbosity=0)
        _rows.extend((model, list(model._base_manager.all())) for model in _tables())
        return
    with transaction.atomic():
        CatalogueVersion.objects.all().delete()
        if _inserts:
            _repeat()
        else:
            _insert()


def _insert() -> None:
    statements: list[tuple[str, Any]] = []

    def keep(execute: Callable[..., Any], sql: str, values: Any, *rest: Any) -> Any:
        statements.append((sql, values))
        return execute(sql, values, *rest)

    with connection.execute_wrapper(keep):
        # Not through the manager of the table: that would change the stamp.
        for model, rows in _rows:
            model._base_manager.bulk_create([_unsaved(row) for row in rows])
    _inserts.extend(statements)


def _repeat() -> None:
    with connection.cursor() as cursor:
        for sql, values in _inserts:
            cursor.execute(sql, values)


def _tables() -> list[type[models.Model]]:
    seeded = [seeds.model for seeds in standard_catalogue()]
    return list(
        dict.fromkeys([*seeded, PolicyText, PolicySetting, CatalogueSeed, CatalogueVersion])
    )


def _unsaved(row: models.Model) -> models.Model:
    fresh = copy(row)
    fresh._state = models.base.ModelState()
    return fresh
