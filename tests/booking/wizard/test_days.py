"""The calendar: every day's whole price for this request, its room, and why it costs more."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from booking.models import Day as DayRow
from booking.models import SurchargeRule
from booking.wizard.day_words import Day, spans
from tests.booking.wizard.conftest import NOW, Clock
from tests.booking.wizard.visitor import Visitor
from tests.factories import make_booking

PETITE = {"items": "10", "choice": "mini_move:petite", "suggested": "mini_move:petite"}
STANDARD = {"items": "24", "choice": "mini_move:standard", "suggested": "mini_move:standard"}
DELIVERY = {"items": "3", "choice": "standard_delivery", "suggested": "standard_delivery"}


def day(page: Any, iso: str) -> Day:
    return {cell.iso: cell for week in page.context["month"].weeks for cell in week if cell}[iso]


def test_calendar_holds_today_and_the_next_thirty_days_in_whole_weeks(visitor: Visitor) -> None:
    month = visitor.answer_before("when").see("when").context["month"]
    assert len(month.days) == 31
    assert [len(week) for week in month.weeks] == [7] * 5
    assert month.title == "November 22 to December 22"


def test_weekend_shows_its_whole_price_and_why(visitor: Visitor) -> None:
    page = visitor.answer_before("when", what=STANDARD).see("when")
    saturday = day(page, "2026-12-05")
    assert (saturday.price, saturday.why) == ("$1,983.75", "Weekend 15%")
    assert saturday.spoken == "Saturday, December 5, $1,983.75, Weekend 15%"
    assert day(page, "2026-12-04").price == "$1,725"


def test_price_of_a_day_includes_fees_that_the_request_always_has(visitor: Visitor) -> None:
    outer = {"delivery_zip": "11954"}
    page = visitor.answer_before("when", where=outer, what={**PETITE, "coi": "on"}).see("when")
    assert day(page, "2026-12-05").total_cents == 995_00 + 149_25 + 50_00 + 175_00


def test_today_is_too_soon_for_a_mini_move(visitor: Visitor) -> None:
    page = visitor.answer_before("when").see("when")
    assert (day(page, "2026-11-22").state, day(page, "2026-11-22").word) == ("soon", "Too soon")


def test_today_has_a_fee_for_a_delivery_while_a_time_is_left(visitor: Visitor) -> None:
    page = visitor.answer_before("when", what=DELIVERY).see("when", pickup_date="2026-11-22")
    today = day(page, "2026-11-22")
    assert (today.state, today.why) == ("open", "Weekend 15%, Same day + $360")
    assert [chip.value for chip in page.context["times"] if not chip.too_soon] == ["12:00"]


def test_days_beyond_the_horizon_say_when_they_open_and_what_they_add(visitor: Visitor) -> None:
    page = visitor.answer_before("when").see("when")
    cell = day(page, "2026-12-26")
    assert (cell.state, cell.word, cell.detail) == (
        "later",
        "Opens Nov 26",
        "Peak + $175, Weekend 15%",
    )


def test_closed_day_says_why(visitor: Visitor) -> None:
    DayRow.objects.create(date=date(2026, 11, 26), is_closed=True, closed_reason="Thanksgiving")
    page = visitor.answer_before("when").see("when")
    cell = day(page, "2026-11-26")
    assert cell.spoken == "Thursday, November 26, Closed, Thanksgiving"


@pytest.mark.parametrize(("taken", "left"), [(0, ""), (5, "3 left"), (7, "1 left")])
def test_room_is_told_at_three_or_fewer(visitor: Visitor, taken: int, left: str) -> None:
    for _booking in range(taken):
        make_booking(now=NOW, pickup_date=date(2026, 12, 1))
    page = visitor.answer_before("when").see("when")
    assert day(page, "2026-12-01").left == left


def test_day_without_room_is_full(visitor: Visitor) -> None:
    for _booking in range(8):
        make_booking(now=NOW, pickup_date=date(2026, 12, 1))
    page = visitor.answer_before("when").see("when")
    assert (day(page, "2026-12-01").state, day(page, "2026-12-01").word) == ("full", "Full")


def test_why_some_days_cost_more_is_told_below(visitor: Visitor) -> None:
    page = visitor.answer_before("when", what=STANDARD).see("when")
    assert page.context["month"].dearer == (
        "Saturday and Sunday add 15%: $258.75 here. Peak dates, December 23 to 26, add $175."
    )


def test_usual_day_skips_full_days_and_weekends(visitor: Visitor, frozen: Clock) -> None:
    frozen.now = datetime(2026, 11, 27, 15, tzinfo=UTC)  # a Friday
    for _booking in range(8):
        make_booking(now=NOW, pickup_date=date(2026, 11, 30))
    page = visitor.answer_before("when", when={}).see("when")
    assert page.context["chosen"] == "2026-12-01"


def test_cheapest_day_has_no_hint(visitor: Visitor) -> None:
    page = visitor.answer_before("when").see("when", pickup_date="2026-12-04")
    assert "foot" not in page.context


def test_time_of_day_prices_the_calendar_where_a_rule_says_so(visitor: Visitor) -> None:
    SurchargeRule.objects.filter(name="Late pickup").update(is_active=True)
    visitor.answer_before("when")
    visitor.send("when", pickup_time="09:00")
    response = visitor.change("when", "pickup_time", pickup_time="11:30")
    assert day(response, "2026-12-01").total_cents == 995_00 + 50_00
    assert response.content.decode().count('id="calendar" hx-swap-oob="true"') == 1


def test_own_unpaid_booking_takes_no_room_from_itself(visitor: Visitor) -> None:
    visitor.answer_before("review", what={"items": "40", "choice": "mini_move:full"})
    for draft in (visitor.draft.pk, None):
        make_booking(
            now=NOW,
            package="full",
            items=40,
            draft_id=draft,
            pickup_date=date(2026, 12, 1),
            pickup_time=time(9),
        )
    assert day(visitor.see("when"), "2026-12-01").left == "1 left"


def test_spans_of_days_are_told_in_runs() -> None:
    days = [date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 5)]
    assert spans(days) == "December 30 to January 1, January 5"
