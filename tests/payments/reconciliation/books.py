"""Looking at the copy of Stripe's books, and comparing a period."""

from datetime import timedelta

from payments.models import BalanceMovement
from payments.reconciliation.compare import compare_period
from payments.reconciliation.report import Period, Report, report_on
from totetaxi.lib import clock

WIDE = timedelta(days=3)


def compare(*, back: timedelta = WIDE) -> None:
    """Stripe's last days against ours."""
    now = clock.now()
    compare_period(now - back, now + timedelta(minutes=5), now=now)


def book() -> list[tuple[str, int, str, str]]:
    """Every movement: kind, cents, how it stands, why. Sorted."""
    return sorted(BalanceMovement.objects.values_list("kind", "amount_cents", "standing", "why"))


def todays_report() -> Report:
    """Today and the days round it, in New York."""
    now = clock.now()
    today = clock.today(now)
    return report_on(Period(today - timedelta(days=2), today + timedelta(days=1)), now=now)
