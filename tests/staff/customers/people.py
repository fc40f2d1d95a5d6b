"""A customer of whom there is something in every part of the page."""

from datetime import time

from accounts.models import SavedAddress, User
from booking.models import Booking, ChangeRequest, Message, MessageKind, Note
from staff.models import StaffProfile
from tests.accounts.merging.moves import make_confirmed
from tests.factories import make_booking, make_draft, make_payment
from totetaxi.lib import clock


def make_known(staff: StaffProfile, email: str = "claire@example.com") -> User:
    """Two bookings, one of them paid and asked to be moved; an address, a note, a draft, mails."""
    user = make_confirmed(email)
    first, second = (
        make_booking(customer_id=user.pk, contact_email=email, pickup_time=time(hour))
        for hour in (9, 11)
    )
    make_payment(first)
    Booking.objects.filter(pk=first.pk).update(status="paid", hold_expires_at=None)
    ChangeRequest.objects.create(
        booking=first,
        kind="reschedule",
        wanted_date=first.pickup_date,
        wanted_time=time(10),
        note="The building lets movers in at ten.",
        asked_by_kind="customer",
    )
    SavedAddress.objects.create(
        user=user,
        label="Home",
        street="118 East 93rd Street",
        unit="6B",
        city="New York",
        state="NY",
        zip="10128",
        has_doorman=True,
        access_notes="Service entrance on the left",
        is_default=True,
    )
    Note.objects.create(customer=user, body="Prefers a call before noon.", author=staff.user)
    make_draft(
        customer=user,
        typed={"where": {"pickup_street": "1 Elm Street", "delivery_street": "5 Ocean Road"}},
        reached=1,
    )
    add_message(user.email, MessageKind.WELCOME, "Welcome to ToteTaxi")
    add_message(user.email, MessageKind.CONFIRMED, "Your move is booked", booking=second)
    return user


def add_message(
    recipient: str, kind: MessageKind, subject: str, booking: Booking | None = None
) -> Message:
    """A message that was sent."""
    return Message.objects.create(
        key=f"{kind}:{recipient}:{booking and booking.pk}",
        kind=kind,
        recipient=recipient,
        subject=subject,
        booking=booking,
        state="sent",
        sent_at=clock.now(),
        work_state="done",
    )
