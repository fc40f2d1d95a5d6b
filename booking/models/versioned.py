"""Rows that every process keeps a snapshot of, and the stamp that tells when it is stale."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import models, router, transaction
from django.db.models import F

from totetaxi.lib.models import Entity

ONLY_ROW = uuid.UUID(int=1)


class CatalogueVersion(Entity):
    """One row, changed in the same transaction as any row that a snapshot is built from.

    `number` counts the changes, for people. `stamp` is what snapshots are compared by: it is
    random, so that a change that was rolled back is never taken for the one that came after it.
    """

    number = models.PositiveBigIntegerField(default=1)
    stamp = models.UUIDField(default=uuid.uuid4)

    def __str__(self) -> str:
        return f"catalogue {self.number}"

    @staticmethod
    def current_stamp() -> uuid.UUID | None:
        """The stamp that snapshots must carry; None before the first change. One query."""
        row = CatalogueVersion.objects.filter(pk=ONLY_ROW)
        return row.values_list("stamp", flat=True).first()

    @staticmethod
    def bump() -> None:
        """Make every process build its snapshot anew once this transaction is committed."""
        row = CatalogueVersion.objects.filter(pk=ONLY_ROW)
        if not row.update(number=F("number") + 1, stamp=uuid.uuid4()):
            first = CatalogueVersion(pk=ONLY_ROW, number=0)
            CatalogueVersion.objects.bulk_create([first], ignore_conflicts=True)
            row.update(number=F("number") + 1, stamp=uuid.uuid4())

    @staticmethod
    def lock() -> None:
        """Let nobody else change the catalogue until this transaction ends: they take turns."""
        list(CatalogueVersion.objects.select_for_update().filter(pk=ONLY_ROW))


class VersionedQuerySet(models.QuerySet[Any]):
    """Writes that go round `save()` bump the version too, and first: one order of locks.

    `bulk_update` is made of updates.
    """

    def update(self, **values: Any) -> int:
        """Like Django's."""
        with transaction.atomic(using=self.db):
            CatalogueVersion.bump()
            return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Like Django's."""
        with transaction.atomic(using=self.db):
            CatalogueVersion.bump()
            return super().delete()

    # As on Django's own: not to be called on a manager, nor from a template.
    delete.queryset_only = True  # type: ignore[attr-defined]
    delete.alters_data = True  # type: ignore[attr-defined]

    def bulk_create(self, objs: Iterable[Any], *args: Any, **options: Any) -> list[Any]:
        """Like Django's."""
        with transaction.atomic(using=self.db):
            CatalogueVersion.bump()
            return super().bulk_create(objs, *args, **options)


class Versioned(Entity):
    """A row of the catalogue or of the fleet: each write bumps the version with it."""

    objects = VersionedQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def audit_label(self) -> str:
        """What the audit log calls it."""
        return str(self)

    def save(self, *args: Any, **options: Any) -> None:
        """Save and bump in one transaction."""
        using = options.get("using") or router.db_for_write(type(self), instance=self)
        with transaction.atomic(using=using):
            CatalogueVersion.bump()
            super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        """Delete and bump in one transaction."""
        using = options.get("using") or router.db_for_write(type(self), instance=self)
        with transaction.atomic(using=using):
            CatalogueVersion.bump()
            return super().delete(*args, **options)
