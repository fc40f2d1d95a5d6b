"""The audit log: every change by staff writes a row, in the transaction of the change."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db import models
from django.http import HttpRequest

from staff.models import Action, AuditLog, StaffProfile
from totetaxi.lib import clock
from totetaxi.lib.ratelimit import client_ip

WITHHELD = "(not kept)"
# Fields of customers whose values are never kept here (DECISIONS.md, 14).
PERSONAL = frozenset(
    "name email phone contact_name contact_email contact_phone other_contact_name "
    "other_contact_phone street unit city zip label access_notes instructions notes note body "
    "text pickup delivery address query "
    # The fields of an order, by their ends.
    "pickup_street pickup_unit pickup_city pickup_zip pickup_access_notes delivery_street "
    "delivery_unit delivery_city delivery_zip delivery_access_notes driver_notes "
    "explanation coi_wording".split()
)
REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


@dataclass(frozen=True)
class Origin:
    """From where something was done."""

    ip: str = ""
    user_agent: str = ""
    request_id: str = ""


def origin_of(request: HttpRequest | None) -> Origin:
    """Address, browser and id of a request; all empty for what no request caused."""
    if request is None:
        return Origin()
    return Origin(client_ip(request), request.headers.get("User-Agent", "")[:300], _id_of(request))


def record(
    actor: StaffProfile | None,
    action: Action,
    obj: models.Model | None = None,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    request: HttpRequest | None,
    now: datetime | None = None,
) -> AuditLog:
    """Add a row in the caller's transaction.

    `before` and `after` map field names to plain values (text, numbers, dates, lists of them); the
    values of `PERSONAL` fields are left out here. Actor None is the system, or a stranger.
    """
    origin = origin_of(request)
    return AuditLog.objects.create(
        at=now or clock.now(),
        actor=actor,
        action=action.value,
        object_type=obj._meta.label_lower if obj is not None else "",
        object_id=str(obj.pk) if obj is not None else "",
        object_label=label_of(obj)[:120],
        before=keep(before or {}),
        after=keep(after or {}),
        ip=origin.ip,
        user_agent=origin.user_agent,
        request_id=origin.request_id,
    )


def record_opening(actor: StaffProfile, obj: models.Model, *, request: HttpRequest) -> AuditLog:
    """That somebody looked at a sensitive record: a document, an account seen as its customer."""
    return record(actor, Action.OPENED, obj, request=request)


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    """`(before, after)` with only the fields that differ."""
    names = [name for name in after if before.get(name) != after[name]]
    return {name: before.get(name) for name in names}, {name: after[name] for name in names}


def label_of(obj: models.Model | None) -> str:
    """What an object is called here: `audit_label`, or a booking's `code`, never a customer's name.

    Empty for what has neither; its type and id say which it is.
    """
    return str(getattr(obj, "audit_label", "") or getattr(obj, "code", ""))


def keep(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as JSON, those of personal fields left out."""
    return {
        name: WITHHELD if name in PERSONAL and value not in (None, "") else _plain(value)
        for name, value in values.items()
    }


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each) for each in value]
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal | uuid.UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} is no plain value for the audit log")


def _id_of(request: HttpRequest) -> str:
    """The id that a proxy gave the request; else one of our own, the same for all its rows."""
    if not hasattr(request, "audit_id"):
        given = request.headers.get("X-Request-Id", "")
        request.audit_id = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex  # type: ignore[attr-defined]
    return str(request.audit_id)  # type: ignore[attr-defined]
