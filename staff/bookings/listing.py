"""All that the list's page shows: views, chips, heads, rows, totals and the ways on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from booking.lifecycle import Status
from booking.models.booking import STATUS_LABELS
from booking.models.choices import SERVICE_CHOICES
from booking.wizard.answers import whole_number
from staff.bookings.filters import COLUMNS, DAY_LABELS, Filters, read_filters
from staff.bookings.queries import COUNTED, PER_PAGE, Page, Place, Total, count, find, page
from staff.bookings.rows import rows_html
from staff.models import SavedFilter, StaffProfile
from totetaxi.lib.money import usd
from totetaxi.templatetags.formats import ny_date

# The views that everybody has, before those that somebody saved.
VIEWS = (
    (gettext_lazy("All"), Filters()),
    (gettext_lazy("Today"), Filters(day="today")),
    (gettext_lazy("Next 7 days"), Filters(day="next7")),
    (gettext_lazy("Unpaid"), Filters(unpaid=True)),
    (gettext_lazy("Needs attention"), Filters(attention=True)),
)
MOST_SAVED = 12
HEADS = {
    "number": (gettext_lazy("Number"), "number"),
    "status": (gettext_lazy("Status"), ""),
    "pickup": (gettext_lazy("Pickup"), "pickup"),
    **{name: (label, "") for name, label in COLUMNS.items()},
    "customer": (COLUMNS["customer"], "customer"),
    "total": (COLUMNS["total"], "total"),
}


@dataclass(frozen=True)
class Chip:
    """One filter that is set, and the query of the list without it."""

    label: str
    value: str
    without: str


@dataclass(frozen=True)
class View:
    """A tab: a query under a name."""

    label: Any
    query: str
    is_current: bool


@dataclass(frozen=True)
class Head:
    """The head of a column; `query` sorts by it, the other way round when it is sorted already.

    `direction` is ascending, descending or empty.
    """

    name: str
    label: Any
    query: str = ""
    direction: str = ""


class Listing:
    """The list for one address and one person. Three queries: saved views, rows, totals."""

    def __init__(self, asked: QueryDict, staff: StaffProfile, today: date) -> None:
        self.filters = read_filters(asked)
        self.staff, self.today = staff, today
        self.place = Place(whole_number(asked.get("after")), whole_number(asked.get("before")))
        # Where the page begins in the whole list, as far as its links have counted.
        self.first = max(whole_number(asked.get("at")), 1) if any(vars(self.place).values()) else 1
        self.base = reverse("staff:bookings")

    @cached_property
    def page(self) -> Page:
        """The rows, as the database gave them."""
        return page(self.found, self.filters, self.place)

    @cached_property
    def found(self) -> Any:
        """The bookings that are meant."""
        return find(self.filters, self.today)

    @cached_property
    def may(self) -> dict[str, bool]:
        """What the person may do to several bookings at once."""
        return {
            "move": self.staff.may("change_status"),
            "write": self.staff.may("edit_bookings"),
            "export": self.staff.may("export_data"),
        }

    @cached_property
    def total(self) -> Total:
        """How many they are."""
        return count(self.found)

    def context(self) -> dict[str, Any]:
        """For the template."""
        filters = self.filters
        return {
            "filters": filters,
            "query": filters.query(),
            "base": self.base,
            "views": self.views(),
            "chips": self.chips(),
            "hidden": self.hidden(),
            "heads": self.heads(),
            "rows": rows_html(
                self.page.rows,
                columns=filters.columns,
                base=self.base,
                day=self.today,
                can_pick=self.may["write"] or self.may["move"],
            ),
            "may": self.may,
            "page_rows": self.page.rows,
            "range": self.range(),
            "sums": self.sums(),
            "earlier": self.earlier(),
            "later": self.later(),
            "is_empty": not filters.are_set and not self.page.rows,
        }

    def views(self) -> list[View]:
        """The tabs; a saved view is current when it asks for just what is shown."""
        query = self.filters.query()
        bare = self.filters.without_view().query()
        saved = SavedFilter.objects.filter(Q(owner=self.staff) | Q(is_shared=True))
        own = list(saved.values_list("name", "query")[:MOST_SAVED])
        is_own = any(query == wanted for _name, wanted in own)
        shipped = [(label, wanted.query()) for label, wanted in VIEWS]
        return [
            *(View(label, wanted, not is_own and wanted == bare) for label, wanted in shipped),
            *(View(name, wanted, wanted == query) for name, wanted in own),
        ]

    def chips(self) -> list[Chip]:
        """The filters that are set, in the order of the form."""
        filters = self.filters
        states = ", ".join(str(STATUS_LABELS[Status(one)]) for one in filters.status)
        days = DAY_LABELS.get(filters.day) or _span(filters.since, filters.until)
        service = dict(SERVICE_CHOICES).get(filters.service, "")
        unpaid = _("Unpaid") if filters.unpaid else ""
        attention = _("Needs attention") if filters.attention else ""
        found: list[tuple[Any, Any, dict[str, Any]]] = [
            (_("Search"), filters.q, {"q": ""}),
            (_("Pickup"), days, {"day": "", "since": None, "until": None}),
            (_("Status"), states, {"status": ()}),
            (_("Service"), service, {"service": ""}),
            (_("Van"), filters.van or "", {"van": 0}),
            (_("Area"), filters.area, {"area": ""}),
            (_("Money"), unpaid, {"unpaid": False}),
            (_("Alerts"), attention, {"attention": False}),
        ]
        return [
            Chip(str(label), str(value), filters.query(**without))
            for label, value, without in found
            if value
        ]

    def hidden(self) -> list[tuple[str, str]]:
        """The filters as fields of the search form, which changes the search alone."""
        return parse_qsl(self.filters.query(q=""))

    def heads(self) -> list[Head]:
        """The heads of the columns that are shown."""
        current, is_descending = self.filters.order
        heads = []
        for name in ("number", "status", "pickup", *self.filters.columns):
            label, sort = HEADS[name]
            if not sort:
                heads.append(Head(name, label))
                continue
            is_sorted = sort == current
            # What is looked for first: the newest, the dearest; but names from A.
            down = not is_descending if is_sorted else sort != "customer"
            heads.append(
                Head(
                    name,
                    label,
                    self.filters.query(sort=f"-{sort}" if down else sort),
                    ("descending" if is_descending else "ascending") if is_sorted else "",
                )
            )
        return heads

    def range(self) -> str:
        """`51–100 of 1,234 bookings`."""
        total, shown = self.total, len(self.page.rows)
        if not shown:
            return _("No bookings")
        first, last = self.first, self.first + shown - 1
        if total.is_capped:
            return _("%(first)s–%(last)s of more than %(count)s bookings") % {
                "first": f"{first:,}",
                "last": f"{last:,}",
                "count": f"{COUNTED:,}",
            }
        text = ngettext(
            "%(first)s–%(last)s of %(count)s booking",
            "%(first)s–%(last)s of %(count)s bookings",
            total.count,
        )
        return text % {"first": f"{first:,}", "last": f"{last:,}", "count": f"{total.count:,}"}

    def sums(self) -> list[tuple[str, str]]:
        """What this page comes to, and all pages."""
        if not self.page.rows:
            return []
        sums = [(_("This page"), usd(sum(row["total_cents"] for row in self.page.rows)))]
        if not self.total.is_capped and self.total.count > len(self.page.rows):
            label = _("all %(count)s") % {"count": f"{self.total.count:,}"}
            sums.append((label, usd(self.total.cents)))
        return sums

    def earlier(self) -> str | None:
        """The query of the page before; None on the first."""
        if not self.page.rows or not self.page.has_earlier or self.first == 1:
            return None
        at = max(self.first - PER_PAGE, 1)
        if at == 1:
            return self.filters.query()
        return self._to(f"before={self.page.rows[0]['number']}&at={at}")

    def later(self) -> str | None:
        """The query of the page after; None on the last."""
        if not self.page.rows or not self.page.has_later:
            return None
        at = self.first + len(self.page.rows)
        return self._to(f"after={self.page.rows[-1]['number']}&at={at}")

    def _to(self, place: str) -> str:
        query = self.filters.query()
        return f"{query}&{place}" if query else place


def _span(since: date | None, until: date | None) -> str:
    if since and until:
        return f"{ny_date(since, 'brief')} – {ny_date(until, 'brief')}"
    if since:
        return _("from %(day)s") % {"day": ny_date(since, "brief")}
    return _("until %(day)s") % {"day": ny_date(until, "brief")} if until else ""
