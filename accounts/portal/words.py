"""The portal's bookings in words: a card for each that lies ahead, a line for each that is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.dateformat import format as spelled
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.portal.links import link_to
from accounts.portal.queries import BookingRow, End
from booking.changes import CustomerMay, CustomerWay, customer_may
from booking.lifecycle import Status
from booking.models import ChangeRequest
from booking.notifications.schedule import EAST_END, day_words, time_words
from totetaxi.lib.clock import today
from totetaxi.lib.money import usd

# Of the chips in the table, whose words stand for themselves.
TONES = {
    Status.PENDING: "amber",
    Status.PAID: "green",
    Status.IN_PROGRESS: "sea",
    Status.COMPLETED: "green",
    Status.CANCELLED: "outline",
}
ROADS = {Status.IN_PROGRESS: 0.6, Status.COMPLETED: 1.0}


@dataclass(frozen=True, slots=True)
class Link:
    """A way on."""

    url: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingCard:
    """A booking that lies ahead. `road` is how far the van is, 0 to 1; None without a drawing."""

    id: UUID
    url: str
    code: str
    status: str
    status_label: str
    when: str
    title: str
    lead: str
    asked: str
    total: str
    pay_url: str
    pay_label: str
    pay_note: str
    links: tuple[Link, ...]
    road: float | None
    road_label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingLine:
    """A booking that is over, in a row of the table."""

    url: str
    again_url: str
    code: str
    day: str
    title: str
    trip: str
    tone: str
    status_label: str
    amount: str
    back: str


def card(row: BookingRow, now: datetime) -> BookingCard:
    """A card as of `now`."""
    start, end = place_words(row.pickup), place_words(row.delivery)
    way = may(row, now)
    east = row.delivery.zip.startswith(EAST_END) and not row.pickup.zip.startswith(EAST_END)
    has_road = east and row.status is not Status.CANCELLED
    return BookingCard(
        id=row.id,
        url=link_to("accounts:booking", row.id),
        code=code_of(row),
        status="warning" if row.due_cents > 0 and row.status is Status.PAID else row.status,
        status_label=status_words(row),
        when=_days_until(row.pickup_date, now) if way.reschedule or row.asked else "",
        title=_("%(day)s, from %(time)s")
        % {"day": day_words(row.pickup_at), "time": time_words(row.pickup_at)},
        lead=_("%(what)s. %(start)s to %(end)s.")
        % {
            "what": what_words(row),
            "start": street_words(row.pickup),
            "end": street_words(row.delivery),
        },
        asked=_asked_words(row),
        total=usd(row.total_cents),
        pay_url=link_to("payments:retry", row.id) if way.pay else "",
        pay_label=_("Pay %(amount)s") % {"amount": usd(row.due_cents)},
        pay_note=_pay_note(row, now) if way.pay else "",
        links=_links(row, way.reschedule),
        road=ROADS.get(row.status, 0.0) if has_road else None,
        road_label=_road_words(row, start, end),
    )


def line(row: BookingRow) -> BookingLine:
    """A row of the table."""
    return BookingLine(
        url=link_to("accounts:booking", row.id),
        again_url=link_to("accounts:book_again", row.id),
        code=code_of(row),
        day=spelled(row.pickup_date, "M j, Y"),
        title=what_words(row),
        trip=_("%(start)s to %(end)s")
        % {"start": place_words(row.pickup), "end": place_words(row.delivery)},
        tone=TONES[row.status],
        status_label=status_words(row),
        amount=usd(row.paid_cents),
        back=_("refunded %(amount)s") % {"amount": usd(row.refunded_cents)}
        if row.refunded_cents
        else "",
    )


def may(row: BookingRow, now: datetime) -> CustomerMay:
    """What the customer may do with it, by booking's own rules."""
    return customer_may(row, row.asked, now, due_cents=row.due_cents)


def code_of(row: BookingRow) -> str:
    """The number as people read it: TT-000415."""
    return f"TT-{row.number:06d}"


def status_words(row: BookingRow) -> str:
    """Where it stands, in a word or two."""
    match row.status:
        case Status.PENDING:
            return _("Request received") if row.needs_staff else _("Waiting for payment")
        case Status.PAID if row.due_cents > 0 and not row.unpaid_reason:
            return _("%(amount)s to pay") % {"amount": usd(row.due_cents)}
        case Status.PAID:
            return _("Paid and confirmed") if row.total_cents else _("Confirmed")
        case Status.IN_PROGRESS:
            return _("On its way")
        case Status.COMPLETED:
            return _("Delivered")
    whole = row.paid_cents and row.refunded_cents >= row.paid_cents
    return _("Cancelled, refunded") if whole else _("Cancelled")


def what_words(row: BookingRow) -> str:
    """`Mini Move Standard, 24 items`; without a package the title counts the items itself."""
    if not row.package or not row.items:
        return row.title
    items = ngettext("%(n)d item", "%(n)d items", row.items) % {"n": row.items}
    return f"{row.title}, {items}"


def place_words(end: End) -> str:
    """Where an end is, as people call it: the city, but Manhattan rather than New York."""
    if end.area and end.city.strip().casefold() == "new york":
        return end.area
    return end.city


def street_words(end: End) -> str:
    """`118 East 93rd Street`."""
    return ", ".join(filter(None, [end.street, end.unit]))


def _days_until(day: date, now: datetime) -> str:
    days = (day - today(now)).days
    if days < 1:
        return _("Today") if days == 0 else ""
    return ngettext("Tomorrow", "In %(days)d days", days) % {"days": days}


def _asked_words(row: BookingRow) -> str:
    if not row.asked:
        return ""
    if row.asked == ChangeRequest.Kind.CANCEL:
        return _("You asked us to cancel it. We answer within a working day.")
    return _("You asked for another day. We answer within a working day.")


def _pay_note(row: BookingRow, now: datetime) -> str:
    ends = row.hold_expires_at
    if row.status is not Status.PENDING or ends is None or ends <= now:
        return ""
    return _("Your place is kept until %(time)s.") % {"time": time_words(ends)}


def _links(row: BookingRow, reschedule: CustomerWay) -> tuple[Link, ...]:
    links = []
    if reschedule:
        asks = reschedule is CustomerWay.ASK
        label = _("Ask for another day") if asks else _("Choose another day")
        links.append(Link(link_to("accounts:reschedule", row.id), label))
    if row.paid_cents:
        links.append(Link(link_to("accounts:receipt", row.id), _("Receipt")))
    return tuple(links)


def _road_words(row: BookingRow, start: str, end: str) -> str:
    match row.status:
        case Status.IN_PROGRESS:
            return _("The van is between %(start)s and %(end)s.") % {"start": start, "end": end}
        case Status.COMPLETED:
            return _("The van is in %(place)s.") % {"place": end}
    words = _("The road from %(start)s to %(end)s; the van has not left yet.")
    return words % {"start": start, "end": end}
