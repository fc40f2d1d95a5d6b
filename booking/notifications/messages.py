"""What we write: one function for each kind of message.

Each reads the message's row and the state of things now, and answers a Letter, or raises
NotNeededError where the event that it tells of has been overtaken.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from booking.lifecycle import Status
from booking.models import Booking, Draft, Message, MessageKind, PolicySetting
from booking.notifications import change_letters
from booking.notifications.facts import booking_facts
from booking.notifications.invite import render_calendar
from booking.notifications.letter import Letter, NotNeededError, booking_of
from booking.notifications.links import absolute, link_to
from booking.notifications.schedule import day_words, time_words
from booking.services.person import email_key, is_erased
from booking.services.policy import policy_sentence

LINKS_IN_ONE_MAIL = 5
FINDABLE = timedelta(days=30)


def write_letter(message: Message, *, now: datetime) -> Letter:
    """The letter for a planned message. Raises NotNeededError."""
    if is_erased(message.recipient):  # planned after the customer had gone
        raise NotNeededError("the customer was erased")
    return WRITERS[MessageKind(message.kind)](message, now)


def confirmed(message: Message, now: datetime) -> Letter:
    """It is booked: what happens next, what was paid, the private link, the calendar file."""
    booking = booking_of(message)
    if booking.status not in {Status.PAID, Status.IN_PROGRESS}:
        raise NotNeededError(f"the booking is {booking.status}")
    return confirmed_letter(booking, message.recipient, now)


def confirmed_letter(booking: Booking, recipient: str, now: datetime) -> Letter:
    """The confirmation, whatever became of the booking. Prefetch `addresses` and `lines`."""
    return Letter(
        recipient=recipient,
        subject=_("It is booked: %(day)s, %(code)s")
        % {"day": day_words(booking.pickup_at), "code": booking.code},
        template="confirmed",
        context=vars(booking_facts(booking, now)) | {"policy": _policy(booking, now)},
        opens=(booking,),
        calendar=render_calendar(booking, now=now),
    )


def request_received(message: Message, now: datetime) -> Letter:
    """A request that staff take up: we call, nothing is charged yet."""
    booking = booking_of(message)
    if booking.status != Status.PENDING:
        raise NotNeededError(f"the booking is {booking.status}")
    return request_letter(booking, message.recipient, now)


def request_letter(booking: Booking, recipient: str, now: datetime) -> Letter:
    """That a request came in, whatever became of it. Prefetch `addresses` and `lines`."""
    return Letter(
        recipient=recipient,
        subject=_("We have your request, %(code)s") % {"code": booking.code},
        template="request_received",
        context=vars(booking_facts(booking, now)),
        opens=(booking,),
    )


def payment_failed(message: Message, now: datetime) -> Letter:
    """A payment ended declined: nothing was charged, and how to go on. Context: advice."""
    booking = booking_of(message)
    if booking.status not in {Status.PENDING, Status.CANCELLED}:
        raise NotNeededError(f"the booking is {booking.status}")
    held = booking.status == Status.PENDING
    opens: tuple[Booking | Draft, ...] = (booking,)
    if not held:
        opens = (booking.draft,) if booking.draft else ()
    return Letter(
        recipient=message.recipient,
        subject=_("Your payment did not go through, %(code)s") % {"code": booking.code},
        template="payment_failed",
        context=vars(booking_facts(booking, now))
        | {"held": held, "advice": message.context.get("advice", "")},
        opens=opens,
    )


def late_refund(message: Message, now: datetime) -> Letter:
    """Money came when the booking's time was over: all of it goes back. Context: amount_cents."""
    booking = booking_of(message)
    return Letter(
        recipient=message.recipient,
        subject=_("Your payment is refunded in full, %(code)s") % {"code": booking.code},
        template="late_refund",
        context=vars(booking_facts(booking, now))
        | {"amount_cents": message.context["amount_cents"]},
        opens=(booking.draft,) if booking.draft else (),
    )


