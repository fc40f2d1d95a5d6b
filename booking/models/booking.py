"""A booking: who, what, when, from where to where, its lines, its status."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking.lifecycle import ACTIVE, Status
from booking.models.vans import Van
from totetaxi.lib.models import Entity

STATUS_LABELS = {
    Status.PENDING: _("Waiting for payment"),
    Status.PAID: _("Paid"),
    Status.IN_PROGRESS: _("In progress"),
    Status.COMPLETED: _("Completed"),
    Status.CANCELLED: _("Cancelled"),
}
_KEPT = Q(deleted_at__isnull=True)


class CoiState(models.TextChoices):
    """Where the certificate of insurance stands (DECISIONS.md, 20)."""

    NOT_NEEDED = "not_needed", _("Not needed")
    NEEDED = "needed", _("Needed")
    APPROVED = "approved", _("On file")


@dataclass(frozen=True)
class Contact:
    """Whom we write to and call about a booking."""

    name: str
    email: str
    phone: str


class BookingQuerySet(models.QuerySet["Booking"]):
    """Bookings, by what is to be done about them."""

    def active(self) -> BookingQuerySet:
        """Pending, paid or in progress."""
        return self.filter(status__in=ACTIVE)

    def holds_run_out(self, now: datetime) -> BookingQuerySet:
        """Pending bookings whose hold ended before `now`."""
        return self.filter(status=Status.PENDING, hold_expires_at__lte=now)


class BookingManager(models.Manager.from_queryset(BookingQuerySet)):  # type: ignore[misc]
    """Leaves out what was deleted."""

    def get_queryset(self) -> BookingQuerySet:
        return super().get_queryset().filter(deleted_at__isnull=True)


class Booking(Entity):
    """An order. Its lines, addresses and items are rows of their own, frozen when it is made.

    `total_cents` is the sum of the lines. `pickup_date` and `pickup_time` are New York's wall
    clock; `pickup_at` is the same instant in UTC. Only `booking.services` changes `status`.
    """

    number = models.PositiveIntegerField(unique=True)
    status = models.CharField(max_length=12, default=Status.PENDING)
    cancel_reason = models.CharField(max_length=20, blank=True)
    source = models.CharField(
        max_length=8, choices=[("web", _("Web")), ("staff", _("Staff"))], default="web"
    )

    # A customer's account, or a guest's contact; never both.
    customer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="bookings",
    )
    guest_name = models.CharField(max_length=120, blank=True)
    guest_email = models.EmailField(max_length=254, blank=True)
    guest_phone = models.CharField(max_length=20, blank=True)
    email_key = models.CharField(max_length=254, db_index=True)
    person_key = models.CharField(max_length=260)

    # What was asked, as the engine read it, and what it costs.
    request = models.JSONField()
    service = models.CharField(max_length=32)
    package = models.CharField(max_length=32, blank=True)
    title = models.CharField(max_length=120)
    items = models.PositiveIntegerField(default=0)
    subtotal_cents = models.PositiveIntegerField()
    total_cents = models.PositiveIntegerField()
    needs_staff = models.BooleanField(default=False)
    # Staff set the price: from then on only differences move, as after a payment.
    price_overridden = models.BooleanField(default=False)
    # The form that staff filled in for a caller: sent twice, it makes one booking.
    staff_form_id = models.UUIDField(null=True, blank=True, unique=True, editable=False)

    pickup_date = models.DateField()
    pickup_time = models.TimeField()
    pickup_at = models.DateTimeField()
    window_minutes = models.PositiveSmallIntegerField(default=60)

    # Room in a van: taken while `room_held`.
    van = models.ForeignKey(
        Van, null=True, blank=True, on_delete=models.PROTECT, related_name="bookings"
    )
    room_pieces = models.PositiveIntegerField(default=0)
    room_whole_van = models.BooleanField(default=False)
    room_needs_rack = models.BooleanField(default=False)
    room_held = models.BooleanField(default=False)
    hold_expires_at = models.DateTimeField(null=True, blank=True)

    coi_state = models.CharField(
        max_length=12, choices=CoiState.choices, default=CoiState.NOT_NEEDED
    )
    coi_wording = models.TextField(blank=True)
    driver_notes = models.TextField(blank=True)
    other_contact_name = models.CharField(max_length=120, blank=True)
    other_contact_phone = models.CharField(max_length=20, blank=True)

    terms_version = models.PositiveIntegerField(null=True, blank=True)
    policy_version = models.PositiveIntegerField(null=True, blank=True)
    terms_accepted_at = models.DateTimeField(null=True, blank=True)

    draft = models.ForeignKey(
        "booking.Draft", null=True, blank=True, on_delete=models.SET_NULL, related_name="bookings"
    )
    # SHA-256 of the order: the same order of a draft returns to the same booking.
    order_hash = models.CharField(max_length=64, blank=True)
    # Raised by every change: a change that was worked out on another revision is not applied.
    revision = models.PositiveIntegerField(default=0)
    calendar_sequence = models.PositiveIntegerField(default=0)

    # Started unpaid, with the permission and a reason (DECISIONS.md, 1).
    unpaid_reason = models.CharField(max_length=200, blank=True)
    unpaid_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    deleted_at = models.DateTimeField(null=True, blank=True)

    # Written by `booking.services.search_text` alone: what staff's lists sort and search by.
    sort_name = models.CharField(max_length=120, blank=True, editable=False)
    search_text = models.TextField(blank=True, editable=False)

    objects = BookingManager()
    all_objects = models.Manager()

    class Meta:
        base_manager_name = "all_objects"
        ordering = ("-number",)
        indexes = (
            models.Index(fields=["pickup_date", "status"], name="booking_day_status"),
            models.Index(fields=["customer", "-pickup_at"], name="booking_customer"),
            models.Index(fields=["customer", "updated_at"], name="booking_customer_fresh"),
            models.Index(
                fields=["pickup_date", "van"],
                condition=Q(room_held=True),
                name="booking_room",
            ),
            models.Index(
                fields=["hold_expires_at"],
                condition=Q(status=Status.PENDING),
                name="booking_hold_due",
            ),
            # The orders of staff's list; those that may wait for money are few among many.
            models.Index(fields=["pickup_at", "number"], condition=_KEPT, name="booking_by_pickup"),
            models.Index(
                fields=["total_cents", "number"], condition=_KEPT, name="booking_by_total"
            ),
            models.Index(fields=["sort_name", "number"], condition=_KEPT, name="booking_by_name"),
            models.Index(
                fields=["status", "pickup_at", "number"], condition=_KEPT, name="booking_by_status"
            ),
            models.Index(
                fields=["pickup_at", "number"],
                condition=_KEPT & (Q(status__in=sorted(ACTIVE)) | Q(unpaid_reason__gt="")),
                name="booking_may_owe",
            ),
            # What today's queues look for: who may owe although the day comes near, and which
            # certificates are missing.
            models.Index(
                fields=["pickup_at"],
                condition=_KEPT
                & (
                    Q(status=Status.PENDING)
                    | Q(status__in=sorted(ACTIVE), revision__gt=0)
                    | Q(unpaid_reason__gt="")
                ),
                name="booking_owes",
            ),
            models.Index(
                fields=["pickup_at"],
                condition=_KEPT & Q(status__in=sorted(ACTIVE), coi_state="needed"),
                name="booking_coi_missing",
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=[status.value for status in Status]),
                name="booking_status_known",
            ),
            models.CheckConstraint(
                condition=(
                    Q(customer__isnull=False, guest_name="", guest_email="", guest_phone="")
                    | (Q(customer__isnull=True) & ~Q(guest_email=""))
                ),
                name="booking_customer_or_guest",
            ),
            models.CheckConstraint(
                condition=~Q(room_held=True) | Q(van__isnull=False),
                name="booking_room_has_van",
            ),
            models.CheckConstraint(
                condition=~Q(room_held=True) | Q(status__in=sorted(ACTIVE)),
                name="booking_room_only_active",
            ),
            models.CheckConstraint(
                condition=(
                    Q(status=Status.CANCELLED, cancel_reason__gt="")
                    | (~Q(status=Status.CANCELLED) & Q(cancel_reason=""))
                ),
                name="booking_cancelled_has_reason",
            ),
            models.UniqueConstraint(
                fields=["person_key", "pickup_at"],
                condition=Q(status__in=sorted(ACTIVE), deleted_at__isnull=True),
                name="booking_one_active_per_person",
            ),
            models.UniqueConstraint(
                fields=["draft"],
                condition=Q(status__in=sorted(ACTIVE), deleted_at__isnull=True),
                name="booking_one_active_per_draft",
            ),
        )

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """The number as people read it: TT-000415."""
        return f"TT-{self.number:06d}"

    @property
    def contact(self) -> Contact:
        """The account's contact, or the guest's. Select `customer__customer_profile` with it."""
        if self.customer is None:
            return Contact(self.guest_name, self.guest_email, self.guest_phone)
        profile = getattr(self.customer, "customer_profile", None)
        return Contact(self.customer.name, self.customer.email, profile.phone if profile else "")

    @property
    def window_ends_at(self) -> datetime:
        """The end of the pickup's window, in UTC."""
        return self.pickup_at + timedelta(minutes=self.window_minutes)

    @property
    def status_label(self) -> Any:
        """The status in words."""
        return STATUS_LABELS[Status(self.status)]
