"""What Stripe tells us, each event once."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from totetaxi.lib.work import WorkRow

STRIPE_EVENT_WORK = "payments.stripe_event"


class StripeEvent(WorkRow):
    """A webhook event, stored once before it is answered and processed from the queue."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        PROCESSED = "processed", _("Processed")
        IGNORED = "ignored", _("Ignored")
        FAILED = "failed", _("Failed")

    id = models.CharField(primary_key=True, max_length=100)
    type = models.CharField(max_length=80)
    object_id = models.CharField(max_length=100, blank=True)
    payload = models.JSONField()
    livemode = models.BooleanField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.WAITING)
    reason = models.CharField(max_length=200, blank=True)
    received_at = models.DateTimeField()
    processed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        # Few: each costs something before an event is answered.
        indexes = (*WorkRow.Meta.indexes,)
        constraints = (*WorkRow.Meta.constraints,)

    def __str__(self) -> str:
        return f"{self.type} {self.id}"
