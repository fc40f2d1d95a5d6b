"""The calendar file of a booking: one event for the pickup, one for the delivery.

METHOD is PUBLISH: it is news, not an invitation, so nobody's calendar sends us a reply, and it
may carry two events (RFC 5546, 3.2.1), which REQUEST may not. A changed booking raises SEQUENCE
under the same UIDs, so that importing it again moves the events instead of adding more.
"""

from datetime import datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import (
    Alarm,
    Calendar,
    Event,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
    vCalAddress,
    vRecur,
)

from booking.lifecycle import Status
from booking.models import Booking, Leg
from booking.notifications.schedule import address_of, delivery_by, place, street_line
from totetaxi.lib.clock import NEW_YORK, new_york

METHOD = "PUBLISH"


def render_calendar(booking: Booking, *, now: datetime) -> str:
    """The .ics text for a booking as it stands. Prefetch `addresses` with it."""
    calendar = Calendar()
    calendar.add("prodid", "-//ToteTaxi//Bookings//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", METHOD)
    calendar.add_component(_new_york_zone())
    calendar.add_component(_pickup(booking, now))
    calendar.add_component(_delivery(booking, now))
    return calendar.to_ical().decode()


def _pickup(booking: Booking, now: datetime) -> Event:
    address = address_of(booking, Leg.PICKUP)
    event = _event(booking, Leg.PICKUP, now)
    event.add("summary", _("ToteTaxi collects, %(code)s") % {"code": booking.code})
    event.add("dtstart", new_york(booking.pickup_at))
    event.add("dtend", new_york(booking.window_ends_at))
    event.add("transp", "OPAQUE")
    event.add("description", _description(booking, address.access_notes))
    reminder = Alarm()
    reminder.add("action", "DISPLAY")
    reminder.add("trigger", timedelta(days=-1))
    reminder.add("description", _("ToteTaxi collects tomorrow"))
    event.add_component(reminder)
    return event


def _delivery(booking: Booking, now: datetime) -> Event:
    address = address_of(booking, Leg.DELIVERY)
    event = _event(booking, Leg.DELIVERY, now)
    event.add("summary", _("ToteTaxi delivers to %(place)s by 6:00 PM") % {"place": place(address)})
    event.add("dtstart", new_york(booking.window_ends_at))
    event.add("dtend", new_york(delivery_by(booking)))
    # The day stays free in the calendar: nobody has to wait at the door until the evening.
    event.add("transp", "TRANSPARENT")
    event.add("description", _description(booking, address.access_notes))
    return event


def _event(booking: Booking, leg: Leg, now: datetime) -> Event:
    address = address_of(booking, leg)
    event = Event()
    event.add("uid", f"{booking.pk}-{leg.value}@totetaxi")
    event.add("sequence", booking.calendar_sequence)
    event.add("dtstamp", now)
    event.add("status", "CANCELLED" if booking.status == Status.CANCELLED else "CONFIRMED")
    event.add(
        "location",
        f"{street_line(address)}, {address.city}, {address.state} {address.zip}",
    )
    name, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    organizer = vCalAddress(f"mailto:{sender}")
    organizer.params["CN"] = name or "ToteTaxi"
    event.add("organizer", organizer)
    return event


def _description(booking: Booking, access_notes: str) -> str:
    facts = [
        _("Booking %(code)s: %(title)s.") % {"code": booking.code, "title": booking.title},
        access_notes,
        _("Questions: %(phone)s") % {"phone": settings.PHONE},
    ]
    return "\n".join(filter(None, facts))


def _new_york_zone() -> Timezone:
    """The zone with its yearly rules: programs that do not know its name still get the hour."""
    zone = Timezone()
    zone.add("tzid", NEW_YORK.key)
    summer = TimezoneDaylight()
    summer.add("tzname", "EDT")
    summer.add("dtstart", datetime(2007, 3, 11, 2))  # noqa: DTZ001  a rule's local time
    summer.add("rrule", vRecur(freq="yearly", bymonth=3, byday="2SU"))
    summer.add("tzoffsetfrom", timedelta(hours=-5))
    summer.add("tzoffsetto", timedelta(hours=-4))
    winter = TimezoneStandard()
    winter.add("tzname", "EST")
    winter.add("dtstart", datetime(2007, 11, 4, 2))  # noqa: DTZ001  a rule's local time
    winter.add("rrule", vRecur(freq="yearly", bymonth=11, byday="1SU"))
    winter.add("tzoffsetfrom", timedelta(hours=-4))
    winter.add("tzoffsetto", timedelta(hours=-5))
    zone.add_component(summer)
    zone.add_component(winter)
    return zone
