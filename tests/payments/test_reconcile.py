"""Nothing depends on a webhook: what was missed is healed from Stripe's list."""

from datetime import time, timedelta

import pytest
import time_machine

from booking.models import Alert, Booking
from payments import gateway, tasks
from payments.models import Payment
from payments.reconciliation import open_payments
from tests.payments.shop import DECLINED, Shop, alerts, mails
from totetaxi.lib import clock


def test_lost_webhooks_are_healed(shop: Shop):
    payment = shop.press_pay().payment
    shop.stripe.webhooks(drop=True)
    shop.pay(payment, DECLINED)
    shop.pay(payment)
    shop.reconcile()
    booking = Booking.objects.get()
    assert (booking.status, mails(booking)) == ("paid", ["confirmed"])


def test_session_that_ended_unseen_is_written_down(shop: Shop):
    payment = shop.press_pay().payment
    with shop.later(minutes=36):
        shop.reconcile()
    payment.refresh_from_db()
    assert payment.status == "expired"


def test_session_whose_answer_was_lost_is_kept(shop: Shop):
    payment = shop.press_pay().payment
    Payment.objects.update(session_id=None, session_url="")
    shop.reconcile()
    kept = Payment.objects.get()
    assert (kept.session_id, kept.session_url != "") == (payment.session_id, True)


def test_forgotten_page_of_a_given_up_payment_is_closed(shop: Shop):
    payment = shop.press_pay().payment
    Payment.objects.update(status="cancelled", session_id=None)
    shop.reconcile()
    assert gateway.get_session(payment.session_id).status == "expired"
    given_up = Payment.objects.get()
    assert (given_up.status, given_up.session_to_expire) == ("cancelled", False)


def test_one_call_looks_at_many_payments(shop: Shop):
    for _ in range(3):
        shop.press_pay()
    before = len(shop.stripe.requests())
    shop.reconcile()
    asked = [call["path"] for call in shop.stripe.requests()[before:]]
    assert asked == ["/v1/checkout/sessions"]


def test_more_sessions_than_a_page_are_all_seen(shop: Shop):
    payment = shop.press_pay().payment
    shop.pay(payment)
    now = int(clock.now().timestamp())
    shop.stripe.seed([{"created": now + number, "amount": 5000} for number in range(101)])
    shop.reconcile()
    assert Booking.objects.get().status == "paid"


def test_stripe_that_does_not_answer_is_told_once_until_it_does(shop: Shop):
    shop.stripe.faults.add("error_before", path="/v1/checkout/sessions", times=4)
    for _ in range(2):
        shop.reconcile()
    assert alerts() == ["provider_down"]
    assert Alert.objects.get().times == 2
    shop.reconcile()
    assert alerts() == []


@pytest.mark.parametrize(
    ("minutes", "told"), [(3, []), (5, ["provider_down"]), (-6, ["provider_down"])]
)
def test_wrong_clock_is_told(shop: Shop, minutes: int, told: list[str]):
    """The webhooks' signatures carry Stripe's time (FAULTS #19)."""
    now = clock.now()
    open_payments._check_clock(now + timedelta(minutes=minutes), now)
    assert alerts() == told
    open_payments._check_clock(clock.now(), now)
    assert alerts() == []


def test_stripes_own_time_is_read_from_its_answer(shop: Shop):
    answered = gateway.list_sessions(clock.now() - timedelta(hours=1)).answered_at
    assert abs(answered - clock.now()) < timedelta(seconds=5)


def test_jobs_are_scheduled_and_resolve():
    from totetaxi.lib.queue.jobs import all_schedules
    from totetaxi.lib.queue.kinds import resolve

    ours = {one.name: one for one in all_schedules() if one.name.startswith("payments.")}
    assert {name: one.every_minutes or one.nightly_at for name, one in ours.items()} == {
        "payments.expire_holds": 1,
        "payments.reconcile_open": 5,
        "payments.watch_events": 5,
        "payments.reconcile_recent": 15,
        "payments.reconcile_night": time(3, 20),
    }
    assert [resolve(one.func) for one in ours.values()] == [
        getattr(tasks, name.removeprefix("payments.")) for name in ours
    ]


def test_job_that_gave_up_is_told():
    from totetaxi.lib.queue.jobs import all_schedules
    from totetaxi.lib.queue.kinds import resolve

    ours = [one for one in all_schedules() if one.name.startswith("payments.")]
    assert {resolve(one.on_parked) for one in ours} == {tasks.job_parked}


def test_parked_job_alerts(shop: Shop):
    tasks.job_parked("payments.expire_holds", "broken")
    assert alerts() == ["work_parked"]


def test_one_bad_session_does_not_stop_the_next(shop: Shop, monkeypatch):
    for _order in range(2):
        shop.pay(shop.press_pay().payment)
    heal, failed = open_payments._heal, []

    def heal_second_only(*facts):
        if not failed:
            failed.append(facts)
            raise ValueError("bad session")
        heal(*facts)

    monkeypatch.setattr(open_payments, "_heal", heal_second_only)
    with pytest.raises(ValueError, match="bad session"):
        open_payments.reconcile_open(clock.now())
    assert sorted(Booking.objects.values_list("status", flat=True)) == ["paid", "pending"]


@time_machine.travel("2026-11-22 15:00:00+00:00")
def test_day_old_sessions_are_left_alone(shop: Shop):
    payment = shop.press_pay().payment
    shop.stripe.webhooks(drop=True)
    shop.pay(payment)
    with shop.later(hours=26):
        open_payments.reconcile_open(clock.now())
        assert Booking.objects.get().status == "pending"
        shop.expire_holds()  # which asks about this very payment
    assert Booking.objects.get().status == "paid"
