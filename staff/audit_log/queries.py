"""The audit log as a page reads it: newest first, by keyset, a fixed number of queries."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from datetime import time as wall_time
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from staff.audit import WITHHELD
from staff.identity.browsers import browser_words
from staff.models import Action, AuditLog
from totetaxi.lib.clock import at_new_york

PAGE = 50


@dataclass(frozen=True)
class Wanted:
    """What is asked for; empty fields ask for everything. Days are New York's."""

    who: UUID | None = None
    action: str = ""
    about: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Change:
    """One field, before and after, in words; `is_withheld` where values are not kept."""

    name: str
    before: str
    after: str
    is_withheld: bool


@dataclass(frozen=True)
class Entry:
    """One row of the page."""

    row: AuditLog
    browser: str
    changes: list[Change] = field(default_factory=list)


def find_rows(wanted: Wanted) -> QuerySet[AuditLog]:
    """The rows that fit, newest first."""
    rows = AuditLog.objects.select_related("actor__user")
    if wanted.who:
        rows = rows.filter(actor=wanted.who)
    if wanted.action:
        rows = rows.filter(action=wanted.action)
    if wanted.about:
        rows = rows.filter(
            Q(object_label__icontains=wanted.about)
            | Q(object_id=wanted.about)
            | Q(request_id=wanted.about)
            | Q(ip=wanted.about)
        )
    if wanted.since:
        rows = rows.filter(at__gte=at_new_york(wanted.since, wall_time()))
    if wanted.until:
        rows = rows.filter(at__lt=at_new_york(wanted.until + timedelta(days=1), wall_time()))
    return rows.order_by("-id")


def page_of(rows: QuerySet[AuditLog], before: int | None) -> tuple[list[Entry], int | None]:
    """Fifty entries older than the row `before`, and the key of the next page, if there is one."""
    older = rows if before is None else rows.filter(pk__lt=before)
    found = list(older[: PAGE + 1])
    shown = found[:PAGE]
    return [entry_of(row) for row in shown], shown[-1].pk if len(found) > PAGE else None


def entry_of(row: AuditLog) -> Entry:
    """A row with its changes in words."""
    names = list(dict.fromkeys([*row.before, *row.after]))
    changes = [
        Change(
            name.replace("_", " "),
            _words(row.before.get(name)),
            _words(row.after.get(name)),
            WITHHELD in (row.before.get(name), row.after.get(name)),
        )
        for name in names
    ]
    return Entry(row, browser_words(row.user_agent) if row.user_agent else "", changes)


def _words(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)


def action_choices() -> list[tuple[str, str]]:
    """Every action, in words."""
    return [(action.value, str(action.label)) for action in Action]
