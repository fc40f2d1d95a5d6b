"""The numbers of a week and a month beside the ones before, in words. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from staff.dashboard.charts import Chart, draw
from staff.kpi.figures import NOTHING, Figures
from staff.kpi.periods import (
    CHART_DAYS,
    Days,
    Period,
    change,
    chart_days,
    month_before,
    month_so_far,
    share,
    total,
    week_before,
    week_so_far,
)
from totetaxi.lib.money import usd

Value = Callable[[Figures], float | None]
Text = Callable[[float], str]


def money_words(cents: float) -> str:
    """`$1,194.25`; for less than nothing, that it went back."""
    if cents < 0:
        return _("refunded %(sum)s") % {"sum": usd(round(-cents))}
    return usd(round(cents))


def count_words(number: float) -> str:
    """`1,204`."""
    return f"{number:,.0f}"


def share_words(percent: float) -> str:
    """`31.4 %`."""
    return f"{percent:.1f} %"


@dataclass(frozen=True)
class Measure:
    """A figure: what it is called, how it is worked out and written, whether it tells of money."""

    label: Any
    note: Any
    value: Value
    text: Text
    is_money: bool = False


# On-time deliveries will stand at the end.
MEASURES = (
    Measure(
        gettext_lazy("Bookings"),
        gettext_lazy("Paid, or started unpaid, in these days"),
        lambda one: one.booked,
        count_words,
    ),
    Measure(
        gettext_lazy("Revenue"),
        gettext_lazy("Captured less refunds, each on its own day"),
        lambda one: one.revenue_cents,
        money_words,
        is_money=True,
    ),
    Measure(
        gettext_lazy("Average"),
        gettext_lazy("Revenue by booking"),
        lambda one: one.revenue_cents / one.booked if one.booked else None,
        money_words,
        is_money=True,
    ),
    Measure(
        gettext_lazy("Conversion"),
        gettext_lazy("Booked in the wizard, of the drafts begun"),
        lambda one: share(one.web_booked, one.drafts_begun),
        share_words,
    ),
    Measure(
        gettext_lazy("Repeat customers"),
        gettext_lazy("Of the bookings, those of people who had booked before"),
        lambda one: share(one.repeat_booked, one.booked),
        share_words,
    ),
    Measure(
        gettext_lazy("Payment success"),
        gettext_lazy("Payments made, of all that were tried"),
        lambda one: share(one.payments_made, one.payments_made + one.payments_declined),
        share_words,
        is_money=True,
    ),
)


@dataclass(frozen=True)
class Tile:
    """A figure of a period and how it changed."""

    label: Any
    note: Any
    value: str
    change: str


@dataclass(frozen=True)
class Strip:
    """The figures of a period beside those of the one before."""

    label: str
    span: str
    before: str
    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class Plot:
    """A chart with its words."""

    label: Any
    chart: Chart
    top: str
    summary: str


@dataclass(frozen=True)
class Week:
    """A row of the table below the charts."""

    span: str
    booked: str
    captured: str
    refunded: str
    revenue: str
    booked_before: str
    revenue_before: str


def strips(days: Days, today: date, *, with_money: bool) -> list[Strip]:
    """The week and the month up to today."""
    spans = (
        (_("This week"), week_so_far(today), week_before(today)),
        (_("This month"), month_so_far(today), month_before(today)),
    )
    return [_strip(days, *span, with_money=with_money) for span in spans]


def _strip(days: Days, label: str, now: Period, before: Period, *, with_money: bool) -> Strip:
    figures, earlier = total(days, now), total(days, before)
    tiles = tuple(
        _tile(measure, figures, earlier)
        for measure in MEASURES
        if with_money or not measure.is_money
    )
    return Strip(label, span_words(now), span_words(before), tiles)


def _tile(measure: Measure, figures: Figures, earlier: Figures) -> Tile:
    value, before = measure.value(figures), measure.value(earlier)
    words = "–" if value is None else measure.text(value)
    return Tile(measure.label, measure.note, words, change_words(value, before, measure.text))


def change_words(value: float | None, before: float | None, text: Text) -> str:
    """`up 15.0 % from $112,757.00`, `as before`; what there was, where no change can be told."""
    if before is None:
        return _("nothing to compare with")
    moved = change(value, before)
    if moved is None:
        return _("before %(value)s") % {"value": text(before)}
    if abs(moved) < 0.05:
        return _("as before")
    words = _("up %(share)s from %(value)s") if moved > 0 else _("down %(share)s from %(value)s")
    return words % {"share": share_words(abs(moved)), "value": text(before)}


def plots(days: Days, today: date, *, with_money: bool) -> list[Plot]:
    """The charts of the last four weeks."""
    shown: list[tuple[Any, Callable[[Figures], int], Text]] = [
        (gettext_lazy("Bookings by day"), lambda one: one.booked, count_words)
    ]
    if with_money:
        revenue = (gettext_lazy("Revenue by day"), lambda one: one.revenue_cents, money_words)
        shown.insert(0, revenue)
    return [_plot(days, today, *one) for one in shown]


def _plot(days: Days, today: date, label: Any, value: Callable[[Figures], int], text: Text) -> Plot:
    now = chart_days(today)
    earlier = chart_days(date.fromordinal(today.toordinal() - CHART_DAYS))
    values, before = (
        [value(days.get(day, NOTHING)) for day in period.days] for period in (now, earlier)
    )
    most = max(values)
    summary = _("%(sum)s from %(span)s, %(before)s four weeks earlier. Most on %(day)s: %(most)s.")
    words = summary % {
        "sum": text(sum(values)),
        "span": span_words(now),
        "before": text(sum(before)),
        "day": dateformat.format(now.days[values.index(most)], "M j"),
        "most": text(most),
    }
    chart = draw(values, before)
    return Plot(label, chart, text(chart.top), words)


def weeks(days: Days, today: date) -> list[Week]:
    """The four weeks of the charts, the latest first."""
    rows = []
    for back in range(0, CHART_DAYS, 7):
        last = today.toordinal() - back
        now = Period(date.fromordinal(last - 6), date.fromordinal(last))
        before = Period(*(date.fromordinal(n - CHART_DAYS) for n in (last - 6, last)))
        figures, earlier = total(days, now), total(days, before)
        rows.append(
            Week(
                span=span_words(now),
                booked=count_words(figures.booked),
                captured=usd(figures.captured_cents),
                refunded=usd(figures.refunded_cents) if figures.refunded_cents else _("none"),
                revenue=money_words(figures.revenue_cents),
                booked_before=count_words(earlier.booked),
                revenue_before=money_words(earlier.revenue_cents),
            )
        )
    return rows


def span_words(period: Period) -> str:
    """`Nov 16 – Nov 22`."""
    first, last = (dateformat.format(day, "M j") for day in (period.first, period.last))
    return first if first == last else f"{first} – {last}"
