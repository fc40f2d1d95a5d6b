"""A list of bookings as somebody wants to see it again."""

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from staff.models.profile import StaffProfile
from totetaxi.lib.models import Entity


class SavedFilter(Entity):
    """Filters, order and columns under a name, one of the person's own; others see shared ones.

    `query` is the list's own address after the question mark, as `Filters.query` writes it.
    """

    owner = models.ForeignKey(StaffProfile, on_delete=models.CASCADE, related_name="saved_filters")
    name = models.CharField(_("name"), max_length=40)
    query = models.CharField(max_length=1000, blank=True)
    is_shared = models.BooleanField(_("everybody in the back office sees it"), default=False)

    class Meta:
        ordering = ("created_at",)
        constraints = (
            models.UniqueConstraint("owner", Lower("name"), name="saved_filter_name_once"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def audit_label(self) -> str:
        """What the audit log calls it."""
        return self.name
