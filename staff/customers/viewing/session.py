"""Whom somebody of the staff is looking at the site as: kept in their own session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpRequest

from accounts.models import User

SESSION_KEY = "view_as"
LASTS = timedelta(minutes=30)


@dataclass(frozen=True)
class Viewing:
    """The customer's key, and when the look ends by itself."""

    customer_id: UUID
    until: datetime


def begin(request: HttpRequest, customer: User, now: datetime) -> None:
    """See the site as this customer from now on, for half an hour."""
    request.session[SESSION_KEY] = [str(customer.pk), (now + LASTS).isoformat()]


def find_viewing(request: HttpRequest) -> Viewing | None:
    """The look that was begun, even if its time is over."""
    held = request.session.get(SESSION_KEY)
    return Viewing(UUID(held[0]), datetime.fromisoformat(held[1])) if held else None


def end(request: HttpRequest) -> None:
    """See the site as oneself again."""
    request.session.pop(SESSION_KEY, None)
