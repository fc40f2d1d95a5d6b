"""`manage.py demo`: the whole site with demo data on this machine (what `make run` calls)."""

import socket
import sys
import time
from argparse import ArgumentParser
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from booking.models import Booking
from totetaxi.management.demo_people import CUSTOMERS, PASSWORD, STAFF
from totetaxi.management.programs import ProcessGroup, Program, end_with_parent

LOOPBACK = ("127.0.0.1", "localhost", "::1")
COLOURS = {"web": 36, "worker": 33, "stripe": 35, "css": 34, "office": 34, "seed": 32}
PAGES = [
    ("The site", "/"),
    ("Book a delivery", "/book/"),
    ("Mail that was sent", "/outbox/"),
    ("Staff", "/staff/"),
    ("Components", "/styleguide/"),
]


class Command(BaseCommand):
    """Prepare the database, then run web, worker, sandbox and CSS watcher until Ctrl-C."""

    help = "Run the whole site with demo data: web, worker, Stripe's sandbox, CSS watcher."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--with-parent",
            action="store_true",
            help="end when the calling process dies, however it dies (Linux)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.ENV.environment != "development":
            raise CommandError("The demo is for development: TOTETAXI_ENV must not be set.")
        if options["with_parent"]:
            end_with_parent()
        self.started = time.monotonic()
        for program in site_programs(seed=False):
            refuse_taken_port(program)
        programs = site_programs(seed=self.prepare())
        group = ProcessGroup(programs, write=self.write_line, on_ready=self.welcome)
        sys.exit(group.run())

    def prepare(self) -> bool:
        """Bring tables and catalogue up to date. Returns whether demo data is wanted."""
        self.stdout.write("Preparing the database ...")
        call_command("migrate", interactive=False, verbosity=0)
        call_command("load_catalogue", verbosity=0, stdout=StringIO())
        return not Booking.objects.exists()

    def write_line(self, name: str, line: str) -> None:
        """Print a program's line behind its name."""
        head = f"{name:<7}|"
        if self.stdout.isatty():
            head = f"\033[{COLOURS[name]}m{head}\033[0m"
        self.stdout.write(f"{head} {line}")
        self.stdout.flush()

    def welcome(self) -> None:
        """Say where to click, and who can sign in."""
        pages = [(name, f"{settings.SITE_URL}{path}") for name, path in PAGES]
        people = [(person.role or "customer", person.email) for person in (*STAFF, *CUSTOMERS)]
        lines = [
            "",
            f"ToteTaxi is ready after {time.monotonic() - self.started:.0f} s.",
            "",
            *(f"  {name:<20} {address}" for name, address in pages),
            "",
            f"  Sign in with the password {PASSWORD} as",
            *(f"  {role:<20} {email}" for role, email in people),
            "",
            "  Ctrl-C stops everything; the data stays (`make clean` removes it).",
            "",
        ]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()


def uses_sandbox() -> bool:
    """Whether Stripe is the sandbox of this machine, rather than Stripe's own test mode."""
    return urlsplit(settings.STRIPE_API_BASE).hostname in LOOPBACK


def site_programs(*, seed: bool) -> list[Program]:
    """The programs of the demo. With `seed`, demo data is made before the worker starts."""
    manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
    programs = [
        Program(
            name="web",
            command=[*manage, "runserver", f"127.0.0.1:{port_of(settings.SITE_URL)}"],
            environment={"DJANGO_RUNSERVER_HIDE_WARNING": "true"},
            port=port_of(settings.SITE_URL),
        ),
        Program(name="css", command=watch_stylesheet("app")),
        Program(name="office", command=watch_stylesheet("office")),
    ]
    before_worker: list[str] = []
    if uses_sandbox():
        programs.append(stripe_sandbox())
        before_worker.append("stripe")
    if seed:
        data = [*manage, "seed_demo"]
        programs.append(Program(name="seed", command=data, once=True, after=list(before_worker)))
        before_worker.append("seed")
    programs.append(Program(name="worker", command=[*manage, "worker"], after=before_worker))
    return programs


def stripe_sandbox() -> Program:
    """Stripe's sandbox, which sends its webhooks to the site of this demo."""
    port = port_of(settings.STRIPE_API_BASE)
    webhook = f"http://127.0.0.1:{port_of(settings.SITE_URL)}/payments/stripe/webhook/"
    options = ["--port", str(port), "--webhook-url", webhook]
    return Program(
        name="stripe",
        command=[sys.executable, "-m", "totetaxi.sandbox.stripe", *options],
        environment={"STRIPE_WEBHOOK_SECRET": settings.STRIPE_WEBHOOK_SECRET},
        port=port,
    )


def watch_stylesheet(name: str) -> list[str]:
    """The command that builds a stylesheet again whenever a class name is written."""
    static: Path = settings.BASE_DIR / "static"
    tailwind = Path(sys.executable).parent / "tailwindcss"
    return [
        *(str(tailwind), "-i", f"{static}/src/{name}.css"),
        *("-o", f"{static}/css/{name}.css", "--watch"),
    ]


def port_of(address: str) -> int:
    """The port of an http address."""
    return urlsplit(address).port or 80


def refuse_taken_port(program: Program) -> None:
    """Raise CommandError when something else listens where the program wants to."""
    if program.port is None:
        return
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", program.port))
        except OSError as error:
            variable = "PORT" if program.name == "web" else "SANDBOX_PORT"
            raise CommandError(
                f"Port {program.port} ({program.name}) is taken or closed to us: {error.strerror}. "
                f"Stop what listens there, or choose another: make run {variable}="
                f"{program.port + 1}"
            ) from error
