"""Whether anything is new, for pages of the back office that stay open and ask by themselves.

An open page asks every few seconds with the ETag that it has. The answer comes from one statement
about rows that are few or indexed, and is 304 most of the time.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

from booking.models.versioned import ONLY_ROW, CatalogueVersion
from staff.models import StaffProfile
from totetaxi.lib.htmx import is_fragment_request
from totetaxi.lib.planned import planned_rows
from totetaxi.lib.queue.report import HEARTBEAT_LIMIT

# Whatever happens to a booking writes an event. Alerts are taken and closed without one.
_STATEMENT = """
SELECT (SELECT MAX(id) FROM booking_bookingevent), alerts.*, beats.*,
    (SELECT stamp FROM booking_catalogueversion WHERE id = %s)
FROM (
    SELECT COUNT(*), MAX(created_at) AS newest, SUM(times) AS times, COUNT(taken_at) AS taken,
        MAX(taken_at) AS last_taken
    FROM booking_alert WHERE closed_at IS NULL
) alerts, (SELECT MAX(worked_at) AS worked, MAX(answered_at) FROM totetaxi_workerheartbeat) beats
"""


@dataclass(frozen=True)
class Standing:
    """How things stood at `at`. `catalogue` is the stamp that a snapshot must carry (None: none).

    `is_queue_alive`: a worker gave a sign of life within two minutes.
    """

    at: datetime
    facts: str
    catalogue: UUID | None
    is_queue_alive: bool

    def etag(self, request: HttpRequest, staff: StaffProfile, *, minutes: int) -> str:
        """The ETag of a page for a person: new with each change, and after so many minutes."""
        moment = int(self.at.timestamp()) // (minutes * 60)
        shown = (request.get_full_path(), str(staff.pk), staff.role, moment)
        text = repr((*shown, self.facts, self.is_queue_alive))
        return '"' + hashlib.sha256(text.encode()).hexdigest()[:24] + '"'


def read_standing(now: datetime) -> Standing:
    """One query."""
    key = CatalogueVersion._meta.pk.get_db_prep_value(ONLY_ROW, connection)
    ((*facts, worked, answered, stamp),) = planned_rows(_STATEMENT, [key])
    signs = [read_instant(sign) for sign in (worked, answered) if sign]
    is_alive = bool(signs) and now - max(signs) < HEARTBEAT_LIMIT
    return Standing(
        at=now,
        facts=repr((*map(str, facts), str(stamp))),
        catalogue=UUID(str(stamp)) if stamp else None,
        is_queue_alive=is_alive,
    )


def find_unchanged(request: HttpRequest, etag: str) -> HttpResponse | None:
    """The answer to a page that has all there is; None where it has to be written."""
    if is_fragment_request(request) and request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified(headers={"ETag": etag})
    return None


def read_instant(value: Any) -> datetime:
    """An instant of a statement written by hand: SQLite answers a text, in UTC."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
