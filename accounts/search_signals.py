"""Bookings are found by their customer's name, e-mail and phone: they are told of a change.

Whoever writes these columns with `update()` calls `refresh_search` themselves.
"""

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from accounts.models import CustomerProfile, User
from booking.models import Booking
from booking.services.search_text import refresh_search


@receiver(post_save, sender=User, dispatch_uid="search_by_account")
def account_saved(
    instance: User, *, created: bool, update_fields: frozenset[str] | None, **_more: Any
) -> None:
    """A new account has no bookings; a sign-in changes nothing that a booking is found by."""
    if not created and _touches(update_fields, "name", "email"):
        _refresh(instance)


@receiver(post_save, sender=CustomerProfile, dispatch_uid="search_by_profile")
def profile_saved(
    instance: CustomerProfile, *, update_fields: frozenset[str] | None, **_more: Any
) -> None:
    """A profile may be made for an account that has booked already."""
    if _touches(update_fields, "phone"):
        _refresh(instance.user)


def _touches(update_fields: frozenset[str] | None, *columns: str) -> bool:
    return update_fields is None or not update_fields.isdisjoint(columns)


def _refresh(user: User) -> None:
    refresh_search(Booking.all_objects.filter(customer=user).values_list("pk", flat=True))