def booking_link(message: Message, now: datetime) -> Letter:
    """Links to the bookings that somebody asked for on the find page. Context: number, or null.

    They go to the address that stands on the booking, never to the one that was typed.
    """
    found = _find_bookings(message.recipient, message.context.get("number"), now)
    if not found:
        raise NotNeededError("no booking has this address")
    return Letter(
        recipient=found[0].contact.email,
        subject=_("Your link to %(code)s") % {"code": found[0].code}
        if len(found) == 1
        else _("Your links to your bookings"),
        template="booking_link",
        context={
            "bookings": [
                {"booking": booking, "day": day_words(booking.pickup_at), "link": link}
                for booking, link in zip(found, _links(tuple(found)), strict=True)
            ]
        },
        opens=tuple(found),
    )


def resume_link(message: Message, _now: datetime) -> Letter:
    """The way back to a draft, on any device. Context: draft, its key."""
    draft = Draft.objects.filter(pk=message.context["draft"]).first()
    if draft is None:
        raise NotNeededError("the draft is gone")
    return Letter(
        recipient=message.recipient,
        subject=_("Go on with your booking"),
        template="resume_link",
        opens=(draft,),
    )


def staff_alert(message: Message, now: datetime) -> Letter:
    """Something waits for the team. Context: summary, and path of the page that deals with it."""
    return Letter(
        recipient=message.recipient,
        subject=_("ToteTaxi needs somebody, %(time)s") % {"time": time_words(now)},
        template="staff_alert",
        context={
            "summary": message.context["summary"],
            "page": absolute(message.context["path"]),
            "booking": message.booking,
        },
    )


WRITERS: dict[MessageKind, Callable[[Message, datetime], Letter]] = {
    MessageKind.CONFIRMED: confirmed,
    MessageKind.REQUEST_RECEIVED: request_received,
    MessageKind.PAYMENT_FAILED: payment_failed,
    MessageKind.LATE_REFUND: late_refund,
    MessageKind.BOOKING_LINK: booking_link,
    MessageKind.RESUME_LINK: resume_link,
    MessageKind.STAFF_ALERT: staff_alert,
    MessageKind.RESCHEDULED: change_letters.rescheduled,
    MessageKind.CANCELLED: change_letters.cancelled,
    MessageKind.CHANGE_ASKED: change_letters.change_asked,
    MessageKind.CHANGE_REFUSED: change_letters.change_refused,
}


def register_writer(kind: MessageKind, writer: Callable[[Message, datetime], Letter]) -> None:
    """Let a layer above write the mails of one kind; once, at start-up."""
    WRITERS[kind] = writer


def letter_context(letter: Letter) -> dict[str, Any]:
    """What every mail's template has beside its own context."""
    return {
        "site_url": settings.SITE_URL,
        "phone": settings.PHONE,
        "book_url": absolute(reverse("booking:start")),
        "links": _links(letter.opens),
        "subject": letter.subject,
    } | letter.context


def _links(opens: tuple[Booking | Draft, ...]) -> list[str]:
    return [link_to(opened, position) for position, opened in enumerate(opens)]


def _policy(booking: Booking, now: datetime) -> str:
    """What a change would cost; empty once the van is on its way."""
    if booking.status != Status.PAID:
        return ""
    return policy_sentence(booking.pickup_at, now, PolicySetting.current())


def _find_bookings(email: str, number: int | None, now: datetime) -> list[Booking]:
    """The bookings of exactly this address: that number, or the newest that are not long past."""
    # An account's address may have changed since it booked.
    rows = Booking.objects.select_related("customer__customer_profile").filter(
        Q(email_key=email_key(email)) | Q(customer__email=email.lower())
    )
    rows = (
        rows.filter(number=number)
        if number is not None
        else rows.filter(pickup_at__gte=now - FINDABLE)
    )
    same = [
        booking
        for booking in rows.order_by("-number")[: LINKS_IN_ONE_MAIL * 2]
        if booking.contact.email.lower() == email.lower()
    ]
    return same[:LINKS_IN_ONE_MAIL]
