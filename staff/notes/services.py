"""Notes of the team: about a booking or a customer. Added, never edited."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.http import HttpRequest

from accounts.models import User
from booking.models import Booking, Note
from staff.audit import record
from staff.models import Action, StaffProfile
from totetaxi.lib import clock


@transaction.atomic
def add_note(
    staff: StaffProfile,
    *,
    about: Booking | User,
    body: str,
    request: HttpRequest | None,
    now: datetime | None = None,
) -> Note:
    """Write a note down, and the audit row with it; its words stay out of the audit log."""
    note = Note(body=body, author=staff.user)
    if isinstance(about, Booking):
        note.booking = about
    else:
        note.customer = about
    note.save()
    record(
        staff,
        Action.ADDED_NOTE,
        about,
        after={"note": body},
        request=request,
        now=now or clock.now(),
    )
    return note
