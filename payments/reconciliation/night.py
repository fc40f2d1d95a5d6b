"""The periods that are compared by the clock.

What moves late moves under its own day: a refund that fails or a dispute that is won after weeks
is a new movement, and its refund or dispute is looked up by it. So a few days back are enough,
also for nights on which nobody worked.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from payments.reconciliation.compare import compare_period

RECENT = timedelta(days=2)
NIGHT = timedelta(days=10)
# Stripe's clock may be a little ahead of ours.
AHEAD = timedelta(minutes=5)


def reconcile_recent(now: datetime) -> None:
    """The last two days."""
    compare_period(now - RECENT, now + AHEAD, now=now)


def reconcile_night(now: datetime) -> None:
    """The last ten days."""
    compare_period(now - NIGHT, now + AHEAD, now=now)
