from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Money in and out."""

    name = "payments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the queue of our work and booking of our mails, and listen to the wizard."""
        from payments import signals, tasks  # they import models, which are loaded only now
        from payments.links import letters

        tasks.register()
        signals.connect()
        letters.register()
