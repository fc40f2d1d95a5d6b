"""A period's sums by New York's days, ours beside Stripe's, on screen and on paper."""

import csv
from datetime import date, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from pytest_django import DjangoAssertNumQueries

from payments.models import BalanceMovement, Payment, Refund
from payments.reconciliation.paper import csv_rows, dollars, text_lines
from payments.reconciliation.report import DaySums, Period, Sums, report_on
from payments.services.refund import request_refund
from tests.factories import make_booking, make_catalogue, make_payment
from tests.factories.movements import add_movements
from tests.payments.reconciliation.books import compare, todays_report
from tests.payments.shop import Shop
from totetaxi.lib import clock
from totetaxi.lib.actor import SYSTEM
from totetaxi.lib.clock import at_new_york

PAID, FEE = 99500, 2916
DAY = date(2026, 11, 20)


def returned(shop: Shop, payment: Payment, cents: int) -> None:
    request_refund(
        payment.pk, amount_cents=cents, reason=Refund.Reason.GOODWILL, by=SYSTEM, now=clock.now()
    )
    shop.work()
    shop.deliver()
    shop.work()


def movement(**changes: object) -> BalanceMovement:
    """A matched charge of the day, unless said otherwise."""
    facts: dict[str, object] = {
        "kind": "charge",
        "amount_cents": 10000,
        "fee_cents": 320,
        "at": at_new_york(DAY, datetime.min.time()),
        "standing": "matched",
        "why": "",
    }
    (made,) = add_movements(1, **(facts | changes))
    return made


def report_of(day: date = DAY, days: int = 1):
    return report_on(Period(day, day + timedelta(days=days - 1)), now=clock.now())


# ----------------------------------------------------------------------------------------- sums


def test_report_agrees_after_payment_refund_dispute_and_payout(shop: Shop):
    returned(shop, shop.paid(), 2500)
    disputed = shop.paid()
    (charge,) = shop.stripe.objects("charge", payment_intent=disputed.intent_id)
    shop.stripe.dispute(charge["id"], amount=1000)
    shop.deliver()
    shop.work()
    shop.stripe.settle()
    compare()
    total = todays_report().total
    expected = Sums(
        gross_cents=2 * PAID,
        refunded_cents=2500,
        disputed_cents=1000,
        fee_cents=2 * FEE + 1500,
        payments=2,
        refunds=1,
    )
    assert (total.stripe, total.ours, total.difference_cents) == (expected, expected, 0)
    assert list(todays_report().differences()) == []


@pytest.mark.django_db
def test_day_is_new_yorks():
    movement(at=at_new_york(DAY, datetime.min.time()) - timedelta(seconds=1))
    movement(at=at_new_york(DAY, datetime.min.time()))
    movement(at=at_new_york(DAY + timedelta(days=1), datetime.min.time()))
    days = report_of(DAY - timedelta(days=1), days=3).days
    assert [one.stripe.gross_cents for one in days.values()] == [10000, 10000, 10000]
    assert report_of().total.stripe.gross_cents == 10000


@pytest.mark.django_db
def test_what_is_apart_is_in_no_sum_of_the_trade():
    movement(standing="expected", why="outside", amount_cents=5000, fee_cents=175)
    movement(kind="payout", standing="expected", why="payout", amount_cents=-900, fee_cents=0)
    movement(kind="stripe_fee", standing="expected", why="fee", amount_cents=-200, fee_cents=0)
    fees = Sums(fee_cents=200)
    assert report_of().total == DaySums(
        stripe=fees, ours=fees, payout_cents=900, payouts=1, apart_cents=4825, apart=1
    )


@pytest.mark.django_db
def test_open_movement_is_a_difference_of_what_our_row_does_not_say():
    make_catalogue()
    payment = make_payment(make_booking(), cents=9900, fee_cents=300)
    movement(standing="open", why="wrong_sum", payment=payment)
    movement(standing="open", why="unknown_payment", amount_cents=700, fee_cents=50)
    report = report_of()
    assert report.total.ours == Sums(gross_cents=9900, fee_cents=300)
    assert report.total.difference_cents == (10000 - 320) + (700 - 50) - (9900 - 300)
    found = [
        (one.what, one.number, one.ours_cents, one.stripe_cents) for one in report.differences()
    ]
    assert sorted(found) == [
        ("unknown_payment", None, 0, 700),
        ("wrong_sum", payment.booking.number, 9900, 10000),
    ]


@pytest.mark.django_db
def test_failed_refund_comes_to_nothing_on_both_sides():
    movement(kind="refund", amount_cents=-2500, fee_cents=0)
    movement(kind="refund_failure", amount_cents=2500, fee_cents=0)
    total = report_of().total
    assert (total.stripe.refunded_cents, total.difference_cents) == (0, 0)


@pytest.mark.django_db
def test_payment_of_the_last_hour_waits_and_is_no_difference():
    make_catalogue()
    make_payment(make_booking(), cents=5000)
    report = todays_report()
    assert (report.total.waiting_cents, report.total.difference_cents) == (5000, 0)
    assert list(report.differences()) == []


@pytest.mark.django_db
def test_payment_without_a_movement_is_a_difference_after_an_hour():
    make_catalogue()
    payment = make_payment(make_booking(), cents=5000, at=clock.now() - timedelta(minutes=61))
    report = todays_report()
    assert (report.total.waiting_cents, report.total.difference_cents) == (0, -5000)
    (one,) = report.differences()
    assert (one.what, one.stripe_id, one.ours_cents) == (
        "payment_not_booked",
        payment.intent_id,
        5000,
    )


