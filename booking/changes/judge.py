"""Why a wish cannot be: the engine's refusals, and those that need the booking or the vans."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from booking.catalogue.words import translated
from booking.changes.case import Case
from booking.changes.price import PriceChange, pickup_of, refusals_of
from booking.changes.room import RoomChange
from booking.changes.types import Cancel, Reorder, Reprice, Reschedule, kept_cents
from booking.lifecycle import FINAL, Status
from booking.models import Booking, DiscountCode
from booking.pricing.discounts import SMALLEST_CHARGE_CENTS, normal_code
from booking.pricing.types import Request
from booking.services.create import (
    already_booked,
    code_refused,
    over_limit_sentence,
    same_place_twice,
)
from booking.services.discounts import has_use_left
from booking.services.room import full_sentence
from totetaxi.lib.money import usd

# The key of what belongs to no field.
WHOLE = "all"
Found = tuple[str, str]


def refused_as_it_stands(case: Case) -> Iterator[Found]:
    """What forbids any change, whatever is wished."""
    status = Status(case.booking.status)
    if status in FINAL:
        yield WHOLE, _("This booking is over. It cannot be changed any more.")
    elif status is Status.IN_PROGRESS and not isinstance(case.wish, Cancel):
        if not case.is_staff:
            yield WHOLE, _("Your things are on the road. Please call us.")
        elif not case.keeps_trip:
            yield WHOLE, _("It is on the road: the trip and the order cannot be changed any more.")
    elif case.money.has_mismatch:
        yield (
            WHOLE,
            _("A payment of this booking does not match what was asked. Settle that first.")
            if case.is_staff
            else _("We are looking at a payment of this booking. Please call us to change it."),
        )


def refused_as_wished(case: Case, new: Request) -> Iterator[Found]:
    """The engine's own refusals, and what the wish itself gets wrong."""
    old = case.priced()
    book, closed = case.snapshot.book, case.snapshot.fleet.closed
    for key, found in refusals_of(
        old, new, book, case.now, closed=closed, allowances=case.allowances
    ):
        yield key, translated(found.sentence)
    if isinstance(case.wish, Reprice):
        yield from _refused_price(case, case.wish.total_cents)
    if isinstance(case.wish, Reschedule) and pickup_of(new) == pickup_of(old.request):
        yield "pickup_date", _("That is the day and time of your booking. Choose another.")
    if isinstance(case.wish, Reorder):
        if case.wish.order.pickup.key == case.wish.order.delivery.key:
            yield "delivery_street", same_place_twice()
        if not _has_code_left(case, old.request, new):
            yield "discount_code", code_refused()


def refused_as_computed(
    case: Case, new: Request, price: PriceChange, room: RoomChange, pickup_at: datetime
) -> Iterator[Found]:
    """Too dear or too large to be settled here, no room, or another booking at that time."""
    if why := _needs_staff(case, price):
        yield WHOLE, why
    if room.is_refused:
        near = [_spoken(day) for day in room.nearest]
        day = _spoken(new.pickup_date)
        yield "pickup_date", full_sentence(day, near, is_staff=case.is_staff)
    if _is_booked_twice(case, pickup_at):
        yield "pickup_time", already_booked(is_staff=case.is_staff)


def _needs_staff(case: Case, price: PriceChange) -> str:
    """Why staff must arrange it (DECISIONS.md, 17); what they have taken up stays with them."""
    limits, quoted = case.snapshot.book.limits, price.after
    if case.booking.needs_staff or case.allowances.over_limit:
        return ""
    is_dearer = price.new_total_cents - kept_cents(case.money) > limits.online_max_cents
    if case.is_staff:
        is_larger = quoted.room.pieces > limits.online_max_pieces
        return over_limit_sentence() if is_larger or is_dearer else ""
    if quoted.room.pieces > limits.online_max_pieces:
        return _("More than %(count)d pieces need more than a van. Please call us.") % {
            "count": limits.online_max_pieces
        }
    if is_dearer:
        return _("Above %(limit)s we arrange payment with you. Please call us.") % {
            "limit": usd(limits.online_max_cents)
        }
    return ""


def _refused_price(case: Case, total_cents: int) -> Iterator[Found]:
    """A total that is no other, or leaves less to pay than a card takes (DECISIONS.md, 11)."""
    left = total_cents - kept_cents(case.money)
    if total_cents == case.booking.total_cents:
        yield "total", _("That is the price already.")
    elif 0 < left < SMALLEST_CHARGE_CENTS:
        text = _("That leaves %(left)s to pay, and a card takes %(least)s at least.")
        least = usd(SMALLEST_CHARGE_CENTS)
        yield "total", text % {"left": usd(left), "least": least}


def _has_code_left(case: Case, old: Request, new: Request) -> bool:
    """Whether a code that the booking did not have yet can be used once more."""
    code = normal_code(new.discount_code)
    if not code or code == normal_code(old.discount_code):
        return True
    discount = DiscountCode.objects.filter(code=code).first()
    return discount is None or has_use_left(  # the engine refuses an unknown one
        discount, person_key=case.booking.person_key, email_key=case.booking.email_key
    )


def _is_booked_twice(case: Case, pickup_at: datetime) -> bool:
    """Whether the person has another active booking at that time. One query."""
    others = Booking.objects.active().exclude(pk=case.booking.pk)
    return others.filter(person_key=case.person_key(), pickup_at=pickup_at).exists()


def _spoken(day: date | None) -> str:
    return date_format(day, "l, F j") if day else ""
