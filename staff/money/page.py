"""All that the page Money shows. A fixed number of queries, whatever the house has sold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from payments.models import BalanceMovement
from payments.reconciliation.night import has_failed
from staff.models import StaffProfile
from staff.money.figures import Figures, figures_of, terms_of
from staff.money.movements import PER_PAGE, count_open, open_movements, open_row, page_of
from staff.money.ours import open_rows, waiting_rows
from staff.money.period import PERIODS, read_period
from staff.money.rows import Row, when_words
from totetaxi.lib import clock, queue
from totetaxi.lib.money import usd

Standing = BalanceMovement.Standing
RECENT, NIGHT = "payments.reconcile_recent", "payments.reconcile_night"
SHOWS = {
    "": gettext_lazy("All"),
    "open": gettext_lazy("Open"),
    "expected": gettext_lazy("Expected"),
    "matched": gettext_lazy("Matched"),
}
_GLYPHS = {"open": "octagon", "expected": "clock", "matched": "status-completed"}
_NOTES = {
    "open": gettext_lazy("A difference that nobody has explained yet"),
    "expected": gettext_lazy("Not equal yet, or not ours, and we know why"),
    "matched": gettext_lazy("Same amount, currency and booking on both sides"),
}
# Of what there is much of, so many stand on the page that shows all.
FIRST = 25


@dataclass(frozen=True, kw_only=True)
class Tab:
    """One way to look at the rows; `count` of what it shows, `None` never."""

    label: Any
    glyph: str
    count: int
    query: str
    is_current: bool


@dataclass(frozen=True, kw_only=True)
class Section:
    """Rows that stand alike. `more` is the query of the page that shows further ones."""

    name: str
    label: Any
    note: Any
    count: int
    amount: str
    rows: list[Row]
    more: str = ""


class MoneyPage:
    """The page for one address and one person."""

    def __init__(self, asked: QueryDict, staff: StaffProfile, now: datetime) -> None:
        self.staff, self.now = staff, now
        self.chosen = read_period(asked, clock.today(now))
        show = asked.get("show", "")
        self.show = show if show in SHOWS else ""
        self.after = _key(asked.get("after", ""))

    def context(self) -> dict[str, Any]:
        """For the template."""
        figures = figures_of(self.chosen.period)
        found = self._open()
        waiting = waiting_rows(self.now)
        counts = {
            "open": found[1],
            "expected": len(waiting) + figures.standing.get(Standing.EXPECTED, 0),
            "matched": figures.standing.get(Standing.MATCHED, 0),
        }
        counts[""] = sum(counts.values())
        return {
            "chosen": self.chosen,
            "periods": PERIODS.items(),
            "show": self.show,
            "query": self.chosen.query(show=self.show),
            "terms": terms_of(figures),
            "tabs": self._tabs(counts),
            "sections": list(self._sections(found[0], waiting, figures, counts)),
            "compared": self._compared(),
            "last_night": self._last(NIGHT),
            "may_explain": self.staff.may("override_payment"),
        }

    def _open(self) -> tuple[list[Row], int]:
        """All that is open before the period's end, and how much that is."""
        until = self.chosen.period.until
        movements = open_movements(until)
        shown = [one.payment_id for one in movements if one.payment_id]
        ours = open_rows(self.staff, self.now, shown=shown)
        ours = [row for row in ours if row.at < until]
        rows = [*(open_row(one, self.staff, self.now) for one in movements), *ours]
        rows.sort(key=lambda row: row.at, reverse=True)
        return rows, count_open(until) + len(ours)

    def _tabs(self, counts: dict[str, int]) -> list[Tab]:
        return [
            Tab(
                label=label,
                glyph=_GLYPHS.get(name, ""),
                count=counts[name],
                query=self.chosen.query(show=name),
                is_current=name == self.show,
            )
            for name, label in SHOWS.items()
        ]

    def _sections(
        self, opened: list[Row], waiting: list[Row], figures: Figures, counts: dict[str, int]
    ) -> Any:
        if self.show in {"", "open"}:
            cents = sum(row.cents for row in opened)
            yield self._section("open", opened, counts, cents)
        if self.show in {"", "expected"}:
            page = self._page("expected")
            cents = sum(row.cents for row in waiting) + figures.expected
            rows = page.rows if self.after else [*waiting, *page.rows]
            yield self._section("expected", rows, counts, cents, older=page.older)
        if self.show in {"", "matched"}:
            page = self._page("matched")
            yield self._section("matched", page.rows, counts, figures.matched, older=page.older)

    def _page(self, standing: str) -> Any:
        size = PER_PAGE if self.show else FIRST
        after = self.after if self.show else None
        return page_of(self.chosen.period, standing, after=after, size=size, now=self.now)

    def _section(
        self,
        name: str,
        rows: list[Row],
        counts: dict[str, int],
        cents: int,
        *,
        older: UUID | None = None,
    ) -> Section:
        more = ""
        if older:
            place = {"after": older} if self.show else {}
            more = self.chosen.query(show=name, **place)
        return Section(
            name=name,
            label=SHOWS[name],
            note=_NOTES[name],
            count=counts[name],
            amount=usd(cents),
            rows=rows,
            more=more,
        )

    def _compared(self) -> str:
        last, failed = queue.last_run(RECENT), has_failed()
        if last is None and failed:
            return _("Not compared with Stripe yet: the comparison failed, and is tried again")
        if last is None:
            return _("Not compared with Stripe yet")
        words = _("Compared with Stripe to the cent, last %(at)s")
        if failed:
            words = _(
                "Last compared with Stripe to the end %(at)s: a comparison failed since, and is "
                "tried again"
            )
        return words % {"at": self._words(last)}

    def _last(self, name: str) -> str:
        last = queue.last_run(name)
        if last is None:
            return ""
        return _("Last full comparison: %(at)s") % {"at": self._words(last)}

    def _words(self, at: datetime) -> str:
        words = when_words(at, self.now)
        return words[:1].lower() + words[1:] if words.startswith(_("Today")) else words


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
