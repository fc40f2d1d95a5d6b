"""Loading the standard catalogue: what is missing is made, what staff did is left alone."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models, transaction

from booking.catalogue.standard import Seeds, standard_catalogue
from booking.models import CatalogueSeed, CatalogueVersion, Package


@transaction.atomic
def load_standard_catalogue() -> dict[str, int]:
    """Make the rows that were never made before; the count of them by table.

    A row is made once in the life of an installation: its key is remembered, so that what staff
    change is never overwritten, and what they delete never comes back (DECISIONS.md, 27). A row
    that staff made first is taken for the shipped one.
    """
    # Two loaders at once would make everything twice: the version's row makes them take turns.
    CatalogueVersion.bump()
    known = set(CatalogueSeed.objects.values_list("key", flat=True))
    return {
        str(seeds.model._meta.verbose_name_plural): _load(seeds, known)
        for seeds in standard_catalogue()
    }


def _load(seeds: Seeds, known: set[str]) -> int:
    never_made = {
        key: row for row in seeds.rows if (key := _key(seeds, row)) not in known
    }  # fmt: skip
    if not never_made:
        return 0
    manager = seeds.model._default_manager
    there = {_identity(values) for values in manager.values_list(*seeds.identity)}
    missing = [
        row
        for row in never_made.values()
        if _identity(row[name] for name in seeds.identity) not in there
    ]
    made = manager.bulk_create(_instances(seeds.model, missing))
    CatalogueSeed.objects.bulk_create([CatalogueSeed(key=key) for key in never_made])
    return len(made)


def _instances(model: type[models.Model], rows: Iterable[Mapping[str, Any]]) -> list[models.Model]:
    """Unsaved rows. `package__code` becomes the package; without it (deleted), there is no row."""
    packages = {package.code: package for package in Package.objects.all()}
    instances = []
    for row in rows:
        fields = dict(row)
        if "package__code" in fields:
            package = packages.get(fields.pop("package__code"))
            if package is None:
                continue
            fields["package"] = package
        instances.append(model(**fields))
    return instances


def _key(seeds: Seeds, row: Mapping[str, Any]) -> str:
    return ":".join((seeds.model._meta.model_name or "", *map(str, _identity_of(seeds, row))))


def _identity_of(seeds: Seeds, row: Mapping[str, Any]) -> tuple[str, ...]:
    return _identity(row[name] for name in seeds.identity)


def _identity(values: Iterable[object]) -> tuple[str, ...]:
    """Values in one spelling, whether they come from here or from the database."""
    return tuple(str(value) for value in values)
