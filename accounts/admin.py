"""Django admin for accounts."""

from django.contrib import admin

from accounts.models import CustomerProfile, User
from totetaxi.lib.admin import ReadOnlyAdmin


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    list_display = ("email", "name", "is_staff", "is_active", "date_joined")
    list_filter = ("is_staff", "is_active")
    search_fields = ("email", "name")
    exclude = ("password",)


admin.site.register(CustomerProfile, ReadOnlyAdmin)
