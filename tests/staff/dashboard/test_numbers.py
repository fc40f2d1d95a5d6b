"""Weeks and months beside the ones before, charts, and how they are told. Nothing is stored."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staff.dashboard.charts import HEIGHT, draw, nice_top
from staff.dashboard.numbers import change_words, count_words, money_words, plots, strips, weeks
from staff.kpi.figures import Figures
from staff.kpi.periods import (
    Period,
    change,
    month_before,
    month_so_far,
    share,
    total,
    week_before,
    week_so_far,
)

SUNDAY = date(2026, 11, 22)


def days_of(*values: tuple[int, Figures]) -> dict[date, Figures]:
    """Figures by how many days before the Sunday they are."""
    return {SUNDAY - timedelta(days=before): figures for before, figures in values}


def tiles(days, *, with_money: bool = True) -> list[dict[str, tuple[str, str]]]:
    found = strips(days, SUNDAY, with_money=with_money)
    return [{str(tile.label): (tile.value, tile.change) for tile in strip.tiles} for strip in found]


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        (week_so_far(SUNDAY), "2026-11-16", "2026-11-22"),
        (week_before(SUNDAY), "2026-11-09", "2026-11-15"),
        (week_so_far(date(2026, 11, 16)), "2026-11-16", "2026-11-16"),
        (month_so_far(SUNDAY), "2026-11-01", "2026-11-22"),
        (month_before(SUNDAY), "2026-10-01", "2026-10-22"),
        (month_before(date(2027, 3, 30)), "2027-02-01", "2027-02-28"),
        (month_before(date(2027, 1, 5)), "2026-12-01", "2026-12-05"),
    ],
)
def test_period_goes_as_far_as_today(period, first, last):
    assert period == Period(date.fromisoformat(first), date.fromisoformat(last))


@given(st.lists(st.tuples(st.integers(0, 90), st.integers(0, 99)), max_size=20))
def test_total_is_the_sum_of_the_days_in_the_period(sold):
    days: dict[date, Figures] = {}
    for before, booked in sold:
        day = SUNDAY - timedelta(days=before)
        days[day] = days.get(day, Figures()) + Figures(booked=booked, captured_cents=booked * 7)
    month = total(days, month_so_far(SUNDAY))
    inside = sum(booked for before, booked in sold if before < 22)
    assert (month.booked, month.revenue_cents) == (inside, inside * 7)


def test_figures_of_a_week_stand_beside_the_week_before():
    now = Figures(
        booked=4,
        web_booked=3,
        repeat_booked=1,
        drafts_begun=10,
        captured_cents=4_600_00,
        refunded_cents=600_00,
        payments_made=4,
        payments_declined=1,
    )
    before = Figures(booked=5, web_booked=5, drafts_begun=10, captured_cents=2_000_00)
    week, _month = tiles(days_of((0, now), (7, before)))
    assert week == {
        "Bookings": ("4", "down 20.0 % from 5"),
        "Revenue": ("$4,000.00", "up 100.0 % from $2,000.00"),
        "Average": ("$1,000.00", "up 150.0 % from $400.00"),
        "Conversion": ("30.0 %", "down 40.0 % from 50.0 %"),
        "Repeat customers": ("25.0 %", "before 0.0 %"),
        "Payment success": ("80.0 %", "nothing to compare with"),
    }


def test_who_may_not_see_money_sees_none():
    sold = days_of((0, Figures(booked=1, captured_cents=99_00)))
    assert [list(strip) for strip in tiles(sold, with_money=False)] == [
        ["Bookings", "Conversion", "Repeat customers"]
    ] * 2
    assert [str(plot.label) for plot in plots(sold, SUNDAY, with_money=False)] == [
        "Bookings by day"
    ]


def test_house_that_has_sold_nothing_is_told_calmly():
    week, _month = tiles({})
    assert week == {
        "Bookings": ("0", "before 0"),
        "Revenue": ("$0.00", "before $0.00"),
        "Average": ("–", "nothing to compare with"),
        "Conversion": ("–", "nothing to compare with"),
        "Repeat customers": ("–", "nothing to compare with"),
        "Payment success": ("–", "nothing to compare with"),
    }


def test_more_back_than_came_is_told_in_words():
    assert (money_words(-50_00), money_words(1_194_25)) == ("refunded $50.00", "$1,194.25")
    assert change_words(5, 5, count_words) == "as before"


def test_share_is_of_something_and_never_more_than_all():
    assert (share(1, 0), share(3, 2), share(1, 4)) == (None, 100.0, 25.0)
    assert (change(1, 0), change(None, 5), change(3, 2)) == (None, None, 50.0)


def test_weeks_of_the_table_are_those_of_the_charts():
    sold = days_of(
        (6, Figures(booked=2, captured_cents=10_00, refunded_cents=3_00)),
        (7, Figures(booked=5)),
        (28, Figures(booked=9, captured_cents=4_00)),
    )
    rows = weeks(sold, SUNDAY)
    assert [(row.span, row.booked, row.booked_before) for row in rows] == [
        ("Nov 16 – Nov 22", "2", "9"),
        ("Nov 9 – Nov 15", "5", "0"),
        ("Nov 2 – Nov 8", "0", "0"),
        ("Oct 26 – Nov 1", "0", "0"),
    ]
    first = rows[0]
    assert (first.captured, first.refunded, first.revenue, first.revenue_before) == (
        "$10.00",
        "$3.00",
        "$7.00",
        "$4.00",
    )


def test_chart_says_in_words_what_it_shows():
    sold = days_of((1, Figures(booked=7)), (2, Figures(booked=3)), (30, Figures(booked=4)))
    (plot,) = plots(sold, SUNDAY, with_money=False)
    assert plot.summary == ("10 from Oct 26 – Nov 22, 4 four weeks earlier. Most on Nov 21: 7.")
    assert (plot.top, plot.chart.bars.count("M"), plot.chart.before.count("M")) == ("8", 2, 28)


def test_chart_has_a_bar_as_high_as_its_share():
    chart = draw([5, 10, -4], [0, 10, 0])
    assert chart.top == 10
    assert [f"v-{share * HEIGHT:.1f}" in chart.bars for share in (0.5, 1.0)] == [True, True]
    assert chart.bars.count("M") == 2


@given(st.integers(1, 10**12))
def test_top_of_a_chart_is_round_and_near(most):
    top = nice_top(most)
    assert most <= top <= 2 * most
    assert str(top).rstrip("0") in {"1", "2", "3", "4", "5", "6", "8"}
