"""`manage.py load_catalogue`: the standard catalogue, its zones, vans and policies."""

from typing import Any

from django.core.management.base import BaseCommand

from booking.catalogue.load import load_standard_catalogue
from booking.catalogue.policies import load_policies
from totetaxi.lib.clock import now


class Command(BaseCommand):
    help = "Creates what is missing of the standard catalogue. Never overwrites or restores."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say what was made."""
        made = load_standard_catalogue() | {"policies": load_policies(now())}
        for name, count in made.items():
            if count:
                self.stdout.write(f"{name}: {count} created")
        if not any(made.values()):
            self.stdout.write("The catalogue is complete: nothing to load.")
