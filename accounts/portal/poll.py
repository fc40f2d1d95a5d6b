"""Whether anything is new, asked every 15 seconds by every open page: one query, and no more.

The session is read as ever. Instead of the account and its newest change one after the other, one
statement reads what both questions need. Whatever is not plainly in order goes the usual way.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.http import HttpRequest, HttpResponseNotModified
from django.utils.crypto import constant_time_compare

from accounts.models import User
from accounts.portal.page import etag_at
from booking.models import Booking
from totetaxi.lib.htmx import is_fragment_request

_STANDING = """
SELECT (SELECT MAX(updated_at) FROM booking_booking WHERE customer_id = accounts_user.id),
    password, email
FROM accounts_user WHERE id = %s AND is_active AND NOT is_staff
"""


def find_unchanged(request: HttpRequest, now: datetime) -> HttpResponseNotModified | None:
    """The answer to a signed-in customer who has all that there is; None asks for a closer look."""
    known, key = request.headers.get("If-None-Match"), request.session.get(SESSION_KEY)
    if not known or not key or BACKEND_SESSION_KEY not in request.session:
        return None
    if not is_fragment_request(request):
        return None
    customer = UUID(key)
    row = _find_standing(customer)
    if row is None or known != etag_at(customer, row[0], now):
        return None
    if not _is_signed_in(request, User(pk=customer, password=row[1], email=row[2])):
        return None
    return HttpResponseNotModified(headers={"ETag": known})


def _find_standing(customer: UUID) -> tuple[Any, str, str] | None:
    """When one of an active customer's bookings changed last, and what their sessions rest on."""
    field = Booking._meta.get_field("customer")
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, [field.get_db_prep_value(customer, connection)])
        row: tuple[Any, str, str] | None = cursor.fetchone()
        return row


def _is_signed_in(request: HttpRequest, account: User) -> bool:
    """Whether the session was opened with the password and e-mail that the account has now."""
    held = request.session.get(HASH_SESSION_KEY, "")
    return constant_time_compare(held, account.get_session_auth_hash())
