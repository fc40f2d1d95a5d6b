"""Django admin for the people of the back office: looked at here, changed on their own pages."""

from django.contrib import admin

from staff.models import AuditLog, Invitation, StaffProfile, StaffSignIn
from totetaxi.lib.admin import ReadOnlyAdmin


@admin.register(StaffProfile)
class StaffProfileAdmin(ReadOnlyAdmin):
    list_display = ("user", "role", "active", "department")
    list_filter = ("role", "active")


@admin.register(StaffSignIn)
class StaffSignInAdmin(ReadOnlyAdmin):
    list_display = ("profile", "at", "method", "ip", "ended_at", "end")


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = ("email", "role", "sent_at", "accepted_at", "withdrawn_at")
    exclude = ("token_hash",)


@admin.register(AuditLog)
class AuditLogAdmin(ReadOnlyAdmin):
    list_display = ("at", "actor", "action", "object_label", "ip")
    list_filter = ("action",)
