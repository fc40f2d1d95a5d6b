"""Ends the browsers of somebody who is erased."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib.auth import SESSION_KEY as SIGNED_IN
from django.contrib.sessions.models import Session

from booking.tracking.access import SESSION_KEY as GRANTED
from totetaxi.lib.sessions import SessionStore


@dataclass
class PersonSessions:
    """Keys of the sessions to delete, and what to write into those that only lose a booking."""

    ended: list[str] = field(default_factory=list)
    shortened: dict[str, dict[str, Any]] = field(default_factory=dict)

    def forget(self) -> None:
        """Delete and rewrite them. A browser that came by a booking's link no longer opens it."""
        Session.objects.filter(pk__in=self.ended).delete()
        for key, held in self.shortened.items():
            Session.objects.filter(pk=key).update(session_data=SessionStore().encode(held))


def find_sessions(user_id: UUID, booking_ids: Collection[UUID]) -> PersonSessions:
    """The sessions that are signed in as a person, or may see one of their bookings.

    A session's row does not say whose it is, so all are read: some ten thousand in a second.
    """
    found = PersonSessions()
    keys = {str(booking_id) for booking_id in booking_ids}
    for session in Session.objects.iterator():
        held = SessionStore().decode(session.session_data)
        if held.get(SIGNED_IN) == str(user_id):
            found.ended.append(session.session_key)
        elif keys.intersection(held.get(GRANTED, ())):
            held[GRANTED] = [key for key in held[GRANTED] if key not in keys]
            found.shortened[session.session_key] = held
    return found
