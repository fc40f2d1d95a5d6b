"""Everything that a booking's page in the back office says. No request, no HTML."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.bookings.changes.asked import wanted_words
from booking.lifecycle import ACTIVE, Status
from booking.models import Booking, ChangeRequest, CoiState, Message
from booking.models.booking import STATUS_LABELS, BookingQuerySet
from booking.tracking.timeline import moment_words
from payments.models import Dispute
from payments.money import MoneyState, money_state
from staff.alerts.queries import AlertView, alerts_of_booking
from staff.bookings.page.facts import FactSection, route_words, sections_of
from staff.bookings.page.moves import Move, may_cancel, moves_of, next_move
from staff.bookings.page.standing import Word, money_word, warnings_of
from staff.bookings.page.stream import Stream, stream_of
from staff.bookings.search import LARGEST_NUMBER
from staff.disputes.queries import disputes_of
from staff.disputes.words import dispute_word, reason_words, state_word
from staff.documents.panel import DocumentPanel
from staff.documents.panel import panel_of as documents_of
from staff.models import StaffProfile
from staff.payment_links.panel import LinkPanel, panel_of
from totetaxi.lib.clock import today

# Status by status, as a trip goes.
TRIP = (Status.PENDING, Status.PAID, Status.IN_PROGRESS, Status.COMPLETED)


@dataclass(frozen=True)
class Step:
    """A status of the line below the heading: over, now or ahead."""

    status: Status
    label: Any
    state: str


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the customer asks for and nobody has decided, with its alert."""

    title: str
    note: str
    when: str
    address: str
    alert: AlertView | None


@dataclass(frozen=True, kw_only=True)
class Content:
    """What the template shows. `following` is the move that comes next, if it can be made
    and is this person's to make; `is_due`: its day has come.
    """

    booking: Booking
    money: MoneyState
    money_word: Word
    warnings: list[Word]
    alerts: list[AlertView]
    asked: Asked | None
    route: str
    steps: list[Step]
    following: Move | None
    sections: list[FactSection]
    stream: Stream
    links: LinkPanel
    disputes: list[tuple[Dispute, str, Word]]
    documents: DocumentPanel
    may_edit: bool
    may_cancel: bool
    may_status: bool
    may_certify: bool
    is_due: bool


def get_whole(number: int) -> Booking:
    """A booking with everything that its page reads. Raises Http404."""
    return get_booking(
        number,
        Booking.objects.select_related("customer__customer_profile", "van").prefetch_related(
            "addresses", "lines", "booking_items", "change_requests"
        ),
    )


def get_booking(number: int, rows: BookingQuerySet | None = None) -> Booking:
    """A booking by its number. Raises Http404."""
    rows = Booking.objects.select_related("customer__customer_profile") if rows is None else rows
    found = rows.filter(number=min(number, LARGEST_NUMBER)).first()
    if found is None:
        raise Http404
    return found


def content_of(
    booking: Booking, staff: StaffProfile, *, kind: str, before: str, now: datetime
) -> Content:
    """Read a booking from `get_whole` as of `now`: at most eighteen queries, whatever happened."""
    money = money_state(booking)
    is_open = booking.status in {Status.PENDING, Status.PAID}
    alerts = alerts_of_booking(booking.pk, staff)
    asked = _asked(booking, alerts, now)
    disputes = disputes_of(booking.pk)
    failed = Message.objects.filter(booking=booking, state=Message.Progress.FAILED).count()
    return Content(
        booking=booking,
        money=money,
        money_word=money_word(booking, money),
        warnings=[*dispute_word(disputes), *warnings_of(booking, now, failed_messages=failed)],
        alerts=[view for view in alerts if asked is None or view is not asked.alert],
        asked=asked,
        route=route_words(booking),
        steps=_steps(booking),
        following=_following(booking, money, staff),
        sections=sections_of(booking, staff, may_edit=is_open),
        stream=stream_of(booking, staff, kind=kind, before=before),
        links=panel_of(booking, money, staff, now),
        disputes=[(one, reason_words(one), state_word(one, now)) for one in disputes],
        documents=documents_of(booking, money, staff),
        may_edit=is_open and staff.may("edit_bookings"),
        may_cancel=may_cancel(booking, money, staff),
        may_status=booking.status in ACTIVE and staff.may("change_status"),
        may_certify=booking.status in ACTIVE
        and booking.coi_state == CoiState.NEEDED
        and staff.may("handle_documents"),
        is_due=today(now) >= booking.pickup_date,
    )


def _following(booking: Booking, money: MoneyState, staff: StaffProfile) -> Move | None:
    return next_move(moves_of(booking, money, staff)) if staff.may("change_status") else None


def _asked(booking: Booking, alerts: list[AlertView], now: datetime) -> Asked | None:
    open_state = ChangeRequest.State.OPEN
    found = next((row for row in booking.change_requests.all() if row.state == open_state), None)
    if found is None or booking.status not in ACTIVE:
        return None
    title = (
        _("Asks to be cancelled")
        if found.kind == ChangeRequest.Kind.CANCEL
        else _("Asks for %(wanted)s") % {"wanted": wanted_words(found)}
    )
    return Asked(
        title=title,
        note=found.note,
        when=moment_words(found.created_at, now),
        address=reverse("staff:change_request", args=[found.pk]),
        alert=next((view for view in alerts if view.alert.about == str(found.pk)), None),
    )


def _steps(booking: Booking) -> list[Step]:
    """`Pending - Paid - In progress - Completed`; a booking that was cancelled ends there."""
    if booking.status == Status.CANCELLED:
        return [Step(Status.CANCELLED, STATUS_LABELS[Status.CANCELLED], "now")]
    at = TRIP.index(Status(booking.status))
    return [
        Step(
            status,
            STATUS_LABELS[status],
            "now" if place == at else "over" if place < at else "next",
        )
        for place, status in enumerate(TRIP)
    ]
