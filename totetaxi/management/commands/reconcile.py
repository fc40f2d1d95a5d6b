"""`manage.py reconcile`: Stripe's books and ours for a period, to the cent."""

import csv
import logging
import sys
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from payments.gateway import GatewayError
from payments.reconciliation.compare import compare_period
from payments.reconciliation.paper import csv_rows, text_lines
from payments.reconciliation.report import Period, report_on
from totetaxi.lib import clock
from totetaxi.lib.queue.draining import describe

logger = logging.getLogger("payments")

DIFFERS, NOT_ASKED, BROKE_OFF = 1, 2, 3
USUAL_DAYS = 7


class Command(BaseCommand):
    help = (
        "Compares sessions, charges, refunds, fees, disputes and balance transactions at Stripe "
        "with our rows, heals what was missed, and prints a report by New York days. Exit status "
        "0: all agrees; 1: something does not; 2: Stripe could not be asked; 3: it broke off."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="first", type=day, help="first day, like 2026-12-05")
        parser.add_argument("--to", dest="last", type=day, help="last day; without it, today")
        parser.add_argument("--csv", type=Path, help="write the report to this file too")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare, print, and exit with 1, 2 or 3 where something is amiss."""
        now = clock.now()
        last = options["last"] or clock.today(now)
        first = options["first"] or last - timedelta(days=USUAL_DAYS - 1)
        if first > last:
            raise CommandError("--from must not be after --to.", returncode=NOT_ASKED)
        period = Period(first, last)
        try:
            compare_period(period.since, period.until, now=now)
            differs = self._report(period, options["csv"])
        except GatewayError as error:
            raise CommandError(
                f"Stripe could not be asked: {error}", returncode=NOT_ASKED
            ) from error
        except Exception as error:
            # Whatever it is: Python's own exit status for it would say that something differs.
            logger.exception("reconcile_broke_off")
            raise CommandError(
                f"The comparison broke off, and says nothing of the books: {describe(error)}",
                returncode=BROKE_OFF,
            ) from error
        if differs:
            sys.exit(DIFFERS)

    def _report(self, period: Period, file: Path | None) -> bool:
        """Print the report, and write it to a file. Whether something differs."""
        report = report_on(period, now=clock.now())
        for line in text_lines(report):
            self.stdout.write(line)
        if file is not None:
            with file.open("w", newline="", encoding="utf-8-sig") as opened:
                csv.writer(opened).writerows(csv_rows(report))
        return any(True for _one in report.differences())


def day(text: str) -> date:
    """A day as it is typed. Raises ArgumentTypeError."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text} is no day like 2026-12-05") from error
