"""The periods that are compared by the clock.

What moves late moves under its own day: a refund that fails or a dispute that is won after weeks
is a new movement, and its refund or dispute is looked up by it. So a few days back are enough,
also for nights on which nobody worked.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from booking.models import Alert, AlertKind, close_alert, raise_alert
from payments import gateway
from payments.reconciliation.compare import compare_period

RECENT = timedelta(days=2)
NIGHT = timedelta(days=10)
# Stripe's clock may be a little ahead of ours.
AHEAD = timedelta(minutes=5)
_BOOKS = "stripe-books"
_JOBS = "job:payments.reconcile_"


def reconcile_recent(now: datetime) -> None:
    """The last two days. Raises GatewayDownError after telling staff."""
    _compare(RECENT, now)


def reconcile_night(now: datetime) -> None:
    """The last ten days. Raises GatewayDownError after telling staff."""
    _compare(NIGHT, now)


def has_failed() -> bool:
    """Whether a comparison broke off or gave up, and none has ended well since. One query."""
    told = Q(kind=AlertKind.PROVIDER_DOWN, about=_BOOKS)
    told |= Q(kind=AlertKind.WORK_PARKED, about__startswith=_JOBS)
    return Alert.objects.filter(told, closed_at__isnull=True).exists()


def _compare(back: timedelta, now: datetime) -> None:
    """Stripe may answer `reconcile_open`, and not about its books: that is told by itself."""
    try:
        compare_period(now - back, now + AHEAD, now=now)
    except gateway.GatewayDownError:
        summary = _("Stripe's books were not compared to the end: Stripe does not answer.")
        raise_alert(AlertKind.PROVIDER_DOWN, about=_BOOKS, summary=summary)
        raise
    close_alert(AlertKind.PROVIDER_DOWN, about=_BOOKS, now=now)
