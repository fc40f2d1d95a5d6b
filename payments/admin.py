"""The staff's last resort: money is looked at here, never changed."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from payments.models import Payment, PaymentAttempt, Refund, StripeEvent


class ReadOnly(admin.ModelAdmin):
    """Shown, searched, never added, changed or deleted (DECISIONS.md, 25)."""

    def has_add_permission(self, *args: Any) -> bool:
        """Nobody adds money by hand."""
        return False

    def has_change_permission(self, *args: Any) -> bool:
        """Nobody changes it."""
        return False

    def has_delete_permission(self, *args: Any) -> bool:
        """Nobody deletes it."""
        return False


@admin.register(Payment)
class PaymentAdmin(ReadOnly):
    """Payments."""

    list_display = ("booking", "method", "purpose", "amount_cents", "status", "created_at")
    list_filter = ("status", "method", "purpose")
    list_select_related = ("booking",)
    search_fields = ("booking__number", "session_id", "intent_id")


@admin.register(PaymentAttempt)
class PaymentAttemptAdmin(ReadOnly):
    """Charges that were tried."""

    list_display = ("charge_id", "payment", "declined", "code", "at")
    list_filter = ("declined",)
    list_select_related = ("payment",)
    search_fields = ("charge_id",)


@admin.register(Refund)
class RefundAdmin(ReadOnly):
    """Refunds."""

    list_display = ("payment", "amount_cents", "status", "reason", "created_at")
    list_filter = ("status", "reason")
    list_select_related = ("payment",)
    search_fields = ("stripe_id", "payment__intent_id", "payment__booking__number")


@admin.register(StripeEvent)
class StripeEventAdmin(ReadOnly):
    """Webhook events."""

    list_display = ("id", "type", "outcome", "reason", "received_at")
    list_filter = ("outcome", "type")
    search_fields = ("id", "object_id")
