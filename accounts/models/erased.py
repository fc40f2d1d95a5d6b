"""Who asked to be forgotten."""

from django.db import models

from totetaxi.lib import clock


class ErasedCustomer(models.Model):
    """That an account was erased: its key and when, nothing else (FAULTS.md, 84).

    A backup from before brings the person back; by this list they are erased again
    (`manage.py reapply_erasures`). No foreign key: the list may be carried to a restored database
    ahead of anything else.
    """

    user_key = models.UUIDField(primary_key=True)
    erased_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ("erased_at",)

    def __str__(self) -> str:
        return str(self.user_key)
