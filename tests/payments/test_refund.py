"""Refunds: never more than came, made once, followed to their end."""

import pytest

from booking.models import Alert
from payments.models import Payment, PaymentAudit, Refund
from payments.money import money_state
from payments.results import RefundAnswer
from payments.services.follow_refund import follow_refund
from payments.services.refund import RefundTooLargeError, request_refund
from staff.permissions import Role
from tests.factories import make_colleague
from tests.payments.shop import Shop, alerts, mails, refunds
from totetaxi.lib import clock
from totetaxi.lib.actor import SYSTEM, Actor, ActorKind, actor_of
from totetaxi.lib.work import WorkState

CREATE = {"method": "POST", "path": "/v1/refunds"}


def ask(payment: Payment, cents: int, by: Actor = SYSTEM) -> Refund:
    return request_refund(
        payment.pk, amount_cents=cents, reason=Refund.Reason.GOODWILL, by=by, now=clock.now()
    )


def acts() -> list[tuple[str, int, str]]:
    """What is written down of refunds: act, cents, by what kind of actor."""
    rows = PaymentAudit.objects.exclude(refund_key=None)
    return list(rows.values_list("act", "amount_cents", "actor_kind"))


def test_refund_of_the_system_is_made_from_the_queue_with_its_stored_key(shop: Shop):
    payment = shop.paid()
    refund = ask(payment, 5000)
    assert (refund.status, refund.work_state) == ("approved", WorkState.DUE)
    assert money_state(payment.booking).under_way_cents == 5000
    shop.work()
    refund.refresh_from_db()
    assert (refund.status, refund.stripe_id[:3], refund.work_state) == ("succeeded", "re_", "done")
    assert refund.succeeded_at is not None
    (call,) = shop.stripe.requests(match=CREATE)
    assert call["idempotency_key"] == refund.idempotency_key
    assert call["params"]["metadata"] == {"refund_id": str(refund.pk)}
    state = money_state(payment.booking)
    assert (state.refunded_cents, state.due_cents, state.under_way_cents) == (5000, 5000, 0)
    assert acts() == [
        ("refund_requested", 5000, "system"),
        ("refund_approved", 5000, "system"),
        ("refunded", 5000, "system"),
    ]


def test_refund_of_a_person_waits_for_approval(shop: Shop):
    payment = shop.paid()
    refund = ask(payment, 5000, by=Actor(ActorKind.STAFF))
    shop.work()
    refund.refresh_from_db()
    assert (refund.status, refund.work_state) == ("requested", WorkState.HELD)
    assert shop.stripe.requests(match=CREATE) == []
    assert alerts() == ["refund_requested"]
    assert acts() == [("refund_requested", 5000, "staff")]


@pytest.mark.parametrize("cents", [0, -1, 99501])
def test_refund_of_nothing_or_too_much_is_refused(shop: Shop, cents: int):
    payment = shop.paid()
    with pytest.raises(RefundTooLargeError):
        ask(payment, cents)
    assert refunds() == []


def test_requests_count_together_and_those_that_were_given_up_do_not(shop: Shop):
    payment = shop.paid()
    first = ask(payment, 60000)
    with pytest.raises(RefundTooLargeError) as refused:
        ask(payment, 60000)
    assert refused.value.left_cents == 39500
    assert refused.value.sentence == "Only $395.00 of this payment can still be refunded."
    Refund.objects.filter(pk=first.pk).update(status="failed", closed_at=clock.now())
    assert ask(payment, 60000).status == "approved"


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "error_before", "malformed"])
def test_refund_whose_answer_is_lost_is_made_once(shop: Shop, kind: str):
    payment = shop.paid()
    refund = ask(payment, 5000)
    shop.stripe.faults.add(kind, **CREATE, times=2)
    shop.work()
    shop.stripe.faults.clear()
    with shop.later(minutes=2):
        shop.work()
    refund.refresh_from_db()
    assert refund.status == "succeeded"
    assert len(shop.stripe.events("refund.created")) == 1


def test_refund_whose_failure_stripe_keeps_is_found_in_its_list(shop: Shop):
    payment = shop.paid()
    refund = ask(payment, 5000)
    shop.stripe.faults.add("error_after", **CREATE)
    shop.work()
    refund.refresh_from_db()
    assert refund.status == "succeeded"
    assert len(shop.stripe.events("refund.created")) == 1


