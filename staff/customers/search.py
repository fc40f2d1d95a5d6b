"""Customers by name, e-mail or phone: those with an account. Guests are found by their bookings."""

import re

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import User
from booking.services.search_text import digits_of
from staff.models import StaffProfile
from staff.shell.palette import MOST_OF_A_SOURCE, Hit

PHONE = re.compile(r"[\d\s().+/-]+", re.ASCII)
FEWEST_PHONE_DIGITS = 4
MOST_WORDS = 6


def search_customers(text: str) -> QuerySet[User]:
    """The accounts that are meant, in no order; all of them for an empty text."""
    found = User.objects.filter(is_staff=False).order_by()
    asked = " ".join(text.replace("\x00", "").split())
    if PHONE.fullmatch(asked) and len(digits_of(asked)) >= FEWEST_PHONE_DIGITS:
        return found.filter(customer_profile__phone__contains=digits_of(asked))
    for word in asked.split()[:MOST_WORDS]:
        found = found.filter(Q(name__icontains=word) | Q(email__icontains=word))
    return found


def find_customers(text: str, _profile: StaffProfile) -> list[Hit]:
    """The palette's customers, by name."""
    rows = search_customers(text).order_by("name", "email").values_list("name", "email")
    return [
        Hit(url=customer_address(email), title=name or email, detail=email, icon="user")
        for name, email in rows[:MOST_OF_A_SOURCE]
    ]


def customer_address(email: str) -> str:
    """The bookings of an account: its e-mail finds no others."""
    return f"{reverse('staff:bookings')}?{urlencode({'q': email})}"
