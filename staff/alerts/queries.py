"""Alerts as the pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from booking.models import Alert, AlertKind
from booking.services.fit import day_of_alert
from staff.alerts.money import place_of_money
from staff.alerts.services import closes_by_itself, wants_reason
from staff.bookings.addresses import booking_address
from staff.models import StaffProfile


@dataclass(frozen=True, kw_only=True)
class AlertView:
    """One alert, what somebody may do about it, and where it is dealt with.

    Who may close it says why where `wants_reason`; that is asked on its own page.
    """

    alert: Alert
    taken_by: str
    is_mine: bool
    may_act: bool
    may_close: bool
    wants_reason: bool
    place: str
    place_label: str

    @property
    def title(self) -> Any:
        """What kind of thing waits."""
        return self.alert.get_kind_display()


def alerts_of_booking(booking_id: UUID, staff: StaffProfile) -> list[AlertView]:
    """The open alerts of a booking, oldest first. One query."""
    rows = Alert.objects.filter(booking=booking_id, closed_at=None).select_related("taken_by")
    return [view_of(alert, staff, "", "") for alert in rows.order_by("created_at", "pk")]


def view_of(alert: Alert, staff: StaffProfile, place: str, place_label: str) -> AlertView:
    """An alert for one person. Select `taken_by` with it."""
    is_open = alert.closed_at is None
    may_act = is_open and staff.may("edit_bookings")
    reason = wants_reason(alert.kind, alert.about)
    may_close = may_act and not closes_by_itself(alert)
    return AlertView(
        alert=alert,
        taken_by=alert.taken_by.get_full_name() if alert.taken_by else "",
        is_mine=alert.taken_by_id == staff.user_id,
        may_act=may_act,
        may_close=may_close and (staff.may("override_payment") or not reason),
        wants_reason=reason,
        place=place,
        place_label=place_label,
    )


def place_of(alert: Alert, staff: StaffProfile) -> tuple[str, str]:
    """Where somebody deals with an alert, and what its link says; empty where there is no page."""
    number = alert.booking.number if alert.booking else None
    if place := place_of_money(alert.kind, alert.about, number, staff):
        return place
    if alert.kind == AlertKind.CHANGE_REQUEST:
        return reverse("staff:change_request", args=[alert.about]), _("Decide the request")
    if alert.kind == AlertKind.ROOM_CONFLICT and (day := day_of_alert(alert.about)):
        return reverse("staff:calendar_day", args=[day]), _("Open the day")
    if alert.booking is not None:
        text = _("Open %(code)s") % {"code": alert.booking.code}
        return booking_address(alert.booking.number), text
    return "", ""
