"""A few words of staff to the customers of one or several bookings, as a mail to each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from booking.models import Booking, Message, MessageKind, plan_message
from booking.notifications.facts import booking_facts
from booking.notifications.letter import Letter, booking_of
from booking.notifications.messages import register_writer
from booking.services.person import is_erased
from booking.wizard.forms.text import LineField, NotesField
from staff.audit import record
from staff.models import Action, StaffProfile

LONGEST_BODY = 4_000


class MessageForm(forms.Form):
    """Subject and words. `token` makes one message of a form that is sent twice."""

    use_required_attribute = False

    subject = LineField(label=_("Subject"), max_length=120, required=_("Give it a subject"))
    body = NotesField(
        label=_("Message"),
        max_length=LONGEST_BODY,
        widget=forms.Textarea(attrs={"rows": 9}),
        help_text=_("The mail greets each by name, and leads to their booking."),
    )
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        body = self.fields["body"]
        body.required = True
        body.error_messages["required"] = _("Write what you want to tell them")

    def clean_body(self) -> str:
        """There is something to say."""
        body: str = self.cleaned_data["body"]
        if not body.strip():
            raise forms.ValidationError(_("Write what you want to tell them"))
        return body.strip()


def can_be_written_to(booking: Booking) -> bool:
    """Whether somebody is still there to read it."""
    return not is_erased(booking.contact.email)


def send_messages(
    staff: StaffProfile,
    bookings: Iterable[Booking],
    *,
    subject: str,
    body: str,
    token: UUID,
    request: HttpRequest,
    now: datetime,
) -> int:
    """Plan a mail about each booking, to its contact; answers how many are new.

    The same `token` never writes to a booking twice. What was written is kept with the message,
    and not in the audit log.
    """
    planned = 0
    with transaction.atomic():
        for booking in bookings:
            is_new = plan_message(
                MessageKind.STAFF_MESSAGE,
                key=f"staff-message:{token}:{booking.pk}",
                recipient=booking.contact.email,
                booking=booking,
                context={"subject": subject, "body": body},
            )
            if is_new:
                planned += 1
                record(staff, Action.WROTE_MESSAGE, booking, request=request, now=now)
    return planned


def staff_message(message: Message, now: datetime) -> Letter:
    """What somebody of the staff wrote. Context: subject, body."""
    booking = booking_of(message)
    body: str = message.context["body"]
    return Letter(
        recipient=message.recipient,
        subject=f"{message.context['subject']}, {booking.code}",
        template="staff_message",
        context=vars(booking_facts(booking, now)) | {"paragraphs": body.split("\n\n")},
        opens=(booking,),
    )


def register() -> None:
    """Tell booking's notifications who writes these. Called by the app's `ready`."""
    register_writer(MessageKind.STAFF_MESSAGE, staff_message)
