from django.apps import AppConfig


class StaffConfig(AppConfig):
    """The back office."""

    name = "staff"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the mails who writes to staff, the palette what to search, the queue what to do."""
        # Imports models, which are loaded only now.
        from staff import tasks
        from staff.bookings.bulk import message
        from staff.people import mails
        from staff.shell import sources

        mails.register()
        message.register()
        sources.register()
        tasks.register()
