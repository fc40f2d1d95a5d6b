"""One e-mail to one person about one event, and what became of it."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking.models.booking import Booking
from totetaxi.lib import queue
from totetaxi.lib.models import Entity
from totetaxi.lib.work import WorkRow

MESSAGE_WORK = "booking.message"


class MessageKind(models.TextChoices):
    """What we write about; `notifications.messages` has a function for each."""

    CONFIRMED = "confirmed", _("Booking confirmed")
    REQUEST_RECEIVED = "request_received", _("Request received")
    PAYMENT_LINK = "payment_link", _("Payment link")
    PAYMENT_FAILED = "payment_failed", _("Payment failed")
    REFUND_MADE = "refund_made", _("Refund made")
    LATE_REFUND = "late_refund", _("Payment came too late, refunded")
    BOOKING_LINK = "booking_link", _("Link to your booking")
    RESUME_LINK = "resume_link", _("Link to your draft")
    STAFF_ALERT = "staff_alert", _("Alert to staff")
    RESCHEDULED = "rescheduled", _("Booking rescheduled")
    CANCELLED = "cancelled", _("Booking cancelled")
    CHANGE_ASKED = "change_asked", _("Change asked for")
    CHANGE_REFUSED = "change_refused", _("Change not possible")
    STAFF_MESSAGE = "staff_message", _("Message from us")
    WELCOME = "welcome", _("Welcome")
    VERIFY_EMAIL = "verify_email", _("Confirm your e-mail")
    ACCOUNT_EXISTS = "account_exists", _("You already have an account")
    NO_ACCOUNT = "no_account", _("No account with this e-mail")
    PASSWORD_RESET = "password_reset", _("Set a new password")
    SIGN_IN_CODE = "sign_in_code", _("Code to sign in")
    ACCOUNT_NOTICE = "account_notice", _("Your account was changed")
    STAFF_INVITATION = "staff_invitation", _("Invitation to the back office")
    STAFF_NOTICE = "staff_notice", _("A colleague's account was changed")


class Message(Entity, WorkRow):
    """Planned in the transaction of its event, rendered and sent from the queue.

    `key` is unique for an event, so that nothing is sent twice. Bodies are stored as sent, but
    a private link keeps a placeholder in its token's place.
    """

    class Progress(models.TextChoices):
        PLANNED = "planned", _("Planned")
        SENDING = "sending", _("Sending")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        DROPPED = "dropped", _("Not needed any more")

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=20, choices=MessageKind.choices)
    booking = models.ForeignKey(
        Booking, null=True, blank=True, on_delete=models.CASCADE, related_name="messages"
    )
    recipient = models.EmailField(max_length=254)
    context = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=Progress.choices, default=Progress.PLANNED)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="message_sent_when",
            ),
            *WorkRow.Meta.constraints,
        )
        indexes = (
            *WorkRow.Meta.indexes,
            # Letters about an account, found by its address; all others by their booking.
            models.Index(
                fields=["recipient", "-created_at"],
                condition=Q(booking__isnull=True),
                name="message_of_account",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} to {self.recipient}"


class DeliveryLog(models.Model):
    """One try to deliver a message, and its outcome."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="deliveries")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=12)
    detail = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.outcome} {self.at:%Y-%m-%d %H:%M}"


class OutboxMail(models.Model):
    """A mail that was not sent because mail goes to the outbox. Shown at /outbox/.

    As in a mailbox, a second copy with the same Message-ID is not kept.
    """

    message_id = models.CharField(max_length=200, unique=True)
    recipient = models.CharField(max_length=254)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField(blank=True)
    calendar = models.TextField(blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "outbox"
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return self.subject


def without_secret(context: dict[str, Any]) -> dict[str, Any]:
    """What of a message's context is kept once it is over."""
    return {key: value for key, value in context.items() if key != "secret"}


def plan_message(
    kind: MessageKind,
    *,
    key: str,
    recipient: str,
    booking: Booking | None = None,
    context: dict[str, Any] | None = None,
) -> bool:
    """Plan a message in the caller's transaction; False when that key was planned before.

    `context` holds plain JSON figures that the template needs and the booking does not have,
    such as an amount in cents. Under `secret` it may hold a dict that is erased once the message
    is sent or given up. Sending is hinted to the queue.
    """
    _message, created = Message.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "recipient": recipient,
            "booking": booking,
            "context": context or {},
        },
    )
    if created:
        queue.hint(MESSAGE_WORK)
    return created