def test_refund_that_stripe_refuses_fails_and_is_told(shop: Shop):
    payment = shop.paid()
    first = ask(payment, 99500)
    shop.work()
    Refund.objects.filter(pk=first.pk).update(
        status="failed", stripe_id=None, closed_at=clock.now()
    )  # we lost it
    second = ask(payment, 1000)
    shop.work()
    second.refresh_from_db()
    assert (second.status, second.failure_reason) == ("failed", "charge_already_refunded")
    assert alerts() == ["refund_failed"]
    assert Alert.objects.get().booking == payment.booking


def test_refund_that_fails_days_later_goes_back_to_the_ledger(shop: Shop):
    """It looked good, then the bank sent it back (FAULTS #16)."""
    payment = shop.paid()
    refund = ask(payment, 5000)
    shop.work()
    _fail_at_stripe(shop, Refund.objects.get().stripe_id)
    shop.deliver()
    shop.work()
    refund.refresh_from_db()
    assert (refund.status, refund.failure_reason) == ("failed", "expired_or_canceled_card")
    assert money_state(payment.booking).due_cents == 0
    assert alerts() == ["refund_failed"]
    assert [act for act, *_rest in acts()][2:] == ["refunded", "refund_failed"]
    shop.stripe.webhooks(shuffle_seed=3)
    for event in shop.stripe.events():
        shop.stripe.redeliver(event["id"])
    shop.deliver()
    shop.work()
    refund.refresh_from_db()
    assert (refund.status, Alert.objects.get().times) == ("failed", 1)
    assert mails(payment.booking) == ["confirmed", "refund_made"]  # told once


def _fail_at_stripe(shop: Shop, stripe_id: str) -> None:
    from totetaxi.sandbox.stripe.webhooks.events import emit

    world = shop.stripe.world
    with world.store.transaction():
        body = world.store.get("refund", stripe_id)
        body |= {"status": "failed", "failure_reason": "expired_or_canceled_card"}
        world.store.save(body)
        emit(world, "refund.failed", body, {"status": "succeeded"})


def test_pending_refund_is_asked_about_until_it_ends(shop: Shop):
    payment = shop.paid()
    refund = ask(payment, 5000)
    shop.work()
    Refund.objects.filter(pk=refund.pk).update(status="pending", succeeded_at=None)
    with shop.later(minutes=6):
        shop.reconcile()
    refund.refresh_from_db()
    assert refund.status == "succeeded"


def test_refund_made_in_the_dashboard_gets_a_row_of_its_own(shop: Shop):
    from totetaxi.sandbox.stripe.resources.refunds import make_refund

    payment = shop.paid()
    world = shop.stripe.world
    with world.store.transaction():
        intent = world.store.get("payment_intent", payment.intent_id)
        make_refund(world, world.store.get("charge", intent["latest_charge"]), {"amount": 700})
    shop.deliver()
    shop.work()
    assert refunds() == [("outside", "succeeded", 700)]
    assert acts() == [("refunded", 700, "system")]
    state = money_state(payment.booking)
    assert (state.refunded_cents, state.to_pay_cents) == (700, 0)


def test_request_gives_way_to_a_refund_made_in_the_dashboard(shop: Shop):
    payment, ruth = shop.paid(), actor_of(make_colleague(Role.SUPPORT, "Ruth Okafor").user)
    ask(payment, 30000, by=ruth)
    ask(payment, 20000, by=ruth)
    shop.stripe.refund_by_hand(shop.stripe.objects("charge", paid=True)[0]["id"], 60000)
    shop.deliver()
    shop.work()
    assert refunds() == [
        ("goodwill", "requested", 30000),
        ("goodwill", "refused", 20000),
        ("outside", "succeeded", 60000),
    ]
    assert alerts() == ["refund_requested"]


def test_refund_of_a_strangers_payment_is_ignored(shop: Shop):
    now = int(clock.now().timestamp())
    stranger = {"created": now - 60, "amount": 5000, "refunds": [{"amount": 100}]}
    shop.stripe.seed([stranger])
    shop.reconcile()
    assert (refunds(), alerts()) == ([], [])


def test_refund_without_an_intent_is_no_payments_of_ours(shop: Shop):
    shop.press_pay()  # a payment without an intent
    answer = RefundAnswer(
        id="re_stranger",
        status="succeeded",
        amount_cents=100,
        failure_reason="",
        intent_id="",
        charge_id="",
        refund_id="",
        created_at=clock.now(),
        entry_id="",
        failure_entry_id="",
    )
    assert follow_refund(answer, now=clock.now()) is None
    assert refunds() == []
