"""`manage.py count_days`: the figures of every day since the first booking, counted anew."""

from typing import Any

from django.core.management.base import BaseCommand

from staff.kpi.services import count_all
from totetaxi.lib import clock


class Command(BaseCommand):
    help = "Counts what each day came to anew, from the bookings, payments and refunds themselves."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{count_all(clock.now()):,} days counted.")
