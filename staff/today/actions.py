"""The one next action of a row: where it is done by whoever may do it, else where to read of it."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from booking.models import AlertKind
from booking.services.fit import day_of_alert
from staff.alerts.money import place_of_money
from staff.alerts.services import wants_reason
from staff.models import StaffProfile
from staff.today.alerts import OpenAlert
from staff.today.waiting import Waiting

_NUMBER, _KEY = 0, UUID(int=0)
# What ends once somebody has sent the customer a way to pay.
PAID_BY_LINK = frozenset({AlertKind.REQUEST, AlertKind.PAYMENT_FAILING, AlertKind.PARTLY_PAID})


@lru_cache(maxsize=16)
def _pattern(name: str, key: int | UUID, extra: tuple[str, ...]) -> tuple[str, str]:
    """What stands before and after the key in a page's address."""
    before, _key, after = reverse(f"staff:{name}", args=[key, *extra]).rpartition(str(key))
    return before, after


def of_booking(name: str, number: int, *extra: str) -> str:
    """The address of a page about a booking. A page of many rows looks each pattern up once."""
    before, after = _pattern(name, _NUMBER, extra)
    return f"{before}{number}{after}"


def of_key(name: str, key: UUID | str) -> str:
    """The same for a page about something with a UUID."""
    before, after = _pattern(name, _KEY, ())
    return f"{before}{key}{after}"


def alert_action(alert: OpenAlert, staff: StaffProfile) -> tuple[str, str]:
    """What an alert wants next, and where."""
    may_edit = staff.may("edit_bookings")
    if alert.kind == AlertKind.CHANGE_REQUEST and alert.request_kind and may_edit:
        return _("Decide"), of_key("change_request", alert.about)
    if alert.kind == AlertKind.ROOM_CONFLICT and (day := day_of_alert(alert.about)):
        return _("Open the day"), reverse("staff:calendar_day", args=[day])
    is_closed_there = wants_reason(alert.kind, alert.about)
    place = place_of_money(alert.kind, alert.about, alert.number, staff)
    if place and not is_closed_there:
        return place[1], place[0]
    if is_closed_there or alert.number is None:
        return _("Look into it"), of_key("alert", alert.id)
    if alert.kind in PAID_BY_LINK and may_edit:
        return _("Send payment link"), of_booking("payment_links", alert.number)
    return _("Open booking"), of_booking("booking", alert.number)


def booking_action(row: Waiting, staff: StaffProfile) -> tuple[str, str]:
    """What a booking wants next, and where."""
    may_edit = staff.may("edit_bookings")
    if row.queue == "begin" and staff.may("change_status"):
        return _("Start it"), of_booking("booking_status", row.number)
    if row.queue == "finish" and staff.may("change_status"):
        return _("Complete it"), of_booking("booking_status", row.number)
    if row.queue == "unpaid" and may_edit:
        return _("Send payment link"), of_booking("payment_links", row.number)
    if row.queue == "coi" and may_edit and not row.has_wording:
        return _("Add the wording"), of_booking("edit_booking", row.number, "building")
    return _("Open booking"), of_booking("booking", row.number)
