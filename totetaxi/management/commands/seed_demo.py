"""`manage.py seed_demo`: people and bookings to look at, in every state, around today."""

import logging
import random
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from booking.models import Booking, Package
from payments.gateway import GatewayError
from payments.models import Payment
from payments.reconciliation.compare import compare_period
from staff.kpi.services import count_all
from totetaxi.lib import clock
from totetaxi.management.commands.demo import uses_sandbox
from totetaxi.management.demo_data.bulk import MANY, BulkSeeder
from totetaxi.management.demo_data.plan import FEWEST
from totetaxi.management.demo_data.seed import Seeder
from totetaxi.management.demo_data.stripe_past import SandboxError, SandboxPast
from totetaxi.management.demo_people import PASSWORD, STAFF


class Command(BaseCommand):
    help = "Makes demo data in an installation that has no bookings yet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--bookings",
            type=int,
            default=200,
            help=f"{FEWEST} or more; from {MANY:,} up two years of them, made in blocks: nothing "
            "of these exists in Stripe's sandbox (all was paid offline) and letters are kept as "
            "one line; the same command goes on where it was stopped",
        )
        parser.add_argument("--seed", type=int, default=2026, help="the same seed, the same demo")
        parser.add_argument(
            "--without-stripe",
            action="store_true",
            help="let everything have been paid offline: needs no sandbox",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.ENV.environment == "production":
            raise CommandError("Demo data has no place in production.")
        if options["bookings"] < FEWEST:
            raise CommandError(f"--bookings must be {FEWEST} or more.")
        if options["bookings"] >= MANY:
            self.fill(options["bookings"], seed=options["seed"])
            return
        if Booking.all_objects.exists():
            self.stdout.write("There are bookings already: nothing done.")
            return
        if not Package.objects.exists():
            raise CommandError("There is no catalogue yet: run `manage.py load_catalogue` first.")
        try:
            self.seed(options)
        except SandboxError as error:
            raise CommandError(str(error)) from error

    def fill(self, total: int, *, seed: int) -> None:
        """Make a busy house up to so many bookings."""
        if not Package.objects.exists():
            raise CommandError("There is no catalogue yet: run `manage.py load_catalogue` first.")
        if Booking.all_objects.count() >= total:
            self.stdout.write("There are as many bookings already: nothing done.")
            return
        made = BulkSeeder(total, now=clock.now(), seed=seed).fill(self.stdout.write)
        count_all(clock.now())
        counts = ", ".join(f"{count:,} {status}" for status, count in sorted(made.items()))
        self.stdout.write(f"{sum(made.values()):,} bookings made: {counts}.")

    def seed(self, options: dict[str, Any]) -> None:
        """Make the data and say what there is."""
        sandbox = None
        if not options["without_stripe"] and uses_sandbox():
            chance = random.Random(options["seed"])  # noqa: S311  no secret
            sandbox = SandboxPast(settings.STRIPE_API_BASE, chance)
            logging.getLogger("httpx").setLevel(logging.WARNING)
            sandbox.wait(self.stdout.write)
        seeder = Seeder(now=clock.now(), seed=options["seed"], sandbox=sandbox)
        made = seeder.make(options["bookings"])
        if sandbox is not None:
            seeder.open_pages(self.stdout.write)
            self.copy_books()
        count_all(clock.now())
        counts = ", ".join(f"{count} {status}" for status, count in sorted(made.items()))
        self.stdout.write(f"{sum(made.values())} bookings: {counts}.")
        if sum(made.values()) < options["bookings"]:
            self.stdout.write("The vans have no room for more.")
        self.stdout.write(f"Staff, with the password {PASSWORD}:")
        for person in STAFF:
            self.stdout.write(f"  {person.role:<12} {person.email}")

    def copy_books(self) -> None:
        """Copy what moved at Stripe, so that the page Money explains the demo from its start."""
        first = Payment.objects.succeeded().order_by("succeeded_at").first()
        if first is None or first.succeeded_at is None:
            return
        now = clock.now()
        try:
            compare_period(first.succeeded_at - timedelta(days=1), now, now=now)
        except GatewayError as error:
            self.stdout.write(f"Stripe's books could not be copied: {type(error).__name__}")
