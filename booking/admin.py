"""Django admin for the tables of booking: all of them are only looked at.

The catalogue, the vans and the days are changed in the back office, where each change is logged.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from booking import models as tables
from totetaxi.lib.admin import ReadOnlyAdmin


class PartInline(admin.TabularInline):
    """A part of a booking, shown with it."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class LineInline(PartInline):
    model = tables.BookingLine


class AddressInline(PartInline):
    model = tables.Address


class EventInline(PartInline):
    model = tables.BookingEvent


@admin.register(tables.Booking)
class BookingAdmin(ReadOnlyAdmin):
    list_display = ("code", "title", "status", "pickup_date", "van", "total_cents")
    list_filter = ("status", "service", "pickup_date")
    search_fields = ("number", "guest_name", "guest_email", "customer__email")
    list_select_related = ("van",)
    inlines = (LineInline, AddressInline, EventInline)


@admin.register(tables.Message)
class MessageAdmin(ReadOnlyAdmin):
    list_display = ("kind", "recipient", "state", "work_state", "attempts", "created_at")
    list_filter = ("kind", "state", "work_state")


@admin.register(tables.Alert)
class AlertAdmin(ReadOnlyAdmin):
    list_display = ("kind", "summary", "times", "created_at", "closed_at")
    list_filter = ("kind",)


admin.site.register(
    (
        tables.Package,
        tables.DeliveryRate,
        tables.SpecialtyItem,
        tables.OrganizingService,
        tables.SurchargeRule,
        tables.PeakDate,
        tables.FeeRule,
        tables.BookingLimits,
        tables.ServiceZone,
        tables.ServiceHours,
        tables.DiscountCode,
        tables.Van,
        tables.VanDay,
        tables.Day,
        tables.PolicySetting,
        tables.AccessToken,
        tables.Address,
        tables.BookingEvent,
        tables.BookingItem,
        tables.BookingLine,
        tables.CatalogueSeed,
        tables.CatalogueVersion,
        tables.Counter,
        tables.DeliveryLog,
        tables.DiscountRedemption,
        tables.Draft,
        tables.OutboxMail,
        tables.PolicyText,
        tables.ServiceInterest,
        tables.StepReached,
    ),
    ReadOnlyAdmin,
)
