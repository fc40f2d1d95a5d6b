"""What happened to a booking, in words."""

from django.utils.translation import gettext as _

from booking.lifecycle import Status
from booking.models import BookingEvent
from booking.models.booking import STATUS_LABELS


def event_words(event: BookingEvent) -> str:
    """`Cancelled: expired`; for what is no change of status, its reason."""
    reason = event.reason.replace("_", " ")
    if event.kind != BookingEvent.Kind.STATUS:
        return reason[:1].upper() + reason[1:]
    if not event.from_status:
        return _("Booked")
    status = str(STATUS_LABELS[Status(event.to_status)])
    return f"{status}: {reason}" if reason else status
