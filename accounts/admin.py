"""Django admin for accounts."""

# Imported so that allauth has registered its own, which are replaced here: those let an admin
# read second factors' keys, and give an account to whoever they like.
from allauth.account import admin as _addresses  # noqa: F401  for its registration
from allauth.account.models import EmailAddress
from allauth.mfa import admin as _factors  # noqa: F401  for its registration
from allauth.mfa.models import Authenticator
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
admin.site.unregister([EmailAddress, Authenticator])


@admin.register(EmailAddress)
class EmailAddressAdmin(ReadOnlyAdmin):
    list_display = ("email", "user", "verified")
    search_fields = ("email",)
    actions = None


@admin.register(Authenticator)
class AuthenticatorAdmin(ReadOnlyAdmin):
    list_display = ("user", "type", "created_at", "last_used_at")
    list_filter = ("type",)
    exclude = ("data",)
