"""What was typed in a section becomes a wish about the booking."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from booking.changes import Reorder, Reschedule
from booking.models import Booking
from booking.pricing.discounts import normal_code
from booking.pricing.types import PartialQuote
from booking.services.order import NewBooking, OrderAddress, order_of
from booking.wizard.answers import read_what, typed_date, typed_time
from booking.wizard.forms import StepForm, WhatForm, WhenForm
from booking.wizard.people import ACCESS, PARTS
from staff.orders.forms import BuildingForm, OtherContactForm, PeopleForm, TripForm
from staff.orders.values import Values

Cleaned = Mapping[str, Any]
Apply = Callable[[NewBooking, Cleaned, Values], NewBooking]


def section_form(
    section: str,
    values: Values | None,
    *,
    price: PartialQuote,
    specialty: tuple[str, ...],
    has_account: bool,
) -> StepForm:
    """The form of a section. `has_account`: the contact is the account's, and not asked."""
    if section == "trip":
        return TripForm(values, price=price)
    if section == "what":
        return WhatForm(values, price=price, specialty=specialty)
    if section == "when":
        return WhenForm(values, price=price)
    if section == "building":
        return BuildingForm(values, price=price)
    return (OtherContactForm if has_account else PeopleForm)(values, price=price)


def section_wish(
    section: str, booking: Booking, cleaned: Cleaned, values: Values
) -> Reschedule | Reorder | None:
    """What the valid form of a section asks for; None where it says what is booked already."""
    if section == "when":
        day, wall = typed_date(values.get("pickup_date")), typed_time(values.get("pickup_time"))
        if day is None or wall is None:
            raise ValueError("a valid form names the day and the time")
        is_same = (day, wall) == (booking.pickup_date, booking.pickup_time)
        return None if is_same else Reschedule(day, wall)
    before = order_of(booking)
    after = _APPLY[section](before, cleaned, values)
    return None if after == before else Reorder(after)


def _trip(order: NewBooking, cleaned: Cleaned, _values: Values) -> NewBooking:
    pickup, delivery = (
        replace(end, **{part: cleaned[f"{leg}_{part}"] for part in PARTS})
        for leg, end in (("pickup", order.pickup), ("delivery", order.delivery))
    )
    request = order.request
    if pickup.zip != order.pickup.zip:
        request = replace(request, pickup_zip=pickup.zip)
    if delivery.zip != order.delivery.zip:
        request = replace(request, delivery_zip=delivery.zip)
    return replace(order, pickup=pickup, delivery=delivery, request=request)


def _what(order: NewBooking, _cleaned: Cleaned, values: Values) -> NewBooking:
    asked = read_what(values) | {
        "coi": order.request.coi,
        "discount_code": normal_code(values.get("discount_code")) or None,
    }
    return replace(order, request=replace(order.request, **asked))


def _people(order: NewBooking, cleaned: Cleaned, _values: Values) -> NewBooking:
    return replace(order, **cleaned)


def _building(order: NewBooking, cleaned: Cleaned, _values: Values) -> NewBooking:
    def end(address: OrderAddress, leg: str) -> OrderAddress:
        return replace(address, **{part: cleaned[f"{leg}_{part}"] for part in ACCESS})

    return replace(
        order,
        pickup=end(order.pickup, "pickup"),
        delivery=end(order.delivery, "delivery"),
        driver_notes=cleaned["driver_notes"],
        coi_wording=cleaned["coi_wording"],
        request=replace(order.request, coi=cleaned["coi"]),
    )


_APPLY: dict[str, Apply] = {
    "trip": _trip,
    "what": _what,
    "people": _people,
    "building": _building,
}
