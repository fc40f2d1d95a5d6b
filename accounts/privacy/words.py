"""What is held, as people read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.privacy.export import Entry, Export
from accounts.privacy.holdings import Holding, Words
from accounts.privacy.tables import HOLDINGS
from booking.lifecycle import Status
from booking.models.booking import STATUS_LABELS
from totetaxi.lib.money import usd
from totetaxi.templatetags.formats import ny_date, ny_time


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A label and what stands behind it, in lines."""

    label: Words
    lines: list[str]


@dataclass(frozen=True, kw_only=True)
class Record:
    """One thing that is held, and the things that are parts of it."""

    heading: str
    facts: list[Fact]
    parts: list[Section]


@dataclass(frozen=True, kw_only=True)
class Section:
    """All things of one kind."""

    key: str
    title: Words
    records: list[Record]


def read_out(export: Export) -> list[Section]:
    """The whole export in words, without what only the file tells and without what is empty."""
    return list(_sections(export.sections))


def _sections(found: dict[str, list[Entry]]) -> Iterator[Section]:
    for holding in HOLDINGS:
        entries = found.get(holding.key, [])
        if set(holding.shown) > set(holding.file_only) and entries:
            records = [_record(holding, entry) for entry in entries]
            yield Section(key=holding.key, title=holding.title, records=records)


def _record(holding: Holding, entry: Entry) -> Record:
    facts = []
    heading = ""
    for name, label in holding.shown.items():
        lines = [] if name in holding.file_only else _lines(holding, name, entry.values[name])
        if lines:
            facts.append(Fact(label=label, lines=lines))
            heading = heading or lines[0]
    return Record(heading=heading, facts=facts, parts=list(_sections(entry.parts)))


def _lines(holding: Holding, name: str, value: Any) -> list[str]:
    """A value in words, a line for each thing in it; none for what is empty."""
    if value is None or value in ("", {}, []):
        return []
    if isinstance(value, dict):
        return [line for key, one in value.items() for line in _nested(key, one)]
    if name.endswith("_cents") and isinstance(value, int):
        return [usd(value)]
    return [_choice(holding, name, value) or _plain(value)]


def _nested(key: str, value: Any) -> Iterator[str]:
    """`contact_name: Claire`, of what was typed at a step."""
    if isinstance(value, dict):
        for inner, one in value.items():
            yield from _nested(inner, one)
    elif isinstance(value, list):
        if value:
            yield f"{_spoken(key)}: {', '.join(str(one) for one in value)}"
    elif value not in ("", None):
        yield f"{_spoken(key)}: {_plain(value)}"


def _choice(holding: Holding, name: str, value: Any) -> str:
    """The label of a choice; empty for what is none."""
    if holding.key in {"bookings", "events"} and name.endswith("status"):
        return str(STATUS_LABELS[Status(value)])
    columns = {column.name: column for column in holding.model._meta.concrete_fields}
    choices = dict(columns[name].flatchoices) if name in columns else {}
    return "" if isinstance(value, bool) else str(choices.get(value, ""))


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return f"{ny_date(value, 'full')}, {ny_time(value)}"
    if isinstance(value, date):
        return ny_date(value, "full")
    if isinstance(value, time):
        return ny_time(value)
    return str(value)


def _spoken(key: str) -> str:
    return capfirst(key.replace("_", " "))
