"""All that a guest's page shows. A guest is the bookings that were made with one e-mail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import QueryDict

from booking.models import Booking
from booking.notifications.schedule import phone_words
from staff.customers.page.parts import bookings_part, find_messages, find_requests
from staff.customers.queries import MADE, spent_by_guest
from staff.models import StaffProfile
from totetaxi.lib.clock import today

# A contact is told from as many bookings; it is nearly always the same.
CONTACTS_READ = 50


def guest_content(
    booking: Booking, staff: StaffProfile, asked: QueryDict, now: datetime
) -> dict[str, Any]:
    """For `staff/customers/guest.html`, of a guest who is known by one of their bookings."""
    mine = Q(customer__isnull=True, email_key=booking.email_key)
    rows = Booking.objects.filter(mine)
    contacts = list(
        rows.order_by("-number").values_list("guest_name", "guest_email", "guest_phone")[
            :CONTACTS_READ
        ]
    )
    names, emails, phones = (_distinct(values) for values in zip(*contacts, strict=True))
    return {
        "booking": booking,
        "may_merge": staff.may("merge_customers"),
        "name": names[0] if names else emails[0],
        "names": names[1:],
        "emails": emails,
        "phones": [phone_words(phone) for phone in phones],
        "since": rows.order_by("number").values_list("created_at", flat=True)[0],
        "made": rows.filter(status__in=MADE).count(),
        "spent_cents": spent_by_guest(booking.email_key) if staff.may("view_money") else None,
        "bookings": bookings_part(rows, asked, today(now)),
        "messages_sent": find_messages(mine, ()),
        "requests": find_requests(mine),
    }


def _distinct(values: Any) -> list[str]:
    """Without repetition and without empty ones, the newest first."""
    return [value for value in dict.fromkeys(values) if value]
