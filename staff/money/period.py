"""Which days the page Money is about. They stand in the address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from booking.wizard.answers import typed_date
from payments.reconciliation.report import Period
from totetaxi.templatetags.formats import ny_date

LONGEST = timedelta(days=366)
PERIODS = {
    "week": _("Last 7 days"),
    "today": _("Today"),
    "month": _("This month"),
    "last_month": _("Last month"),
}
USUAL = "week"


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """A period by its name, or from day to day (`name` is empty)."""

    name: str
    period: Period

    @property
    def words(self) -> str:
        """`Nov 28, 2026 – Dec 5, 2026`."""
        first, last = self.period.first, self.period.last
        if first == last:
            return ny_date(first, "brief")
        return f"{ny_date(first, 'brief')} – {ny_date(last, 'brief')}"

    def query(self, **more: Any) -> str:
        """The address after the question mark."""
        wanted: dict[str, Any] = {"period": self.name}
        if not self.name:
            wanted = {"since": self.period.first, "until": self.period.last}
        elif self.name == USUAL:
            wanted = {}
        return urlencode(wanted | {name: value for name, value in more.items() if value})


def read_period(asked: QueryDict, today: date) -> Chosen:
    """The days of an address; what it cannot mean is the last seven. At most a year and a day."""
    since, until = typed_date(asked.get("since")), typed_date(asked.get("until"))
    if since or until:
        last = until or today
        first = since or last
        if first <= last:
            return Chosen(name="", period=Period(max(first, last - LONGEST), last))
    name = asked.get("period", "")
    return _named(name if name in PERIODS else USUAL, today)


def _named(name: str, today: date) -> Chosen:
    first, last = today - timedelta(days=6), today
    if name == "today":
        first = today
    elif name == "month":
        first = today.replace(day=1)
    elif name == "last_month":
        last = today.replace(day=1) - timedelta(days=1)
        first = last.replace(day=1)
    return Chosen(name=name, period=Period(first, last))
