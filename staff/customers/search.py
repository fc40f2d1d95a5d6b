"""Customers by name, e-mail or phone: those with an account. Guests are found by their bookings."""

import re
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts.models import User
from booking.services.search_text import digits_of
from staff.models import StaffProfile
from staff.shell.palette import MOST_OF_A_SOURCE, Hit

PHONE = re.compile(r"[\d\s().+/-]+", re.ASCII)
FEWEST_PHONE_DIGITS = 4
MOST_WORDS = 6


def search_customers(text: str) -> QuerySet[User]:
    """The accounts that are meant, in no order; all of them for an empty text.

    An account that was merged into another is found there alone.
    """
    found = User.objects.filter(is_staff=False, merged_into__isnull=True).order_by()
    asked = " ".join(text.replace("\x00", "").split())
    if PHONE.fullmatch(asked) and len(digits_of(asked)) >= FEWEST_PHONE_DIGITS:
        return found.filter(customer_profile__phone__contains=digits_of(asked))
    for word in asked.split()[:MOST_WORDS]:
        found = found.filter(Q(name__icontains=word) | Q(email__icontains=word))
    return found


def find_customers(text: str, _profile: StaffProfile) -> list[Hit]:
    """The palette's customers, by name."""
    rows = search_customers(text).order_by("name", "email").values_list("pk", "name", "email")
    return [
        Hit(url=customer_address(pk), title=name or email, detail=email, icon="user")
        for pk, name, email in rows[:MOST_OF_A_SOURCE]
    ]


def customer_address(customer_id: UUID) -> str:
    """The page of an account."""
    return reverse("staff:customer", args=[customer_id])


def guest_address(number: int) -> str:
    """The page of a guest, who is known by one of their bookings."""
    return reverse("staff:guest", args=[number])
