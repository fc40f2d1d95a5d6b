"""How a booking stands at a glance: its money in words, and what somebody should look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from booking.lifecycle import ACTIVE, Status
from booking.models import Booking, CoiState
from booking.notifications.schedule import certificate_due, delivery_by
from payments.money import MoneyState
from staff.templatetags.office import stamp
from totetaxi.lib.clock import new_york
from totetaxi.lib.money import usd


@dataclass(frozen=True)
class Word:
    """A few words with a shape. `tone` is green, amber, red or plain."""

    text: str
    tone: str
    shape: str


def money_word(booking: Booking, money: MoneyState) -> Word:
    """The state of a booking's money: paid, due, overpaid, with the sum."""
    kept = money.paid_cents - money.refunded_cents
    if money.has_mismatch:
        return Word(_("Payment does not match"), "red", "status-failed")
    if booking.status == Status.CANCELLED:
        return _cancelled(money, kept)
    return _due(booking, money) if money.to_pay_cents else _covered(money)


def _due(booking: Booking, money: MoneyState) -> Word:
    text = _("Due %(due)s of %(total)s") if money.paid_cents else _("Due %(due)s")
    words = text % {"due": usd(money.to_pay_cents), "total": usd(money.total_cents)}
    return Word(words, "amber" if booking.status in ACTIVE else "red", "status-pending")


def _covered(money: MoneyState) -> Word:
    if money.surplus_cents:
        words = _("Overpaid %(sum)s") % {"sum": usd(money.surplus_cents)}
        return Word(words, "red", "status-warning")
    if money.under_way_cents:
        words = _("Paid, %(sum)s on its way back") % {"sum": usd(money.under_way_cents)}
        return Word(words, "green", "check")
    if not money.total_cents and not money.paid_cents:
        return Word(_("Free"), "green", "check")
    return Word(_("%(sum)s paid in full") % {"sum": usd(money.total_cents)}, "green", "check")


def _cancelled(money: MoneyState, kept: int) -> Word:
    if not money.paid_cents:
        return Word(_("Nothing was paid"), "plain", "check")
    if money.under_way_cents:
        words = _("%(sum)s on its way back") % {"sum": usd(money.under_way_cents)}
        return Word(words, "amber", "status-pending")
    if kept > 0:
        return Word(_("Kept %(sum)s") % {"sum": usd(kept)}, "plain", "check")
    return Word(_("Refunded %(sum)s") % {"sum": usd(money.refunded_cents)}, "plain", "check")


def warnings_of(booking: Booking, now: datetime, *, failed_messages: int) -> list[Word]:
    """What is late or missing, the worst first. Alerts and requests stand by themselves."""
    status = Status(booking.status)
    found = []
    if status in {Status.PENDING, Status.PAID} and now > booking.window_ends_at:
        text = _("Pickup was due %(when)s, not started") % {"when": stamp(booking.pickup_at)}
        found.append(Word(text, "red", "status-late"))
    if status is Status.IN_PROGRESS and now > delivery_by(booking):
        text = _("Not completed; due %(when)s") % {"when": stamp(delivery_by(booking))}
        found.append(Word(text, "red", "status-late"))
    found += _certificate(booking, now)
    if failed_messages:
        text = _("A message was not sent") if failed_messages == 1 else _("Messages were not sent")
        found.append(Word(text, "red", "status-failed"))
    if status is Status.PENDING and booking.needs_staff:
        found.append(Word(_request_words(booking), "amber", "status-warning"))
    elif status is Status.PENDING and booking.hold_expires_at:
        text = _("Room kept until %(when)s") % {"when": stamp(booking.hold_expires_at)}
        found.append(Word(text, "plain", "clock"))
    if booking.unpaid_reason:
        found.append(Word(_("Started unpaid"), "amber", "status-warning"))
    return found


def _request_words(booking: Booking) -> str:
    if booking.room_held:
        return _("A request: its payment is ours to arrange")
    return _("A request: no van is promised yet")


def _certificate(booking: Booking, now: datetime) -> list[Word]:
    ahead = booking.status in {Status.PENDING, Status.PAID}
    if booking.coi_state != CoiState.NEEDED or not ahead:
        return []
    due = certificate_due(booking)
    when = date_format(new_york(due), "D M j, g:i A")
    if due <= now:
        return [Word(_("COI missing, was due %(when)s") % {"when": when}, "red", "status-warning")]
    return [Word(_("COI missing, due %(when)s") % {"when": when}, "amber", "status-warning")]
