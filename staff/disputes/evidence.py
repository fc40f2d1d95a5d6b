"""What we know that helps as evidence: who booked, agreed, was told, and what was carried when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from booking.lifecycle import Status
from booking.models import Address, Booking, BookingEvent, Document, Leg, Message, MessageKind
from booking.notifications.schedule import address_of, phone_words, street_line
from payments.models import Dispute
from staff.facts import Fact
from staff.templatetags.office import stamp

MOST_LETTERS = 20


def evidence_of(dispute: Dispute) -> list[Fact]:
    """The facts in the order in which Stripe's form asks for them. Four queries."""
    booking = dispute.payment.booking
    moments = dict(
        BookingEvent.objects.filter(booking=booking, kind=BookingEvent.Kind.STATUS)
        .order_by("at", "id")
        .values_list("to_status", "at")
    )
    return [
        *_person(booking),
        *_agreed(booking),
        *_service(booking, moments),
        *_told(booking),
        *_papers(booking),
    ]


def _person(booking: Booking) -> Iterator[Fact]:
    contact = booking.contact
    yield Fact(_("Customer"), contact.name or contact.email, contact.email)
    if contact.phone:
        yield Fact(_("Phone"), phone_words(contact.phone))


def _agreed(booking: Booking) -> Iterator[Fact]:
    by = _("by phone, with us") if booking.source == "staff" else _("on the website")
    yield Fact(_("Booked"), stamp(booking.created_at), by)
    if booking.terms_accepted_at:
        version = booking.terms_version
        note = _("Version %(version)s of the terms") % {"version": version} if version else ""
        yield Fact(_("Terms accepted"), stamp(booking.terms_accepted_at), note)


def _service(booking: Booking, moments: dict[str, datetime]) -> Iterator[Fact]:
    yield Fact(_("Service"), booking.title)
    ends = {leg: _line(address_of(booking, leg)) for leg in (Leg.PICKUP, Leg.DELIVERY)}
    started, done = moments.get(Status.IN_PROGRESS), moments.get(Status.COMPLETED)
    planned = _("Planned for %(when)s") % {"when": stamp(booking.pickup_at)}
    yield Fact(_("Collected"), stamp(started) if started else planned, ends[Leg.PICKUP])
    yield Fact(_("Set down"), stamp(done) if done else _("Not yet"), ends[Leg.DELIVERY])
    if (cancelled := moments.get(Status.CANCELLED)) and booking.status == Status.CANCELLED:
        yield Fact(_("Cancelled"), stamp(cancelled), booking.cancel_reason.replace("_", " "))


def _line(end: Address) -> str:
    return f"{street_line(end)}, {end.city}, {end.state} {end.zip}"


def _told(booking: Booking) -> Iterator[Fact]:
    """The mails that reached the customer: what they were told, where and when."""
    rows = Message.objects.filter(booking=booking, state=Message.Progress.SENT)
    rows = rows.exclude(kind=MessageKind.STAFF_ALERT).order_by("sent_at")
    for message in rows.only("subject", "recipient", "sent_at", "booking_id")[:MOST_LETTERS]:
        text = f"{stamp(message.sent_at)} · {message.recipient}" if message.sent_at else ""
        yield Fact(_("Mailed"), message.subject, text)


def _papers(booking: Booking) -> Iterator[Fact]:
    kind = Document.Kind.RECEIPT
    newest = booking.documents.stored().filter(kind=kind).order_by("-revision").first()
    if newest is None:
        yield Fact(_("Receipt"), _("None was issued"), _("Issue one on the booking's page."))
        return
    href = reverse("staff:document", args=[newest.pk])
    yield Fact(_("Receipt"), newest.code, _("With every payment and refund"), href)
