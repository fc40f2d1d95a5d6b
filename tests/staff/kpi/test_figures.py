"""What a day came to, by New York's clock, and that nothing is counted twice or lost."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking.lifecycle import Status
from booking.models import Booking, BookingEvent, StepReached
from payments.models import Payment, PaymentAttempt, Refund
from staff.kpi.figures import NOTHING, Figures, figures_by_day, first_day
from staff.kpi.services import count_all
from staff.models import KpiDay
from tests.factories import (
    make_decline,
    make_draft_begun,
    make_event,
    make_payment,
    make_refund,
    make_sale,
)

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 17, tzinfo=UTC)
HOUR = timedelta(hours=1)


def of_day(day: date = DAY) -> Figures:
    return figures_by_day(day, day).get(day, NOTHING)


def test_day_without_anything_is_not_there():
    assert figures_by_day(DAY, DAY + timedelta(days=3)) == {}


def test_sale_counts_as_a_booking_and_as_revenue():
    make_sale(NOON, cents=995_00)
    assert of_day() == Figures(booked=1, web_booked=1, captured_cents=995_00, payments_made=1)


def test_refund_belongs_to_the_day_it_went_back():
    booking = make_sale(NOON, cents=995_00)
    make_refund(booking.payments.get(), 300_00, succeeded_at=NOON + timedelta(days=2))
    later = of_day(DAY + timedelta(days=2))
    assert (of_day().revenue_cents, later) == (995_00, Figures(refunded_cents=300_00))
    assert later.revenue_cents == -300_00


def test_refund_that_has_not_arrived_counts_nothing():
    booking = make_sale(NOON)
    make_refund(booking.payments.get(), 300_00, status=Refund.Status.PENDING, succeeded_at=None)
    assert of_day().refunded_cents == 0


def test_money_that_does_not_match_is_no_revenue():
    booking = make_sale(NOON, cents=995_00)
    make_payment(booking, at=NOON, cents=5_00, status=Payment.Status.MISMATCH)
    assert of_day().captured_cents == 995_00


def test_free_booking_is_a_booking_and_no_payment():
    booking = make_sale(NOON)
    booking.payments.update(method=Payment.Method.FREE, amount_cents=0, captured_cents=0)
    assert of_day() == Figures(booked=1, web_booked=1)


def test_booking_started_unpaid_counts_when_it_starts():
    booking = make_sale(NOON - timedelta(days=9))
    BookingEvent.objects.all().delete()
    make_event(booking, Status.IN_PROGRESS, NOON)
    make_event(booking, Status.COMPLETED, NOON + HOUR, before=Status.IN_PROGRESS)
    assert of_day() == Figures(booked=1, web_booked=1)


def test_start_of_a_paid_booking_is_no_second_booking():
    booking = make_sale(NOON)
    make_event(booking, Status.IN_PROGRESS, NOON + HOUR, before=Status.PAID)
    assert of_day().booked == 1


def test_cancellation_counts_only_after_the_booking_counted():
    paid, pending = make_sale(NOON), make_sale(NOON)
    BookingEvent.objects.filter(booking=pending).delete()
    make_event(paid, Status.CANCELLED, NOON + HOUR, before=Status.PAID)
    make_event(pending, Status.CANCELLED, NOON + HOUR)
    assert (of_day().booked, of_day().cancelled) == (1, 1)


def test_booking_of_staff_is_none_of_the_wizard():
    make_sale(NOON, source="staff")
    assert (of_day().booked, of_day().web_booked) == (1, 0)


def test_repeat_is_who_had_booked_before():
    for days, email in ((3, "ann@example.com"), (0, "ann@example.com"), (0, "bob@example.com")):
        make_sale(NOON - timedelta(days=days), email_key=email)
    assert (of_day(DAY - timedelta(days=3)).repeat_booked, of_day().repeat_booked) == (0, 1)


def test_booking_that_never_counted_makes_nobody_a_repeat_customer():
    first = make_sale(NOON - HOUR, email_key="ann@example.com")
    BookingEvent.objects.filter(booking=first).delete()
    make_event(first, Status.CANCELLED, NOON - HOUR)
    make_sale(NOON, email_key="ann@example.com")
    assert of_day().repeat_booked == 0


def test_deleted_booking_is_left_out_of_every_sum():
    booking = make_sale(NOON, deleted_at=NOON)
    make_refund(booking.payments.get(), 1_00, succeeded_at=NOON)
    assert figures_by_day(DAY, DAY) == {}


def test_drafts_and_declined_cards_are_counted():
    booking = make_sale(NOON)
    for _time in range(3):
        make_draft_begun(NOON)
        make_decline(booking, NOON)
    StepReached.objects.create(
        draft_key=StepReached.objects.all()[0].draft_key, step="what", at=NOON
    )
    assert (of_day().drafts_begun, of_day().payments_declined) == (3, 3)


# New York is four or five hours behind UTC; clocks changed on March 8 and November 1, 2026.
@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-11-20T04:59:59", "2026-11-19"),
        ("2026-11-20T05:00:00", "2026-11-20"),
        ("2026-11-21T04:59:59", "2026-11-20"),
        ("2026-07-01T03:59:59", "2026-06-30"),
        ("2026-07-01T04:00:00", "2026-07-01"),
        ("2026-03-08T04:59:59", "2026-03-07"),
        ("2026-03-09T03:59:59", "2026-03-08"),  # the day has 23 hours
        ("2026-11-01T04:00:00", "2026-11-01"),
        ("2026-11-02T04:59:59", "2026-11-01"),  # and this one 25
    ],
)
def test_instant_belongs_to_the_new_york_day_it_is_in(moment, day):
    make_sale(datetime.fromisoformat(moment).replace(tzinfo=UTC))
    expected = date.fromisoformat(day)
    span = figures_by_day(expected - timedelta(days=2), expected + timedelta(days=2))
    assert {one: figures.booked for one, figures in span.items()} == {expected: 1}
    assert of_day(expected).captured_cents == 995_00


def test_first_day_is_that_of_the_first_draft_or_booking():
    assert first_day() is None
    make_draft_begun(datetime(2026, 11, 3, 4, tzinfo=UTC))
    assert first_day() == date(2026, 11, 2)


MOMENTS = st.integers(0, 40 * 24 * 60).map(lambda n: NOON - timedelta(minutes=n))
SALES = st.lists(
    st.builds(
        SimpleNamespace,
        at=MOMENTS,
        cents=st.integers(1, 500_000),
        person=st.sampled_from("abcd"),
        back=st.integers(0, 3),
        cancelled=st.booleans(),
        declined=st.integers(0, 2),
        drafts=st.integers(0, 3),
    ),
    max_size=8,
)


def forget_everything() -> None:
    """Each example begins anew, within the test's one transaction."""
    for model in (PaymentAttempt, Refund, Payment, StepReached, KpiDay):
        model.objects.all().delete()
    Booking.all_objects.all().delete()


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(sales=SALES)
def test_days_add_up_to_what_the_rows_come_to(db, sales):
    forget_everything()
    for one in sales:
        booking = make_sale(one.at, cents=one.cents, email_key=f"{one.person}@example.com")
        for n in range(one.back):
            make_refund(booking.payments.get(), 1 + n, succeeded_at=one.at + n * HOUR)
        for _n in range(one.declined):
            make_decline(booking, one.at - HOUR)
        for _n in range(one.drafts):
            make_draft_begun(one.at - HOUR)
        if one.cancelled:
            make_event(booking, Status.CANCELLED, one.at + HOUR, before=Status.PAID)
            Booking.objects.filter(pk=booking.pk).update(
                status=Status.CANCELLED, cancel_reason="staff"
            )
        Booking.objects.filter(pk=booking.pk).update(created_at=one.at - timedelta(days=1))
    count_all(NOON + timedelta(days=2))
    names = list(Figures.__dataclass_fields__)
    sums = KpiDay.objects.aggregate(**{name: Sum(name, default=0) for name in names})
    kept = Booking.objects.exclude(status=Status.CANCELLED)
    assert sums["booked"] - sums["cancelled"] == kept.count()
    assert sums["captured_cents"] == sum(one.cents for one in sales)
    assert sums["refunded_cents"] == sum(sum(range(1, one.back + 1)) for one in sales)
    assert sums["payments_declined"] == sum(one.declined for one in sales)
    assert sums["drafts_begun"] == sum(one.drafts for one in sales)
    assert (sums["booked"], sums["payments_made"]) == (len(sales), len(sales))
    firsts = {(one.person, min(o.at for o in sales if o.person == one.person)) for one in sales}
    at_first = sum((one.person, one.at) in firsts for one in sales)
    assert sums["repeat_booked"] == len(sales) - at_first
