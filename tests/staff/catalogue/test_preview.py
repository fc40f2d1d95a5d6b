"""The preview reads the bookings of ninety days that were kept, and says what it left out."""

from datetime import datetime, timedelta

import pytest

from booking.catalogue.snapshot import get_price_book
from booking.models import Booking, SurchargeRule
from staff.catalogue import preview as module
from staff.catalogue.preview import DAYS, preview
from tests.factories import add_sold_bookings, make_catalogue, make_payment, make_refund
from totetaxi.lib.clock import NEW_YORK

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 10, tzinfo=NEW_YORK)
TODAY = NOW.date()


@pytest.fixture
def weekend(db) -> SurchargeRule:
    """The weekend rule as it would be with five percent more, not saved."""
    make_catalogue()
    rule = SurchargeRule.objects.get(name="Weekend")
    rule.percent += 5
    return rule


def sell(count: int = 1) -> list[Booking]:
    return add_sold_bookings(count, get_price_book(), TODAY)


def test_figures_are_those_of_the_bookings(weekend):
    bookings = sell(60)
    seen = preview([weekend], NOW)
    saturdays = [row for row in bookings if row.pickup_date.weekday() >= 5]
    five = sum((row.subtotal_cents * 5 + 50) // 100 for row in saturdays)
    assert (
        seen.figures.total.bookings,
        seen.figures.total.touched,
        seen.figures.total_cents,
        seen.figures.other_rules,
    ) == (60, len(saturdays), sum(row.total_cents for row in bookings), 0)
    assert abs(seen.figures.total.difference_cents - five) <= len(saturdays)
    assert (seen.first_date, seen.last_date, seen.left_out) == (
        TODAY - timedelta(days=DAYS - 1),
        TODAY,
        0,
    )


def test_only_bookings_that_were_kept_and_whose_pickup_was_in_these_days_count(weekend):
    first = TODAY - timedelta(days=DAYS - 1)
    changes = {
        "paid": {"status": "paid"},
        "first day": {"pickup_date": first},
        "too early": {"pickup_date": first - timedelta(days=1)},
        "tomorrow": {"pickup_date": TODAY + timedelta(days=1)},
        "pending": {"status": "pending"},
        "cancelled": {"status": "cancelled", "cancel_reason": "customer"},
        "deleted": {"deleted_at": NOW},
    }
    for row, change in zip(sell(len(changes)), changes.values(), strict=True):
        Booking.all_objects.filter(pk=row.pk).update(**change)
    assert preview([weekend], NOW).figures.total.bookings == 2


def test_what_cannot_be_read_or_priced_any_more_is_counted(weekend):
    _good, unreadable, unknown, empty = sell(4)
    for row, raw in ((unreadable, {"items": "x"}), (unknown, {"wheels": 2}), (empty, {})):
        Booking.objects.filter(pk=row.pk).update(request=raw)
    figures = preview([weekend], NOW).figures
    assert (figures.unpriced, figures.total.bookings) == (3, 1)


def test_a_booking_is_priced_as_of_when_its_day_was_chosen(weekend):
    """A day that was chosen on the day itself costs the same-day fee (PRICING.md)."""
    row = sell(4)[2]
    Booking.objects.exclude(pk=row.pk).delete()
    asked = row.pickup_at - timedelta(hours=3)
    Booking.objects.filter(pk=row.pk).update(
        request=row.request | {"as_of": asked.isoformat()},
        total_cents=row.total_cents + 360_00,
    )
    figures = preview([weekend], NOW).figures
    assert (row.service, figures.total.bookings, figures.other_rules) == (
        "specialty_item",
        1,
        0,
    )


def test_the_shown_ones_say_what_was_paid_and_kept(weekend):
    touched = [row for row in sell(40) if row.pickup_date.weekday() >= 5]
    dearest = max(touched, key=lambda row: (row.subtotal_cents, row.number))
    payment = make_payment(dearest)
    make_payment(dearest, cents=10_00, status="expired")
    make_refund(payment, 25_00)
    shown = preview([weekend], NOW).shown
    assert (shown[0].touched.sold.number, shown[0].paid_cents) == (
        dearest.number,
        dearest.total_cents - 25_00,
    )
    assert {row.paid_cents for row in shown[1:]} == {0}


def test_bars_are_the_weeks_of_the_ninety_days(weekend):
    sell(60)
    seen = preview([weekend], NOW)
    assert [bar.first_date.weekday() for bar in seen.bars] == [0] * 13
    assert (seen.bars[0].first_date, seen.bars[-1].first_date) == (
        TODAY - timedelta(days=90),
        TODAY - timedelta(days=6),
    )
    assert sum(bar.touched for bar in seen.bars) == seen.figures.total.touched
    assert max(bar.height for bar in seen.bars) == module.BAR_HEIGHT


def test_too_many_are_said_to_be_left_out(weekend, monkeypatch):
    sell(12)
    monkeypatch.setattr(module, "MOST", 10)
    seen = preview([weekend], NOW)
    assert (seen.left_out, seen.figures.total.bookings) == (2, 10)


def test_a_house_without_bookings_has_a_preview(weekend):
    seen = preview([weekend], NOW)
    assert (seen.figures.total.bookings, seen.shown, seen.services) == (0, [], [])
    assert {bar.height for bar in seen.bars} == {0}


def test_it_costs_the_same_for_one_and_for_many(weekend, django_assert_num_queries):
    sell(1)
    with django_assert_num_queries(5):
        assert preview([weekend], NOW).figures.total.bookings == 1
    sell(4_999)
    with django_assert_num_queries(5):
        assert preview([weekend], NOW).figures.total.bookings == 5_000


def test_the_page_shows_it(client, tom, look, weekend):
    sell(40)
    url = f"/staff/catalogue/surcharge-rules/{weekend.pk}/change/"
    page = look(url, name="Weekend", kind="weekend", percent="20", is_active="on")
    text = page.content.decode()
    figures = page.context["sheet"].preview.figures
    assert figures.total.touched > 0
    assert f"<b>{figures.total.touched}</b> of 40" in text
    assert figures.largest[0].sold.code in text
