"""A comparison that failed is no comparison: it is tried again, and somebody is told."""

from datetime import timedelta

import pytest

from booking.models import Alert
from payments import tasks
from payments.models import BalanceMovement, Refund
from tests.payments.reconciliation.test_compare import refunded
from tests.payments.shop import Shop, alerts
from totetaxi.lib import clock, queue
from totetaxi.models import JobRun

RECENT = "payments.reconcile_recent"
BOOKS = "/v1/balance_transactions"


def run_recent() -> str:
    """Have a worker compare the last days; how the run stands then."""
    assert queue.run_soon(RECENT, clock.now())
    queue.run_pending()
    return JobRun.objects.order_by("-slot").values_list("work_state", flat=True)[0]


@pytest.mark.parametrize("fault", ["rate_limit", "error_before", "drop_before"])
def test_run_that_stripe_did_not_answer_is_no_success_and_is_told(shop: Shop, fault: str):
    shop.paid()
    shop.stripe.settle()
    shop.stripe.faults.add(fault, path=BOOKS, times=4)
    assert run_recent() == "due"
    told = Alert.objects.get()
    assert (told.kind, told.about) == ("provider_down", "stripe-books")
    assert queue.last_run(RECENT) is None


def test_next_run_that_succeeds_closes_its_alert(shop: Shop):
    shop.paid()
    shop.stripe.settle()
    shop.stripe.faults.add("error_before", path=BOOKS, times=2)
    run_recent()
    tasks.reconcile_open(clock.now())  # which Stripe answers: its books are another thing
    assert alerts() == ["provider_down"]
    with shop.later(minutes=7):
        shop.work()
    assert (alerts(), BalanceMovement.objects.count()) == ([], 1)
    assert queue.last_run(RECENT) is not None


def test_failure_amid_a_page_is_told_too(shop: Shop):
    for _charge in range(2):
        shop.stripe.charge_by_hand(40000)
    shop.stripe.settle()
    shop.stripe.faults.add("error_before", path="/v1/charges/*", times=2)
    assert (run_recent(), alerts()) == ("due", ["provider_down"])


def test_night_that_failed_is_tried_again(shop: Shop):
    shop.stripe.faults.add("error_before", path="/v1/charges", times=4)
    with pytest.raises(queue.TryLaterError) as raised:
        tasks.reconcile_night(clock.now())
    assert timedelta(minutes=2) < timedelta(seconds=raised.value.seconds) < timedelta(minutes=10)
    assert alerts() == ["provider_down"]


def test_open_payments_that_could_not_be_asked_about_are_told(shop: Shop):
    """Stripe lists its sessions, and says nothing more."""
    refunded(shop)
    long_ago = clock.now() - timedelta(hours=1)
    Refund.objects.update(status="pending", succeeded_at=None, updated_at=long_ago)
    shop.stripe.faults.add("error_before", path="/v1/refunds/*", times=2)
    shop.reconcile()
    assert alerts() == ["provider_down"]
    shop.reconcile()
    assert alerts() == []


def test_alert_of_a_job_that_gave_up_closes_when_it_runs_again(shop: Shop):
    tasks.job_parked(RECENT, "broken")
    tasks.job_parked("payments.reconcile_night", "broken")
    run_recent()
    assert [one.about for one in Alert.objects.filter(closed_at=None)] == [
        "job:payments.reconcile_night"
    ]
