"""What a house has traded, as rows: events, payments, refunds, drafts, alerts at any moment."""

import uuid
from datetime import datetime
from typing import Any

from booking.lifecycle import Status
from booking.models import Alert, AlertKind, Booking, BookingEvent, StepReached
from payments.models import PaymentAttempt
from tests.factories.many import add_many_bookings
from tests.factories.money import make_payment
from totetaxi.lib.actor import ActorKind


def make_event(
    booking: Booking, to: Status, at: datetime, *, before: Status | str = Status.PENDING
) -> BookingEvent:
    """That a booking came to a status."""
    return BookingEvent.objects.create(
        booking=booking,
        kind=BookingEvent.Kind.STATUS,
        from_status=before,
        to_status=to,
        actor_kind=ActorKind.SYSTEM,
        at=at,
    )


def make_sale(at: datetime, *, cents: int = 995_00, **changes: Any) -> Booking:
    """A booking that was paid at a moment; `changes` are columns of it."""
    (booking,) = add_many_bookings(1)
    values = {"status": Status.PAID, "cancel_reason": "", "total_cents": cents} | changes
    Booking.all_objects.filter(pk=booking.pk).update(**values)
    booking.refresh_from_db()
    make_event(booking, Status.PAID, at)
    make_payment(booking, at=at, cents=cents)
    return booking


def make_draft_begun(at: datetime) -> StepReached:
    """Somebody opened the wizard."""
    return StepReached.objects.create(draft_key=uuid.uuid4(), step="where", at=at)


def make_decline(booking: Booking, at: datetime) -> PaymentAttempt:
    """A card that was declined."""
    payment = booking.payments.get()
    charge = f"ch_{uuid.uuid4().hex}"
    return PaymentAttempt.objects.create(payment=payment, charge_id=charge, declined=True, at=at)


def make_alert(
    kind: AlertKind = AlertKind.REQUEST, booking: Booking | None = None, **changes: Any
) -> Alert:
    """Something that waits for a person."""
    code = f"{booking.code}: " if booking else ""
    facts = {"about": uuid.uuid4().hex, "summary": f"{code}something waits.", "booking": booking}
    return Alert.objects.create(kind=kind, **(facts | changes))
