"""The address book."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User
from totetaxi.lib.models import Entity


class SavedAddress(Entity):
    """An address that a customer keeps, under a label of their own. One of them is the default.

    Written through `accounts.addresses.services`, which keep both rules under a lock.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_addresses")
    label = models.CharField(_("label"), max_length=40)
    street = models.CharField(_("street"), max_length=120)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    city = models.CharField(_("city"), max_length=80)
    state = models.CharField(_("state"), max_length=2)
    zip = models.CharField(_("ZIP"), max_length=5)
    has_doorman = models.BooleanField(_("doorman"), default=False)
    has_elevator = models.BooleanField(_("elevator"), default=False)
    access_notes = models.CharField(_("how to get in"), max_length=300, blank=True)
    is_default = models.BooleanField(default=False)
    # When it was last chosen for a booking; the wizard offers what is in use first.
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "saved addresses"
        ordering = ("-is_default", "created_at")
        constraints = (
            models.UniqueConstraint("user", Lower("label"), name="saved_address_label_unique"),
            models.UniqueConstraint(
                fields=["user"], condition=Q(is_default=True), name="saved_address_one_default"
            ),
        )

    def __str__(self) -> str:
        return self.label

    @property
    def street_words(self) -> str:
        """`118 East 93rd Street, 6B`."""
        return ", ".join(filter(None, [self.street, self.unit]))

    @property
    def city_words(self) -> str:
        """`New York, NY 10128`."""
        return f"{self.city}, {self.state} {self.zip}"
