"""Django admin for the people of the back office."""

from django.contrib import admin

from staff.models import StaffProfile


@admin.register(StaffProfile)
class StaffProfileAdmin(admin.ModelAdmin):
    list_display = ("user", "role", "active", "department")
    list_filter = ("role", "active")
