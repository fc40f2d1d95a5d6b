"""Bookings made as a guest become the account's, once the same e-mail is confirmed."""

from datetime import datetime
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.profile.services import profile_of
from booking.models import Booking
from booking.models.booking import BookingQuerySet
from booking.services.person import email_key, person_key
from booking.services.search_text import refresh_search
from booking.services.status import lock_booking


def join_guest_bookings(user: User, *, now: datetime) -> int:
    """Give the account the guest bookings of its confirmed e-mail; answers how many it took.

    Exactly the same address counts, case aside; one with another `+tag` may be somebody else's
    mailbox. A second run finds nothing. Staff own no bookings.
    """
    if user.is_staff or not _is_confirmed(user):
        return 0
    found = [
        booking
        for booking in _guest_bookings(user.email).order_by("-number")
        if booking.guest_email.lower() == user.email
    ]
    if not found:
        return 0
    _fill_contact(user, found[0])
    joined = [booking.pk for booking in found if _join(booking.pk, user, now)]
    refresh_search(joined)
    return len(joined)


def _is_confirmed(user: User) -> bool:
    return EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists()


def _guest_bookings(email: str) -> BookingQuerySet:
    rows: BookingQuerySet = Booking.objects.filter(
        email_key=email_key(email), customer__isnull=True
    )
    return rows


def _fill_contact(user: User, newest: Booking) -> None:
    """Name and phone as they stood on the newest booking, where the account has none yet."""
    profile = profile_of(user)
    if not user.name and newest.guest_name:
        user.name = newest.guest_name
        user.save(update_fields=["name"])
    if not profile.phone and newest.guest_phone:
        profile.phone = newest.guest_phone
        profile.save(update_fields=["phone", "updated_at"])


def _join(booking_id: UUID, user: User, now: datetime) -> bool:
    """False when it changed hands meanwhile, or the account has a booking at that very time:
    then it stays a guest's, and its link opens it.
    """
    try:
        with transaction.atomic():
            booking = lock_booking(booking_id)
            if booking.customer_id is not None or booking.guest_email.lower() != user.email:
                return False
            booking.customer = user
            booking.guest_name = booking.guest_email = booking.guest_phone = ""
            booking.person_key = person_key(user.pk, user.email)
            booking.updated_at = now
            booking.save(
                update_fields=[
                    "customer",
                    "guest_name",
                    "guest_email",
                    "guest_phone",
                    "person_key",
                    "updated_at",
                ]
            )
            booking.redemptions.update(person_key=booking.person_key)
    except IntegrityError:
        return False
    return True
