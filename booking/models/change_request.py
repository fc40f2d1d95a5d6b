"""What a customer asks of a paid booking: another day, or its end. Staff decide."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking.models.booking import Booking
from totetaxi.lib.models import Entity


class ChangeRequest(Entity):
    """A wish to reschedule or to cancel. A booking has at most one that is open.

    `wanted_date` and `wanted_time` are New York's wall clock, and there for a reschedule alone.
    `shown_cents` is what the person was told when they asked: for a reschedule the difference of
    the price (more: positive), for a cancellation the refund.
    """

    class Kind(models.TextChoices):
        RESCHEDULE = "reschedule", _("Another day")
        CANCEL = "cancel", _("Cancellation")

    class State(models.TextChoices):
        OPEN = "open", _("Asked")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="change_requests")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    wanted_date = models.DateField(null=True, blank=True)
    wanted_time = models.TimeField(null=True, blank=True)
    shown_cents = models.IntegerField(default=0)
    note = models.CharField(max_length=500, blank=True)
    asked_by_kind = models.CharField(max_length=8)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_by_kind = models.CharField(max_length=8, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    # What staff answered, in words for the customer.
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("created_at",)
        constraints = (
            models.UniqueConstraint(
                fields=["booking"], condition=Q(state="open"), name="change_request_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "approved", "refused", "withdrawn"]),
                name="change_request_state_known",
            ),
            models.CheckConstraint(
                condition=Q(kind="reschedule", wanted_date__isnull=False, wanted_time__isnull=False)
                | Q(kind="cancel", wanted_date__isnull=True, wanted_time__isnull=True),
                name="change_request_wants",
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True, decided_by_kind="")
                | (~Q(state="open") & Q(decided_at__isnull=False) & ~Q(decided_by_kind="")),
                name="change_request_decided_when",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