@pytest.mark.django_db
@pytest.mark.parametrize("many", [1, 400])
def test_report_makes_three_queries(many: int, django_assert_num_queries: DjangoAssertNumQueries):
    add_movements(many, at=at_new_york(DAY, datetime.min.time()))
    with django_assert_num_queries(3):
        report_of(DAY - timedelta(days=30), days=60)


@pytest.mark.django_db
def test_another_currency_is_in_no_sum_and_is_listed_with_its_own():
    movement(stripe_id="txn_1", currency="eur", amount_cents=5000, fee_cents=175)
    paid_out = at_new_york(DAY, datetime.max.time())
    payout = {"kind": "payout", "amount_cents": -900, "fee_cents": 0, "at": paid_out}
    movement(stripe_id="txn_2", currency="eur", **payout)
    movement(stripe_id="txn_3", currency="eur", standing="open", why="wrong_sum")
    report = report_of()
    assert report.total == DaySums()
    assert [row.stripe_id for row in report.apart()] == ["txn_1", "txn_2"]
    text = "\n".join(text_lines(report))
    assert all(words in text for words in ("48.25 EUR", "-9.00 EUR", "Stripe 100.00 EUR"))
    assert ["50.00 EUR", "1.75 EUR"] in [row[3:5] for row in csv_rows(report)]
    assert "$" not in text.partition("Does not agree")[2].replace("ToteTaxi $0.00", "")


# ---------------------------------------------------------------------------------------- paper


def test_dollars_are_numbers():
    assert [dollars(cents) for cents in (0, 5, -5, -1234, 123456)] == [
        "0.00",
        "0.05",
        "-0.05",
        "-12.34",
        "1234.56",
    ]


@pytest.mark.django_db
def test_file_has_the_days_their_sum_and_what_is_apart():
    movement(stripe_id="txn_ours")
    movement(stripe_id="=cmd", standing="expected", why="outside", amount_cents=5000, fee_cents=175)
    rows = list(csv_rows(report_of()))
    sums = ["100.00", "0.00", "0.00", "-3.20", "96.80"]
    assert rows[1] == ["2026-11-20", *sums, *sums, "0.00", "0.00", "0.00", "48.25"]
    assert rows[2] == ["Sum", *rows[1][1:]]
    assert rows[-1] == [
        "2026-11-20 00:00",
        "charge",
        "'=cmd",
        "50.00",
        "1.75",
        "Made outside",
    ]


@pytest.mark.django_db
def test_page_for_eyes_leaves_out_empty_days():
    movement()
    lines = list(text_lines(report_of(DAY - timedelta(days=3), days=7)))
    assert [line.split()[0] for line in lines if line][1:4] == ["Day", "2026-11-20", "Sum"]
    assert lines[-3:] == [
        "Does not agree: nothing",
        "Explained, in the sums: nothing",
        "Listed apart, in no sum: nothing",
    ]


# -------------------------------------------------------------------------------------- command


def run(*options: str) -> tuple[int, str]:
    """Exit status and what was printed."""
    out = StringIO()
    try:
        call_command("reconcile", *options, stdout=out)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue()
    except CommandError as error:
        return error.returncode, str(error)
    return 0, out.getvalue()


def test_command_heals_reports_and_ends_with_0(shop: Shop, tmp_path):
    payment = shop.press_pay().payment
    shop.stripe.webhooks(drop=True)
    shop.pay(payment)
    shop.stripe.settle()
    file = tmp_path / "report.csv"
    status, text = run("--csv", str(file))
    payment.refresh_from_db()
    assert (status, payment.status) == (0, "succeeded")
    assert "Does not agree: nothing" in text
    rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
    assert next(row for row in rows if row[:1] == ["Sum"])[1:6] == [
        "995.00",
        "0.00",
        "0.00",
        "-29.16",
        "965.84",
    ]


def test_command_ends_with_1_where_something_differs(shop: Shop):
    payment = shop.press_pay().payment
    shop.pay(payment)
    shop.stripe.settle()
    Payment.objects.all().delete()
    status, text = run()
    assert (status, "Has our mark, and is no payment of ours" in text) == (1, True)


def test_command_is_clean_with_others_payments(shop: Shop):
    shop.stripe.charge_by_hand(40000)
    shop.stripe.settle()
    status, text = run()
    assert (status, "$388.10  Made outside" in text) == (0, True)


def test_command_ends_with_2_where_stripe_does_not_answer(shop: Shop):
    shop.stripe.faults.add("error_before", path="/v1/charges", times=4)
    assert run()[0] == 2


def test_command_that_broke_off_says_nothing_of_the_books(shop: Shop, tmp_path):
    status, text = run("--csv", str(tmp_path / "nowhere" / "report.csv"))
    assert (status, "broke off" in text, "FileNotFoundError" in text) == (3, True, True)


@pytest.mark.django_db
def test_command_refuses_days_that_are_none():
    assert run("--from", "2026-12-02", "--to", "2026-12-01")[0] == 2
    with pytest.raises(CommandError, match="2026-13-01 is no day"):
        call_command("reconcile", "--from", "2026-13-01")


@time_machine.travel("2026-12-05T04:30:00Z")  # December 4 in New York
def test_command_takes_the_last_seven_days_of_new_york(shop: Shop):
    assert run()[1].splitlines()[0] == "Money from 2026-11-28 to 2026-12-04, New York days"
