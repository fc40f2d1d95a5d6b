"""Who a customer is in our tables: their account, their addresses, their bookings."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db.models import Q

from accounts.models import User
from booking.models import Booking
from booking.services.person import ERASED_DOMAIN, email_key


@dataclass(frozen=True, kw_only=True)
class Person:
    """A customer, as their rows are found.

    `emails` are those that were proved to be theirs, in lower case: what was sent to an address
    that somebody only claimed is not theirs. `booking_ids` are the account's bookings, and those
    made as a guest with such an address.
    """

    user_id: UUID
    emails: tuple[str, ...]
    booking_ids: tuple[UUID, ...]

    @property
    def erased_key(self) -> str:
        """What stands for the person in keys once they are erased. Tells nothing about them."""
        return f"erased:{self.user_id}"

    @property
    def erased_email(self) -> str:
        """An address that can never receive mail (RFC 2606), one for each account."""
        return f"erased-{self.user_id}@{ERASED_DOMAIN}"

    def has_email(self, field: str) -> Q:
        """Rows with one of the person's addresses in a column, however it is spelled."""
        found = Q(pk__in=())
        for email in self.emails:
            found |= Q(**{f"{field}__iexact": email})
        return found


def find_person(user: User) -> Person:
    """Everything that tells which rows are a customer's: two queries."""
    proved = EmailAddress.objects.filter(user_id=user.pk, verified=True)
    emails = tuple(sorted(email.lower() for email in proved.values_list("email", flat=True)))
    found = Q(customer_id=user.pk)
    for email in emails:
        # The key has the index; the address decides.
        found |= Q(customer=None, email_key=email_key(email), guest_email__iexact=email)
    bookings = Booking.all_objects.filter(found).order_by("number")
    return Person(
        user_id=user.pk,
        emails=emails,
        booking_ids=tuple(bookings.values_list("pk", flat=True)),
    )
