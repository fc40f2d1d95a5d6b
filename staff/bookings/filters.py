"""What the list of bookings is asked for. All of it stands in the address, and in no session."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from booking.lifecycle import Status
from booking.models.choices import SERVICE_CHOICES
from booking.wizard.answers import clean_text, typed_date, whole_number

LONGEST_SEARCH = 100
LONGEST_AREA = 80

# Days by name, from the day it is: (first, last), counted from today.
DAYS = {
    "today": (0, 0),
    "tomorrow": (1, 1),
    "next7": (0, 6),
    "next30": (0, 29),
    "yesterday": (-1, -1),
    "last7": (-7, -1),
    "last30": (-30, -1),
}
DAY_LABELS = {
    "today": _("Today"),
    "tomorrow": _("Tomorrow"),
    "next7": _("Next 7 days"),
    "next30": _("Next 30 days"),
    "yesterday": _("Yesterday"),
    "last7": _("Last 7 days"),
    "last30": _("Last 30 days"),
}
SORTS = ("pickup", "number", "total", "customer")
# What is shown beside number, status and pickup, which are always there.
COLUMNS = {
    "customer": _("Customer"),
    "what": _("What"),
    "route": _("From, to"),
    "van": _("Van"),
    "total": _("Total"),
    "money": _("Money"),
    "phone": _("Phone"),
    "pieces": _("Pieces"),
    "booked": _("Booked"),
}
USUAL_COLUMNS = ("customer", "what", "route", "van", "total", "money")


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What is asked for; what an address cannot mean is left out.

    `day` is one of DAYS; else `since` and `until` are New York days, either may be open. `sort` is
    one of SORTS, with a minus for the other way round; empty is the order that fits the days.
    """

    q: str = ""
    status: tuple[str, ...] = ()
    day: str = ""
    since: date | None = None
    until: date | None = None
    service: str = ""
    van: int = 0
    area: str = ""
    unpaid: bool = False
    attention: bool = False
    sort: str = ""
    columns: tuple[str, ...] = USUAL_COLUMNS

    @property
    def are_set(self) -> bool:
        """Whether anything narrows the list."""
        return self.without_view() != Filters()

    def without_view(self) -> Filters:
        """The same without order and columns."""
        return replace(self, sort="", columns=USUAL_COLUMNS)

    def dates(self, today: date) -> tuple[date | None, date | None]:
        """The first and the last pickup day."""
        if self.day:
            first, last = DAYS[self.day]
            return today + timedelta(days=first), today + timedelta(days=last)
        return self.since, self.until

    @property
    def order(self) -> tuple[str, bool]:
        """What it is sorted by, and whether the largest or latest comes first."""
        if self.sort:
            return self.sort.removeprefix("-"), self.sort.startswith("-")
        looks_ahead = self.day in {"today", "tomorrow", "next7", "next30"}
        return "pickup", not looks_ahead

    def query(self, **changes: Any) -> str:
        """The address after the question mark, of these filters with changes; empty for all."""
        wanted = replace(self, **changes)
        pairs: list[tuple[str, str]] = []
        for field in fields(wanted):
            value = getattr(wanted, field.name)
            if value == field.default:
                continue
            if isinstance(value, tuple):
                pairs += [(field.name, one) for one in value]
            else:
                pairs.append((field.name, "1" if value is True else str(value)))
        return urlencode(pairs)


def read_filters(asked: QueryDict) -> Filters:
    """The filters of an address."""
    states = {status.value for status in Status}
    day = asked.get("day", "")
    sort = asked.get("sort", "")
    since, until = typed_date(asked.get("since")), typed_date(asked.get("until"))
    chosen = tuple(name for name in COLUMNS if name in asked.getlist("columns"))
    return Filters(
        q=" ".join(clean_text(asked.get("q", "")).split())[:LONGEST_SEARCH],
        status=tuple(one for one in Status if one in states.intersection(asked.getlist("status"))),
        day=day if day in DAYS else "",
        since=None if day in DAYS else since,
        until=None if day in DAYS else until,
        service=_one_of(asked.get("service", ""), dict(SERVICE_CHOICES)),
        van=whole_number(asked.get("van")) % 32768,
        area=clean_text(asked.get("area", "")).strip()[:LONGEST_AREA],
        unpaid=asked.get("unpaid") == "1",
        attention=asked.get("attention") == "1",
        sort=sort if sort.removeprefix("-") in SORTS and not sort.startswith("--") else "",
        columns=chosen or USUAL_COLUMNS,
    )


def _one_of(value: str, known: dict[str, Any]) -> str:
    return value if value in known else ""
