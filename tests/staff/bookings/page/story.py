"""Bookings with a past, for the tests of their page."""

from datetime import datetime, timedelta
from typing import Any

from booking.models import (
    Booking,
    BookingEvent,
    DeliveryLog,
    Message,
    MessageKind,
    Note,
    plan_message,
)
from payments.models import PaymentAttempt
from staff.models import Action, AuditLog, StaffProfile
from tests.factories import make_refund
from totetaxi.lib import clock


def add_past(booking: Booking, colleague: StaffProfile, times: int = 1) -> None:
    """One of everything that the stream shows, `times` times, each a minute after the other."""
    start = clock.now() - timedelta(days=2)
    moments = [start + timedelta(minutes=number) for number in range(times)]
    payment = booking.payments.get()
    first = booking.messages.count()
    for number, at in enumerate(moments, start=first):
        plan_message(
            MessageKind.BOOKING_LINK,
            key=f"link:{booking.pk}:{number}",
            recipient="claire@example.com",
            booking=booking,
        )
        make_refund(payment, 100, reason="goodwill")
        _add_rows(booking, colleague, payment.pk, number, at)
    Message.objects.filter(booking=booking).update(created_at=start)


def _add_rows(
    booking: Booking, colleague: StaffProfile, payment_id: Any, number: int, at: datetime
) -> None:
    message = Message.objects.get(key=f"link:{booking.pk}:{number}")
    DeliveryLog.objects.create(message=message, at=at, outcome="failed", detail="busy")
    BookingEvent.objects.create(
        booking=booking, kind="change", reason="asked_cancel", actor_kind="guest", at=at
    )
    PaymentAttempt.objects.create(
        payment_id=payment_id, charge_id=f"ch_{number}", declined=True, code="card_declined", at=at
    )
    Note.objects.create(booking=booking, body=f"Note {number}", author=colleague.user)
    AuditLog.objects.create(
        at=at,
        actor=colleague,
        action=Action.ADDED_NOTE,
        object_type="booking.booking",
        object_id=str(booking.pk),
        object_label=booking.code,
    )
