"""A booking's tables: days, sums and towns stay for the books, what names a person goes."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from accounts.privacy.holdings import Holding, blank, delete, keep
from accounts.privacy.person import Person
from booking.models import (
    AccessToken,
    Address,
    Booking,
    BookingEvent,
    BookingItem,
    BookingLine,
    ChangeRequest,
    DiscountRedemption,
    Message,
    MessageKind,
)
from totetaxi.lib.work import WorkState

_KEYS = ("id", "created_at", "updated_at")
_WORK = ("work_state", "attempts", "next_try_at", "last_error")
_UNSENT = (Message.Progress.PLANNED, Message.Progress.SENDING)


def _bookings(person: Person) -> QuerySet[Booking]:
    rows: QuerySet[Booking] = Booking.all_objects.filter(pk__in=person.booking_ids)
    return rows.order_by("number")


def _all_messages(person: Person) -> QuerySet[Message]:
    """What was written to the person, and to staff about their bookings."""
    of_bookings = Q(booking__in=person.booking_ids)
    return Message.objects.filter(of_bookings | person.has_email("recipient"))


def _messages(person: Person) -> QuerySet[Message]:
    rows = _all_messages(person).exclude(kind=MessageKind.STAFF_ALERT)
    return rows.order_by("created_at", "pk")


def _code(number: Any) -> str:
    return f"TT-{number:06d}"


BOOKINGS = Holding(
    key="bookings",
    model=Booking,
    title=_("Bookings"),
    rows=_bookings,
    shown={
        "number": _("Number"),
        "title": _("What"),
        "status": _("Status"),
        "created_at": _("Booked"),
        "pickup_at": _("Pickup"),
        "total_cents": _("Total"),
        "guest_name": _("Name"),
        "guest_email": _("E-mail"),
        "guest_phone": _("Phone"),
        "other_contact_name": _("Other contact"),
        "other_contact_phone": _("Other contact's phone"),
        "driver_notes": _("Notes for the driver"),
        "coi_wording": _("Wording of the certificate"),
        "coi_state": _("Certificate of insurance"),
        "terms_accepted_at": _("Terms accepted"),
        "terms_version": _("Version of the terms"),
        "policy_version": _("Version of the cancellation policy"),
        "subtotal_cents": _("Before discount and tax"),
        "cancel_reason": _("Why it was cancelled"),
        "unpaid_reason": _("Why it began unpaid"),
        "request": _("Your order"),
        "updated_at": _("Last changed"),
        "deleted_at": _("Deleted"),
    },
    derived={"number": ("number", _code)},
    file_only=(
        "coi_state",
        "terms_accepted_at",
        "terms_version",
        "policy_version",
        "subtotal_cents",
        "unpaid_reason",
        "request",
        "updated_at",
        "deleted_at",
    ),
    hidden=(
        "id",
        "source",
        "customer",
        "email_key",
        "person_key",
        "service",
        "package",
        "items",
        "needs_staff",
        "price_overridden",
        "staff_form_id",
        "pickup_date",
        "pickup_time",
        "window_minutes",
        "van",
        "room_pieces",
        "room_whole_van",
        "room_needs_rack",
        "room_held",
        "hold_expires_at",
        "draft",
        "order_hash",
        "revision",
        "calendar_sequence",
        "unpaid_by",
        "sort_name",
        "search_text",
    ),
    erased=blank(
        customer_id=lambda person: person.user_id,
        guest_name="",
        guest_email="",
        guest_phone="",
        email_key=lambda person: person.erased_key,
        person_key=lambda person: person.erased_key,
        other_contact_name="",
        other_contact_phone="",
        driver_notes="",
        coi_wording="",
        order_hash="",
        sort_name="",
        search_text="",
    ),
)
ADDRESSES = Holding(
    key="addresses",
    model=Address,
    title=_("Addresses"),
    rows=lambda person: Address.objects.filter(booking__in=person.booking_ids).order_by("-leg"),
    booking="booking_id",
    shown={
        "leg": _("Which"),
        "street": _("Street"),
        "unit": _("Unit"),
        "city": _("City"),
        "state": _("State"),
        "zip": _("ZIP"),
        "has_doorman": _("Doorman"),
        "has_elevator": _("Elevator"),
        "access_notes": _("How to get in"),
    },
    hidden=("booking", "area", *_KEYS),
    erased=blank(street="", unit="", access_notes="", has_doorman=False, has_elevator=False),
)
LINES = Holding(
    key="lines",
    model=BookingLine,
    title=_("Price"),
    rows=lambda person: BookingLine.objects.filter(booking__in=person.booking_ids),
    booking="booking_id",
    shown={"label": _("For"), "reason": _("Reason"), "amount_cents": _("Amount")},
    hidden=("id", "booking", "position", "code", "is_adjustment"),
    erased=keep,
)
ITEMS = Holding(
    key="items",
    model=BookingItem,
    title=_("Specialty items"),
    rows=lambda person: BookingItem.objects.filter(booking__in=person.booking_ids).order_by("pk"),
    booking="booking_id",
    shown={"label": _("Item"), "quantity": _("How many")},
    hidden=("id", "booking", "code"),
    erased=keep,
)
EVENTS = Holding(
    key="events",
    model=BookingEvent,
    title=_("What happened"),
    rows=lambda person: BookingEvent.objects.filter(booking__in=person.booking_ids),
    booking="booking_id",
    shown={
        "at": _("When"),
        "kind": _("What"),
        "from_status": _("From"),
        "to_status": _("To"),
        "reason": _("Reason"),
        "actor_kind": _("By"),
        "detail": _("Figures"),
    },
    hidden=("id", "booking", "actor"),
    erased=keep,
)
CHANGE_REQUESTS = Holding(
    key="change_requests",
    model=ChangeRequest,
    title=_("Changes you asked for"),
    rows=lambda person: ChangeRequest.objects.filter(booking__in=person.booking_ids),
    booking="booking_id",
    shown={
        "kind": _("What"),
        "state": _("Where it stands"),
        "created_at": _("Asked"),
        "wanted_date": _("Day wanted"),
        "wanted_time": _("Time wanted"),
        "shown_cents": _("Amount you were told"),
        "note": _("Your note"),
        "decided_at": _("Decided"),
        "answer": _("Our answer"),
    },
    hidden=(
        "id",
        "updated_at",
        "booking",
        "asked_by_kind",
        "asked_by",
        "decided_by_kind",
        "decided_by",
    ),
    erased=blank(note="", answer=""),
)
DISCOUNTS = Holding(
    key="discounts",
    model=DiscountRedemption,
    title=_("Discount codes"),
    rows=lambda person: DiscountRedemption.objects.filter(booking__in=person.booking_ids).order_by(
        "created_at"
    ),
    booking="booking_id",
    shown={"code": _("Code"), "created_at": _("Used"), "released_at": _("Given back")},
    derived={"code": ("code__code", str)},
    hidden=("id", "updated_at", "booking", "person_key", "email_key"),
    erased=blank(
        person_key=lambda person: person.erased_key, email_key=lambda person: person.erased_key
    ),
)
TOKENS = Holding(
    key="private_links",
    model=AccessToken,
    title=_("Private links"),
    rows=lambda person: AccessToken.objects.filter(booking__in=person.booking_ids).order_by(
        "created_at"
    ),
    booking="booking_id",
    shown={
        "created_at": _("Made"),
        "last_used_at": _("Last used"),
        "revoked_at": _("Ended"),
    },
    hidden=("id", "updated_at", "token_hash", "booking", "draft"),
    file_only=("created_at", "last_used_at", "revoked_at"),
    erased=delete,
)
_MESSAGE_SHOWN = {
    "subject": _("Subject"),
    "kind": _("About"),
    "recipient": _("To"),
    "sent_at": _("Sent"),
    "state": _("Where it stands"),
    "text": _("Text"),
    "context": _("Figures"),
}
MESSAGES = Holding(
    key="messages",
    model=Message,
    title=_("Messages"),
    rows=_messages,
    all_rows=_all_messages,
    booking="booking_id",
    shown=_MESSAGE_SHOWN,
    file_only=("text", "context", "kind", "state"),
    # The HTML says what the text says.
    hidden=("key", "booking", "html", *_KEYS, *_WORK),
    erased=blank(
        recipient=lambda person: person.erased_email,
        subject="",
        text="",
        html="",
        context={},
        # What was not sent yet never is.
        work_state=Case(
            When(state__in=_UNSENT, then=Value(WorkState.IGNORED)), default=F("work_state")
        ),
        state=Case(
            When(state__in=_UNSENT, then=Value(Message.Progress.DROPPED)), default=F("state")
        ),
    ),
)
