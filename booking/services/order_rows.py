"""The rows that an order and its quote become."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.catalogue.words import translated
from booking.lifecycle import Status
from booking.models import (
    Address,
    Booking,
    BookingItem,
    BookingLine,
    CoiState,
    Contact,
    Leg,
)
from booking.pricing.types import PriceBook, Quote, Request
from booking.pricing.wire import request_json
from booking.pricing.zones import normal_zip
from booking.services.order import NewBooking
from booking.services.person import email_key, person_key
from booking.services.search_text import search_columns
from totetaxi.lib.clock import at_new_york

ADJUSTMENT = "adjustment"


def booking_of(
    order: NewBooking, quoted: Quote, *, book: PriceBook, now: datetime, source: str
) -> Booking:
    """The booking's own row, not saved and without van and number.

    The request has been accepted by the engine, so service, date and time are there.
    """
    request = order.request
    service, day, wall = request.service, request.pickup_date, request.pickup_time
    if service is None or day is None or wall is None:
        raise ValueError("an accepted request names its service, date and time")
    return Booking(
        **_person(order),
        status=Status.PENDING,
        source=source,
        request=request_json(request),
        service=service,
        package=request.package or "",
        title=title_of(request, book),
        items=request.items,
        subtotal_cents=quoted.subtotal_cents,
        total_cents=quoted.total_cents,
        needs_staff=not quoted.payable_online,
        pickup_date=day,
        pickup_time=wall,
        pickup_at=at_new_york(day, wall),
        window_minutes=book.hours[service].window_minutes,
        room_pieces=quoted.room.pieces,
        room_whole_van=quoted.room.whole_van,
        room_needs_rack=quoted.room.needs_rack,
        coi_state=CoiState.NEEDED if quoted.coi_required else CoiState.NOT_NEEDED,
        coi_wording=order.coi_wording,
        driver_notes=order.driver_notes,
        other_contact_name=order.other_contact_name,
        other_contact_phone=order.other_contact_phone,
        terms_version=order.terms_version,
        policy_version=order.policy_version,
        terms_accepted_at=now if order.terms_accepted else None,
        draft_id=order.draft_id,
        order_hash=order.hash,
        **_search(order, book),
    )


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The rows that hang on a booking from its first day."""

    lines: list[BookingLine]
    addresses: list[Address]
    items: list[BookingItem]


def parts_of(booking: Booking, order: NewBooking, quoted: Quote, *, book: PriceBook) -> Parts:
    """Lines as they were quoted, both addresses with their area, and the specialty items."""
    addresses = []
    for leg, address in ((Leg.PICKUP, order.pickup), (Leg.DELIVERY, order.delivery)):
        zip_code = normal_zip(address.zip) or address.zip
        zone = book.zones.get(zip_code)
        facts = asdict(address) | {"zip": zip_code}
        addresses.append(Address(booking=booking, leg=leg, area=zone.area if zone else "", **facts))
    items = [
        BookingItem(booking=booking, code=code, label=book.specialty[code].name, quantity=quantity)
        for code, quantity in order.request.specialty.items()
    ]
    return Parts(lines=lines_of(booking, quoted), addresses=addresses, items=items)


def lines_of(booking: Booking, quoted: Quote) -> list[BookingLine]:
    """The lines of a quote, in its order."""
    return [
        BookingLine(
            booking=booking,
            position=position,
            code=line.code,
            label=line.label,
            reason=translated(line.reason) if line.reason else "",
            amount_cents=line.amount_cents,
        )
        for position, line in enumerate(quoted.lines, start=1)
    ]


def add_adjustment(
    booking: Booking, *, label: str, amount_cents: int, reason: str = ""
) -> BookingLine:
    """One more line of a booking that has its lines: what its total differs from their sum by."""
    last = booking.lines.aggregate(last=Max("position"))["last"] or 0
    return BookingLine.objects.create(
        booking=booking,
        position=last + 1,
        code=ADJUSTMENT,
        label=label,
        reason=reason[:200],
        amount_cents=amount_cents,
        is_adjustment=True,
    )


def _person(order: NewBooking) -> dict[str, Any]:
    """The account, or else the guest's own contact; and who counts as the same person."""
    guest = {
        "guest_name": order.contact_name,
        "guest_email": order.contact_email,
        "guest_phone": order.contact_phone,
    }
    return {
        "customer_id": order.customer_id,
        "email_key": email_key(order.contact_email),
        "person_key": person_key(order.customer_id, order.contact_email),
        **({} if order.customer_id else guest),
    }


def _search(order: NewBooking, book: PriceBook) -> dict[str, str]:
    """What the booking is found by: as `refresh_search` would write it."""
    places = (order.pickup, order.delivery)
    zones = [book.zones.get(normal_zip(place.zip) or place.zip) for place in places]
    items = [book.specialty[code].name for code in order.request.specialty]
    return asdict(
        search_columns(
            contact=Contact(order.contact_name, order.contact_email, order.contact_phone),
            other_contact=(order.other_contact_name, order.other_contact_phone),
            places=places,
            things=[title_of(order.request, book), *items, *(zone.area for zone in zones if zone)],
        )
    )


def save_parts(booking: Booking, order: NewBooking, quoted: Quote, *, book: PriceBook) -> None:
    """Save the parts of a booking that is saved."""
    parts = parts_of(booking, order, quoted, book=book)
    BookingLine.objects.bulk_create(parts.lines)
    Address.objects.bulk_create(parts.addresses)
    BookingItem.objects.bulk_create(parts.items)


def title_of(request: Request, book: PriceBook) -> str:
    """What a booking is called: the package, or what is carried ("3 items, 2 Surfboard")."""
    if request.package:
        return book.packages[request.package].name
    parts = []
    if request.items:
        text = ngettext("%(count)d item", "%(count)d items", request.items)
        parts.append(text % {"count": request.items})
    parts += [
        _("%(count)d × %(name)s") % {"count": quantity, "name": book.specialty[code].name}
        for code, quantity in request.specialty.items()
    ]
    return ", ".join(parts)[:120]
