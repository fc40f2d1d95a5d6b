"""Everything that we hold about a customer: one structure, for the file and for the page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

from accounts.privacy.holdings import Holding
from accounts.privacy.person import Person
from accounts.privacy.tables import HOLDINGS
from accounts.privacy.tables.bookings import BOOKINGS

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One row of a holding: what is shown of it, and, of a booking, its parts."""

    values: Row
    parts: dict[str, list[Entry]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Export:
    """The sections by their keys, in the order of `HOLDINGS`; a booking's parts are within it.

    A message that belongs to no booking has a section of its own.
    """

    made_at: datetime
    sections: dict[str, list[Entry]]

    def as_json(self) -> str:
        """The file. Instants are ISO 8601, sums are US cents."""
        facts = {
            "from": settings.SITE_URL,
            "made_at": self.made_at,
            **{key: _plain(entries) for key, entries in self.sections.items()},
        }
        return json.dumps(facts, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)


def collect(person: Person, *, now: datetime) -> Export:
    """Read all holdings: one query each."""
    sections: dict[str, list[Entry]] = {}
    by_booking: dict[UUID, Entry] = {}
    for holding in HOLDINGS:
        if not holding.booking:
            sections[holding.key] = []
        for row in _rows(holding, person):
            entry = Entry(values={name: holding.value(name, row) for name in holding.shown})
            if holding is BOOKINGS:
                by_booking[row["pk"]] = entry
            of_booking = by_booking.get(row[holding.booking]) if holding.booking else None
            home = sections if of_booking is None else of_booking.parts
            home.setdefault(holding.key, []).append(entry)
    return Export(made_at=now, sections=sections)


def count_held(person: Person) -> dict[str, int]:
    """How many rows each holding has about a person, by its key: one query each."""
    return {holding.key: holding.rows(person).count() for holding in HOLDINGS}


def _rows(holding: Holding, person: Person) -> list[Mapping[str, Any]]:
    paths = {holding.source(name) for name in holding.shown} | {"pk"}
    if holding.booking:
        paths.add(holding.booking)
    return list(holding.rows(person).values(*sorted(paths)))


def _plain(entries: list[Entry]) -> list[Row]:
    return [
        entry.values | {key: _plain(parts) for key, parts in entry.parts.items()}
        for entry in entries
    ]
