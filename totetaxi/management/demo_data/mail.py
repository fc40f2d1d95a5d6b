"""The mails that the demo's bookings brought about, written by the real letters."""

from datetime import datetime, timedelta
from uuid import UUID

from booking.models import Booking, DeliveryLog, Message, MessageKind, OutboxMail
from booking.notifications.messages import (
    Letter,
    confirmed_letter,
    request_letter,
    write_letter,
)
from booking.notifications.outbox import OutboxBackend
from booking.notifications.outcome import Outcome
from booking.notifications.render import Mail, render_mail
from booking.notifications.send import build_email, message_id
from totetaxi.management.demo_data.rows import insert

# The newest ones also lie in the outbox, where their private links can be opened.
IN_OUTBOX = timedelta(days=2)


def save_messages(messages: list[Message], *, now: datetime) -> None:
    """Write and save messages that were sent, with their delivery. Their bookings are saved."""
    bookings = _bookings_of(messages)
    written: list[tuple[Message, Letter, Mail]] = []
    for message in messages:
        booking = bookings[message.booking_id]
        message.recipient = booking.contact.email
        letter = _letter(message, booking)
        mail = render_mail(letter)
        message.subject, message.text, message.html = mail.subject, mail.text, mail.html
        written.append((message, letter, mail))
    insert(Message, messages)
    insert(
        DeliveryLog,
        [
            DeliveryLog(message=message, at=message.sent_at or now, outcome=Outcome.SENT)
            for message in messages
        ],
    )
    recent = [row for row in written if row[0].sent_at and now - row[0].sent_at < IN_OUTBOX]
    for message, letter, mail in sorted(recent, key=lambda row: row[0].next_try_at):
        _put_in_outbox(message, letter, mail)


def _bookings_of(messages: list[Message]) -> dict[UUID | None, Booking]:
    rows = (
        Booking.objects.select_related("customer__customer_profile", "draft")
        .prefetch_related("addresses", "lines")
        .filter(pk__in={message.booking_id for message in messages})
    )
    return {row.pk: row for row in rows}


def _letter(message: Message, booking: Booking) -> Letter:
    """The letter as it was then, though the booking may have gone on since."""
    at = message.sent_at or message.next_try_at
    if message.kind == MessageKind.CONFIRMED:
        return confirmed_letter(booking, message.recipient, at)
    if message.kind == MessageKind.REQUEST_RECEIVED:
        return request_letter(booking, message.recipient, at)
    return write_letter(message, now=at)


def _put_in_outbox(message: Message, letter: Letter, mail: Mail) -> None:
    OutboxBackend().send_messages([build_email(message, letter, mail)])
    OutboxMail.objects.filter(message_id=message_id(message)).update(at=message.sent_at)
