"""`manage.py worker`: the queue's processes, under a supervisor that outlives their faults."""

import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from totetaxi.management.supervisor import Pace, Supervisor


class Command(BaseCommand):
    help = "Runs background work until stopped (SIGTERM or Ctrl-C; twice to stop at once)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--beat", type=float, default=Pace.beat, help="seconds between heartbeats"
        )
        parser.add_argument(
            "--limit", type=float, default=Pace.limit, help="seconds of silence before a restart"
        )
        parser.add_argument(
            "--grace", type=float, default=Pace.grace, help="seconds that running tasks get to end"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        supervisor = Supervisor(
            Pace(beat=options["beat"], limit=options["limit"], grace=options["grace"])
        )
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: supervisor.end())
        supervisor.run()
