"""The standard catalogue, loaded once in each process and put back as rows for every test."""

from copy import copy
from typing import Any

from django.core.management import call_command
from django.db import models

from booking.catalogue.standard import standard_catalogue
from booking.models import CatalogueSeed, CatalogueVersion, PolicySetting, PolicyText

_kept: list[tuple[type[models.Model], list[Any]]] = []


def make_catalogue() -> None:
    """The standard catalogue, zones, vans and policies, as a new installation has them.

    The rows are always the same, their stamp too, so that the process's snapshot stays good.
    """
    if CatalogueSeed.objects.exists():
        return
    if not _kept:
        call_command("load_catalogue", verbosity=0)
        _kept.extend((model, list(model._base_manager.all())) for model in _tables())
        return
    CatalogueVersion.objects.all().delete()
    for model, rows in _kept:
        # Not through the manager of the table: that would change the stamp.
        model._base_manager.bulk_create([_unsaved(row) for row in rows])


def _tables() -> list[type[models.Model]]:
    seeded = [seeds.model for seeds in standard_catalogue()]
    return list(
        dict.fromkeys([*seeded, PolicyText, PolicySetting, CatalogueSeed, CatalogueVersion])
    )


def _unsaved(row: models.Model) -> models.Model:
    fresh = copy(row)
    fresh._state = models.base.ModelState()
    return fresh
