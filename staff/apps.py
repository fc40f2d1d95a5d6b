from django.apps import AppConfig


class StaffConfig(AppConfig):
    """The back office."""

    name = "staff"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the mails who writes to staff, and the palette what to search."""
        # Imports models, which are loaded only now.
        from staff.people import mails
        from staff.shell import sources

        mails.register()
        sources.register()
