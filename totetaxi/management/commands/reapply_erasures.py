"""`manage.py reapply_erasures`: after a restore, erase once more who had been erased."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from accounts.models import ErasedCustomer, User
from accounts.privacy.erase import ErasureRefusedError, erase_customer
from totetaxi.lib import clock
from totetaxi.lib.actor import SYSTEM


class Command(BaseCommand):
    help = "Erases again who had been erased before a backup was restored (docs/privacy.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "accounts", nargs="*", type=UUID, help="their keys; without any, the list that is kept"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        known = ErasedCustomer.objects.values_list("user_key", flat=True)
        keys = options["accounts"] or list(known)
        refused = 0
        for key in keys:
            try:
                erase_customer(key, by=SYSTEM, now=clock.now())
            except User.DoesNotExist:
                self.stdout.write(f"{key}: no such customer")
            except ErasureRefusedError as error:
                refused += 1
                self.stdout.write(f"{key}: {error}")
        self.stdout.write(f"{len(keys) - refused} of {len(keys)} done.")
        if refused:
            raise CommandError("Deal with the bookings above, then run it again.")
