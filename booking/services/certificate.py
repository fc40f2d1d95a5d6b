"""The certificate of insurance that a building asks for is on file (PRICING.md, rules)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from booking.lifecycle import ACTIVE
from booking.models import Booking, BookingEvent, CoiState
from booking.services.status import lock_booking, record_event
from totetaxi.lib.actor import Actor

ON_FILE = "certificate_on_file"


class CertificateNotNeededError(Exception):
    """No certificate is waited for; the text is for the person."""


def file_certificate(booking_id: UUID, *, by: Actor, now: datetime) -> Booking:
    """The certificate was issued to the building: the trip may begin. Answers the booking.

    Raises CertificateNotNeededError where none is waited for, or it is on file already.
    """
    with transaction.atomic():
        booking = lock_booking(booking_id)
        if booking.coi_state != CoiState.NEEDED or booking.status not in ACTIVE:
            raise CertificateNotNeededError(_("This booking waits for no certificate."))
        booking.coi_state = CoiState.APPROVED
        booking.save(update_fields=["coi_state", "updated_at"])
        record_event(booking, kind=BookingEvent.Kind.CHANGE, reason=ON_FILE, by=by, now=now)
    return booking
