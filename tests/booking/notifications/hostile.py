"""What must be there before a mail of each kind is written, with hostile words wherever it shows
what people typed."""

from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress

from accounts.models import User
from booking.lifecycle import EXPIRED
from booking.models import Booking, ChangeRequest, MessageKind
from staff.models import AuditLog, Invitation
from tests.factories import (
    make_customer,
    make_draft,
    make_payment,
    make_payment_link,
    make_refund,
    make_staff,
)
from totetaxi.lib.clock import today

CANARY = "<script>alert(1)</script><img src=x onerror=alert(2)>'\"&amp;"
PAID = frozenset({MessageKind.CONFIRMED, MessageKind.RESCHEDULED, MessageKind.CHANGE_ASKED})
# These show nothing that anybody typed.
SILENT = frozenset(
    {
        MessageKind.BOOKING_LINK,
        MessageKind.RESUME_LINK,
        MessageKind.VERIFY_EMAIL,
        MessageKind.ACCOUNT_EXISTS,
        MessageKind.NO_ACCOUNT,
        MessageKind.PASSWORD_RESET,
        MessageKind.SIGN_IN_CODE,
        MessageKind.WELCOME,
    }
)


def prepare(kind: MessageKind, booking: Booking, now: datetime) -> tuple[str, dict[str, Any]]:
    """Make what a mail of this kind is about; its recipient and its context."""
    changes: dict[str, Any] = {"status": "paid" if kind in PAID else "pending"}
    if kind is MessageKind.CANCELLED:
        changes = {"status": "cancelled", "cancel_reason": EXPIRED, "room_held": False}
    Booking.objects.filter(pk=booking.pk).update(**changes)
    make = _SCENES.get(kind)
    return make(kind, booking, now) if make else (booking.guest_email, _plain(booking))


def _plain(booking: Booking) -> dict[str, Any]:
    return {
        "amount_cents": 1,
        "number": booking.number,
        "draft": str(make_draft().pk),
        "summary": CANARY,
        "path": "/admin/",
        "revision": booking.revision,
        "was": (booking.pickup_at - timedelta(days=1)).isoformat(),
        "total_cents": 2,
        "difference_cents": 1,
        "due_cents": 1,
        "refund_cents": 0,
        "approves_itself": False,
        "is_set": False,
        "was_paid": True,
    }


def _request(kind: MessageKind, booking: Booking, now: datetime) -> tuple[str, dict[str, Any]]:
    refused = kind is MessageKind.CHANGE_REFUSED
    decided = {"state": "refused", "decided_at": now, "decided_by_kind": "staff", "answer": CANARY}
    asked = ChangeRequest.objects.create(
        booking=booking,
        kind="cancel",
        note=CANARY,
        asked_by_kind="guest",
        **(decided if refused else {}),
    )
    return booking.guest_email, {"request": str(asked.pk)}


def _account(kind: MessageKind, _booking: Booking, _now: datetime) -> tuple[str, dict[str, Any]]:
    user = make_customer("hostile@example.com")
    User.objects.filter(pk=user.pk).update(name=CANARY)
    address = EmailAddress.objects.create(user=user, email=user.email, verified=False)
    context = {
        MessageKind.VERIFY_EMAIL: {"address": address.pk},
        MessageKind.ACCOUNT_NOTICE: {
            "change": "email_changed",
            "from_email": CANARY,
            "to_email": CANARY,
        },
        MessageKind.SIGN_IN_CODE: {"secret": {"code": "123456"}},
    }
    return user.email, context.get(kind, {"user": str(user.pk)})


def _link(_kind: MessageKind, booking: Booking, now: datetime) -> tuple[str, dict[str, Any]]:
    link = make_payment_link(booking, now=now)
    return link.sent_to, {"link": str(link.pk), "round": link.round}


def _refund(_kind: MessageKind, booking: Booking, _now: datetime) -> tuple[str, dict[str, Any]]:
    refund = make_refund(make_payment(booking), 100, note=CANARY)
    return booking.guest_email, {"refund": str(refund.pk)}


def _words(_kind: MessageKind, booking: Booking, _now: datetime) -> tuple[str, dict[str, Any]]:
    return booking.guest_email, {"subject": CANARY, "body": CANARY}


def _staff(kind: MessageKind, _booking: Booking, now: datetime) -> tuple[str, dict[str, Any]]:
    user = make_staff()
    User.objects.filter(pk=user.pk).update(name=CANARY)
    profile = user.staff_profile
    if kind is MessageKind.STAFF_NOTICE:
        row = AuditLog.objects.create(at=now, actor=profile, action="reset_factor")
        return user.email, {"audit": row.pk}
    invitation = Invitation.objects.create(
        email="new@totetaxi.example",
        role="viewer",
        token_hash=f"of-{today(now)}",
        sent_at=now,
        expires_at=now + timedelta(days=7),
        invited_by=profile,
    )
    return invitation.email, {"invitation": str(invitation.pk), "round": 1}


_SCENES = {
    MessageKind.PAYMENT_LINK: _link,
    MessageKind.REFUND_MADE: _refund,
    MessageKind.STAFF_MESSAGE: _words,
    MessageKind.CHANGE_ASKED: _request,
    MessageKind.CHANGE_REFUSED: _request,
    MessageKind.VERIFY_EMAIL: _account,
    MessageKind.ACCOUNT_EXISTS: _account,
    MessageKind.NO_ACCOUNT: _account,
    MessageKind.PASSWORD_RESET: _account,
    MessageKind.SIGN_IN_CODE: _account,
    MessageKind.ACCOUNT_NOTICE: _account,
    MessageKind.WELCOME: _account,
    MessageKind.STAFF_INVITATION: _staff,
    MessageKind.STAFF_NOTICE: _staff,
}
