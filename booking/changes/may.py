"""What a customer may do to their own booking (DOMAIN.md, "Status of a booking")."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.utils.translation import gettext as _

from booking.changes.types import CustomerMay, CustomerWay
from booking.lifecycle import Status


class Standing(Protocol):
    """How a booking stands: a Booking, or a row that a list shows of one."""

    @property
    def status(self) -> str:
        """One of `Status`."""

    @property
    def pickup_at(self) -> datetime:
        """The instant of the pickup."""

    @property
    def needs_staff(self) -> bool:
        """Whether staff arrange it."""


def customer_may(
    booking: Standing, open_request: object | None, now: datetime, *, due_cents: int = 0
) -> CustomerMay:
    """What a customer may do now. `open_request` is what they asked for and nobody decided yet.

    `due_cents` is what is left to pay by `payments.money`; a pending booking tells it by itself.
    """
    ahead = now < booking.pickup_at
    match Status(booking.status):
        case Status.PENDING if ahead:
            way = CustomerWay.APPLY
            return CustomerMay(reschedule=way, cancel=way, pay=not booking.needs_staff)
        case Status.PAID if ahead and open_request is None:
            way = CustomerWay.ASK
            return CustomerMay(reschedule=way, cancel=way, pay=due_cents > 0)
        case Status.PAID if ahead:
            return CustomerMay(pay=due_cents > 0, why_not=_why_asked())
    return CustomerMay(why_not=_why_not(Status(booking.status)))


def _why_asked() -> str:
    return _("We have your request and answer within a working day. Withdraw it to ask anew.")


def _why_not(status: Status) -> str:
    match status:
        case Status.COMPLETED:
            return _("Everything is delivered. If something is not right, call %(phone)s.") % {
                "phone": settings.PHONE
            }
        case Status.CANCELLED:
            return _("This booking is cancelled. You can book again at any time.")
        case Status.IN_PROGRESS:
            text = _("Your things are on the road. To change anything now, call %(phone)s.")
        case _:
            text = _("Your pickup is due. To change anything now, call %(phone)s.")
    return text % {"phone": settings.PHONE}
