"""What we know of a customer beyond the account."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User
from totetaxi.lib.models import Entity


class CustomerProfile(Entity):
    """A customer's phone, and which mails they want. Totals are computed, never stored.

    The preferences are about mails without money in them; those about a booking's money and
    changes always go out.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="customer_profile")
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    wants_reminders = models.BooleanField(_("a reminder the day before"), default=True)
    wants_unfinished = models.BooleanField(_("a note about an unfinished booking"), default=True)
    wants_reviews = models.BooleanField(_("a question how it went"), default=True)

    def __str__(self) -> str:
        return str(self.user)
