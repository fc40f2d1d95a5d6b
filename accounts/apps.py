from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Who the customer is, and the portal."""

    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the layers below what we do for them."""
        # Imports models, which are loaded only now.
        from accounts import search_signals  # noqa: F401  connects them
        from accounts.addresses.for_wizard import CustomerAccounts
        from accounts.bookings import refund_letter
        from accounts.identity import letters, signals  # noqa: F401  connects its receivers
        from booking.wizard.people import register_accounts

        register_accounts(CustomerAccounts())
        letters.register()
        refund_letter.register()
