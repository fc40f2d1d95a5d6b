"""A mail before it is rendered, and what every writer of one needs."""

from dataclasses import dataclass, field
from typing import Any

from booking.models import Booking, Draft, Message


class NotNeededError(Exception):
    """Nothing needs to be said any more; the text says why, for staff."""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A mail before it is rendered.

    `template` is the name of a pair in `templates/emails/`. `opens` are what its private links
    open, in the order of `links` in its context. `calendar` is the text of an .ics, or empty.
    `secrets` are pairs: what stands in the rendered mail, as it is stored, and what goes out in
    its place. A secret needs no escaping in HTML, and stands in no subject.
    """

    recipient: str
    subject: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)
    opens: tuple[Booking | Draft, ...] = ()
    calendar: str = ""
    secrets: tuple[tuple[str, str], ...] = ()


def booking_of(message: Message) -> Booking:
    """The message's booking with all that its mail shows. Raises NotNeededError if deleted."""
    booking: Booking | None = (
        Booking.objects.select_related("customer__customer_profile", "draft")
        .prefetch_related("addresses", "lines")
        .filter(pk=message.booking_id)
        .first()
    )
    if booking is None:
        raise NotNeededError("the booking is gone")
    return booking
