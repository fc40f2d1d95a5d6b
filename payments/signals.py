"""What payments does when the layers below tell of something."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from booking.lifecycle import Status
from booking.models import Booking, Draft
from booking.wizard.signals import order_changed
from payments.services.supersede import supersede_booking
from totetaxi.lib.actor import Actor


def connect() -> None:
    """Called once, at start-up."""
    order_changed.connect(supersede_changed_order, dispatch_uid="payments.supersede")


def supersede_changed_order(*, draft: Draft, now: datetime, by: Actor, **_signal: Any) -> None:
    """An order edited after Pay gives up its pending booking (DECISIONS.md, 6)."""
    for booking in Booking.objects.filter(draft=draft, status=Status.PENDING):
        supersede_booking(booking.pk, by=by, now=now)
