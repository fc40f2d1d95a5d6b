"""A customer of whom we hold something in every table that can hold anything."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts.bookings.receipt.issue import issue_receipt
from accounts.models import SavedAddress, User
from booking.lifecycle import Status
from booking.models import (
    AccessToken,
    Booking,
    ChangeRequest,
    DiscountCode,
    DiscountRedemption,
    Message,
    MessageKind,
    Note,
    OutboxMail,
    ServiceInterest,
    plan_message,
)
from booking.services.confirm import confirm_booking
from booking.services.status import change_status, lock_booking
from payments.models import (
    CardSetup,
    Payment,
    PaymentAttempt,
    PaymentLink,
    Refund,
    SavedCard,
    StripeCustomer,
)
from tests.factories import make_booking, make_customer, make_draft, make_staff
from totetaxi.lib.actor import SYSTEM
from totetaxi.lib.work import WorkState

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
EMAIL = "claire.canary@example.com"


def make_known_customer(email: str = EMAIL) -> User:
    """Two delivered bookings, one of them as a guest, and everything else once."""
    user = make_customer(email, last_login=NOW)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    Authenticator.objects.create(
        user=user, type="totp", data={"secret": "canary-secret", "name": "canary-passkey"}
    )
    SavedAddress.objects.create(
        user=user, label="Home", street="1 Canary Wharf", city="New York", state="NY", zip="10128"
    )
    SavedCard.objects.create(
        user=user,
        stripe_id=_key("pm"),
        brand="visa",
        last4="4242",
        exp_month=4,
        exp_year=2030,
        saved_at=NOW,
    )
    StripeCustomer.objects.create(
        user=user,
        account_key=user.pk,
        stripe_id=_key("cus"),
        idempotency_key=_key("k"),
        email=email,
        name=user.name,
    )
    CardSetup.objects.create(
        user=user, status="complete", idempotency_key=_key("k"), session_expires_at=NOW
    )
    make_draft(customer=user, typed={"who": {"contact_name": "Canary Draft"}})
    Note.objects.create(customer=user, body="Canary by phone", author=make_staff())
    ServiceInterest.objects.create(email=email.upper(), zip="20001")
    plan_message(MessageKind.RESUME_LINK, key=_key("resume"), recipient=email.title())
    OutboxMail.objects.create(message_id=_key("m"), recipient=email, subject="Hello", text="Hello")
    for booking in (
        make_delivered(customer_id=user.pk, contact_email=email),
        make_delivered(contact_email=email.title()),
    ):
        _add_parts(booking, user)
    return user


def make_delivered(**changes: Any) -> Booking:
    """A booking that was made, paid and delivered."""
    booking = make_booking(
        now=NOW,
        pickup_date=date(2026, 12, 5),
        service="standard_delivery",
        package=None,
        items=4,
        specialty={"surfboard": 1},
        driver_notes="Ring twice",
        **changes,
    )
    with transaction.atomic():
        locked = lock_booking(booking.pk)
        confirm_booking(locked, by=SYSTEM, now=NOW)
        change_status(locked, Status.IN_PROGRESS, by=SYSTEM, now=NOW)
        change_status(locked, Status.COMPLETED, by=SYSTEM, now=NOW)
    return locked


def _add_parts(booking: Booking, user: User) -> None:
    """Money, a request, a code, a message to staff, and a private link."""
    payment = Payment.objects.create(
        booking=booking,
        method=Payment.Method.STRIPE,
        purpose=Payment.Purpose.BOOKING,
        status=Payment.Status.SUCCEEDED,
        amount_cents=booking.total_cents,
        captured_cents=booking.total_cents,
        actor_kind="customer",
        actor=user,
        intent_id=_key("pi"),
        succeeded_at=NOW,
    )
    PaymentLink.objects.create(
        booking=booking,
        position=1,
        amount_cents=5000,
        state=PaymentLink.State.PAID,
        token_hash=_key("hash"),
        sent_to=user.email,
        sent_at=NOW,
        expires_at=NOW,
        paid_at=NOW,
    )
    PaymentAttempt.objects.create(payment=payment, charge_id=_key("ch"), declined=False, at=NOW)
    Refund.objects.create(
        payment=payment,
        amount_cents=5000,
        status=Refund.Status.SUCCEEDED,
        reason=Refund.Reason.GOODWILL,
        requested_by_kind="staff",
        approved_by_kind="staff",
        approved_at=NOW,
        idempotency_key=_key("k"),
        succeeded_at=NOW,
        work_state=WorkState.DONE,
    )
    ChangeRequest.objects.create(
        booking=booking,
        kind="reschedule",
        state="refused",
        wanted_date=date(2026, 12, 8),
        wanted_time=time(9),
        note="My train is late",
        answer="We are full",
        asked_by_kind="customer",
        decided_by_kind="staff",
        decided_at=NOW,
    )
    code, _made = DiscountCode.objects.get_or_create(code="WELCOME10", defaults={"percent": 10})
    DiscountRedemption.objects.create(
        code=code, booking=booking, person_key=booking.person_key, email_key=booking.email_key
    )
    Message.objects.create(
        key=_key("alert"),
        kind=MessageKind.STAFF_ALERT,
        booking=booking,
        recipient="team@totetaxi.example",
        state="sent",
        sent_at=NOW + timedelta(minutes=1),
        work_state=WorkState.DONE,
    )
    AccessToken.issue(booking=booking)
    issue_receipt(booking.pk, by=SYSTEM, now=NOW)


def _key(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(8)}"
