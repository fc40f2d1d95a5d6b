"""What the dashboard shows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from booking.catalogue.snapshot import get_snapshot
from staff.dashboard.numbers import plots, strips, weeks
from staff.dashboard.waits import find_waits
from staff.kpi.periods import days_until_now
from staff.live import Standing
from staff.models import StaffProfile
from staff.today.load import load_days
from totetaxi.lib.clock import today

DAYS_AHEAD = 8
VANS_SHOWN = 8


def dashboard_context(staff: StaffProfile, standing: Standing) -> dict[str, Any]:
    """The page: four queries, a few more where the fleet has changed."""
    now, day = standing.at, today(standing.at)
    with_money = staff.may("view_money")
    days = days_until_now(day)
    ahead = load_days(now, get_snapshot(standing.catalogue).fleet, days=DAYS_AHEAD)
    return {
        "days": tuple(ahead),
        "today": day,
        "tomorrow": day + timedelta(days=1),
        "vans": tuple(ahead[0].vans[:VANS_SHOWN]),
        "more_vans": max(len(ahead[0].vans) - VANS_SHOWN, 0),
        "waits": tuple(find_waits(now)),
        "strips": tuple(strips(days, day, with_money=with_money)),
        "plots": tuple(plots(days, day, with_money=with_money)),
        "weeks": tuple(weeks(days, day)),
        "with_money": with_money,
        "now": now,
    }
