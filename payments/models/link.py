"""A payment link: staff ask for a sum by e-mail, and it can be paid until its deadline."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking.models import Booking
from totetaxi.lib.models import Entity


class PaymentLinkQuerySet(models.QuerySet["PaymentLink"]):
    """Links, by how they stand."""

    def open(self) -> PaymentLinkQuerySet:
        """Links that nobody has paid, withdrawn or marked as over."""
        return self.filter(state=PaymentLink.State.OPEN)


class PaymentLink(Entity):
    """A sum of a booking that its customer pays from a mail. Amounts are US cents.

    The link is ours, and lives as long as staff say: each click finds or makes the booking's one
    open Checkout Session. Open links of a booking never ask for more than is due (`fit_links`).

    `position` counts a booking's links from 1. `round` counts its mails: each has a token of its
    own, and only the newest one's hash is kept.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        PAID = "paid", _("Paid")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        EXPIRED = "expired", _("Over")

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="payment_links")
    position = models.PositiveSmallIntegerField()
    amount_cents = models.PositiveIntegerField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    round = models.PositiveSmallIntegerField(default=1)
    token_hash = models.CharField(max_length=64, unique=True)
    sent_to = models.EmailField(max_length=254, blank=True)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    opened_at = models.DateTimeField(null=True, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    # By nobody: the system, where nothing was left to pay.
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = PaymentLinkQuerySet.as_manager()

    class Meta:
        ordering = ("position",)
        indexes = (
            models.Index(fields=["expires_at"], condition=Q(state="open"), name="link_open_until"),
        )
        constraints = (
            models.UniqueConstraint(fields=["booking", "position"], name="link_position_once"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "paid", "withdrawn", "expired"]),
                name="link_state_known",
            ),
            models.CheckConstraint(condition=Q(amount_cents__gte=1), name="link_positive"),
            models.CheckConstraint(
                condition=Q(state="paid", paid_at__isnull=False)
                | (~Q(state="paid") & Q(paid_at__isnull=True)),
                name="link_paid_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | Q(withdrawn_at__isnull=False),
                name="link_withdrawn_when",
            ),
        )

    def __str__(self) -> str:
        return f"link {self.position}: {self.amount_cents} {self.state}"

    def is_payable(self, now: datetime) -> bool:
        """Whether it still asks for its sum: open, and its deadline ahead."""
        return self.state == self.State.OPEN and now < self.expires_at
