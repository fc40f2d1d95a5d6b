"""One customer, or one guest, by their key: 404 for anybody else, the staff included."""

from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import User
from booking.models import Booking
from staff.bookings.search import LARGEST_NUMBER


def get_customer(customer_id: UUID) -> User:
    """A customer's account with its profile. Raises Http404."""
    people = User.objects.select_related("customer_profile", "merged_into")
    return get_object_or_404(people, pk=customer_id, is_staff=False)


def get_guest_booking(number: int) -> Booking:
    """The booking by which a guest is known. Raises Http404."""
    booking: Booking | None = Booking.objects.filter(number=min(number, LARGEST_NUMBER)).first()
    if booking is None:
        raise Http404
    return booking
