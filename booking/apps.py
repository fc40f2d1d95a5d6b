from django.apps import AppConfig


class BookingConfig(AppConfig):
    """What is sold, when, at what price, and what became of it."""

    name = "booking"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the queue of our work."""
        from booking import tasks  # imports models, which are loaded only now

        tasks.register()
