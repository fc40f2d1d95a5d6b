"""After each test that moves money, what must always be true of money is (DOMAIN.md, "Invariants").

The checks are those of `manage.py check_invariants`, read from the test's own database before it
is emptied. A test that makes broken rows on purpose says so, and why:

    @pytest.mark.breaks_money("the payment is older than its booking")
"""

from collections.abc import Generator
from pathlib import Path

import pytest

from payments import invariants as _payments  # noqa: F401  tells the registry
from totetaxi.lib import clock
from totetaxi.lib.invariants import Area, all_invariants

HERE = Path(__file__).resolve().parent
FOLDERS = tuple(
    HERE / name
    for name in (
        "accounts/cards",
        "journeys",
        "payments",
        "staff/bookings/page",
        "staff/disputes",
        "staff/money",
        "staff/orders",
        "staff/payment_links",
        "staff/payments",
        "staff/refunds",
    )
)
DATABASES = frozenset({"db", "transactional_db", "live_server"})


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Look once the test has passed, while its rows are still there."""
    yield
    if moves_money(item):
        assert broken() == []


def moves_money(item: pytest.Item) -> bool:
    """Whether a test may have moved money, and has not said that it broke it."""
    if (marker := item.get_closest_marker("breaks_money")) is not None:
        assert marker.args, "breaks_money wants a reason"
        return False
    uses = DATABASES.intersection(getattr(item, "fixturenames", ()))
    has_database = bool(uses) or item.get_closest_marker("django_db") is not None
    return has_database and any(folder in item.path.parents for folder in FOLDERS)


def broken() -> list[str]:
    """What does not hold, in words."""
    now = clock.now()
    return [
        f"{check.name}: {found}"
        for check in all_invariants(Area.MONEY)
        for found in check.find(now)
    ]
