"""Disputes: written down once, followed to their end in any order; the booking stays paid."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from booking.lifecycle import Status
from booking.models import Alert, Booking
from payments import balance_gateway
from payments.balance_results import DisputeAnswer
from payments.models import Dispute, Payment, PaymentAudit, StripeEvent
from payments.money import money_state
from payments.services.disputes import follow_dispute, learn_dispute
from tests.factories import make_catalogue, make_paid_booking
from tests.payments.shop import Shop, alerts, events
from totetaxi.lib import clock

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
DISPUTED, ASKED = "4000000000000259", "4000000000001976"


def charge_of(shop: Shop, payment: Payment) -> str:
    """The charge of a payment at Stripe, with its fee."""
    shop.stripe.settle()
    (charge,) = shop.stripe.objects("charge", payment_intent=payment.intent_id)
    return str(charge["id"])


def open_one(shop: Shop, payment: Payment, **details) -> str:
    """Have the bank dispute a payment, and hear of it."""
    made = shop.stripe.dispute(charge_of(shop, payment), **details)
    hear(shop)
    return str(made["id"])


def hear(shop: Shop) -> None:
    shop.deliver()
    shop.work()


def acts() -> list[str]:
    rows = PaymentAudit.objects.filter(dispute_key__isnull=False)
    return list(rows.order_by("id").values_list("act", flat=True))


def money_events(booking: Booking) -> list[str]:
    """What the booking was told of disputes."""
    rows = booking.events.filter(kind="money", reason__startswith="dispute")
    return list(rows.order_by("id").values_list("reason", flat=True))


def test_dispute_is_written_down_told_and_leaves_the_booking_paid(shop: Shop):
    payment = shop.paid()
    dispute_id = open_one(shop, payment, reason="product_not_received", due_days=7)
    dispute = Dispute.objects.get()
    assert (dispute.stripe_id, dispute.payment) == (dispute_id, payment)
    assert (dispute.status, dispute.reason) == ("needs_response", "product_not_received")
    assert (dispute.amount_cents, dispute.withdrawn_cents, dispute.fee_cents) == (
        99500,
        99500,
        1500,
    )
    assert (dispute.evidence_due_at - dispute.opened_at).days == 7  # type: ignore[operator]  # due
    assert dispute.closed_at is None
    booking = Booking.objects.get(pk=payment.booking_id)
    assert (booking.status, money_state(booking).due_cents) == (Status.PAID, 0)
    assert alerts() == ["dispute"]
    alert = Alert.objects.get()
    assert (alert.booking, alert.about, alert.times) == (booking, str(dispute.pk), 1)
    due = clock.new_york(dispute.evidence_due_at)  # type: ignore[arg-type]  # it has one
    words = f"{due:%B} {due.day}, {due.hour % 12 or 12}:{due:%M} {due:%p}"
    assert alert.summary == (
        f"{booking.code}: $995.00 is disputed (product not received). Evidence is due by {words}."
    )
    assert money_events(booking) == ["dispute_opened"]
    assert acts() == ["disputed", "dispute_moved"]


def test_won_dispute_closes_its_alert_and_keeps_the_fee(shop: Shop):
    payment = shop.paid()
    dispute_id = open_one(shop, payment)
    shop.stripe.send_evidence(dispute_id)
    hear(shop)
    dispute = Dispute.objects.get()
    assert (dispute.status, dispute.closed_at) == ("under_review", None)
    assert Alert.objects.get().summary == (
        f"{payment.booking.code}: $995.00 is disputed (fraudulent); the evidence is with the bank."
    )
    shop.stripe.win_dispute(dispute_id)
    hear(shop)
    dispute.refresh_from_db()
    assert (dispute.status, dispute.withdrawn_cents, dispute.fee_cents) == ("won", 0, 1500)
    assert dispute.closed_at is not None
    assert alerts() == []
    assert money_events(payment.booking) == [
        "dispute_opened",
        "dispute_under_review",
        "dispute_won",
    ]
    assert acts()[-1] == "dispute_won"


def test_lost_dispute_is_one_more_thing_to_look_at(shop: Shop):
    payment = shop.paid()
    dispute_id = open_one(shop, payment)
    shop.stripe.lose_dispute(dispute_id)
    hear(shop)
    dispute = Dispute.objects.get()
    assert (dispute.status, dispute.withdrawn_cents) == ("lost", 99500)
    (alert,) = Alert.objects.filter(closed_at=None)
    assert alert.about == f"{dispute.pk}:lost"
    assert alert.summary == f"{payment.booking.code}: the dispute of $995.00 is lost."
    assert acts()[-1] == "dispute_lost"
    booking = Booking.objects.get()
    assert (booking.status, money_state(booking).to_pay_cents) == (Status.PAID, 0)


def test_inquiry_takes_nothing_and_ends_by_itself(shop: Shop):
    payment = shop.press_pay().payment
    assert payment is not None
    shop.pay(payment, card=ASKED)
    shop.stripe.settle()
    hear(shop)
    dispute = Dispute.objects.get()
    assert (dispute.status, dispute.is_inquiry) == ("needs_response", True)
    assert (dispute.withdrawn_cents, dispute.fee_cents) == (0, 0)
    assert Alert.objects.get().summary.startswith(
        f"{payment.booking.code}: the bank asks about $995.00 (fraudulent). Answer by "
    )
    assert Dispute.objects.blocking().count() == 0
    shop.stripe.win_dispute(dispute.stripe_id)
    hear(shop)
    dispute.refresh_from_db()
    assert (dispute.status, dispute.stripe_status) == ("won", "warning_closed")
    assert alerts() == []


@pytest.mark.parametrize("seed", range(4))
def test_events_in_any_order_and_twice_come_to_the_same(shop: Shop, seed: int):
    payment = shop.paid()
    charge = charge_of(shop, payment)
    hear(shop)
    shop.stripe.webhooks(shuffle_seed=seed)
    made = shop.stripe.dispute(charge)
    shop.stripe.send_evidence(made["id"])
    shop.stripe.win_dispute(made["id"])
    hear(shop)
    for event in shop.stripe.events():
        shop.stripe.redeliver(event["id"])
    hear(shop)
    dispute = Dispute.objects.get()
    assert (dispute.status, dispute.withdrawn_cents, dispute.fee_cents) == ("won", 0, 1500)
    assert money_events(payment.booking) == ["dispute_opened", "dispute_won"]
    assert acts() == ["disputed", "dispute_won"]
    assert alerts() == []


def test_dispute_that_is_told_of_before_its_payment_is_ours_all_the_same(shop: Shop):
    payment = shop.press_pay().payment
    assert payment is not None
    shop.pay(payment, card=DISPUTED)
    shop.stripe.settle()
    (told,) = shop.stripe.events("charge.dispute.created")
    body, headers = shop.stripe.signed(told["id"])
    assert shop.send(body, headers) == 200
    shop.work()
    payment.refresh_from_db()
    assert (payment.status, payment.booking.status) == ("succeeded", "paid")
    assert Dispute.objects.get().payment == payment
    hear(shop)
    assert Dispute.objects.count() == 1


def test_dispute_of_a_payment_that_is_not_ours_is_counted_and_never_alarms(shop: Shop):
    made = shop.stripe.charge_by_hand(5000, "Invoice 7")
    dispute = shop.stripe.dispute(made["id"])
    hear(shop)
    assert learn_dispute(dispute["id"], now=clock.now()) is None
    assert (Dispute.objects.count(), alerts()) == (0, [])
    reasons = StripeEvent.objects.filter(type__startswith="charge.dispute.")
    assert set(reasons.values_list("reason", flat=True)) == {
        "a dispute of a payment that is not ours"
    }
    assert events().get("failed", 0) == 0


def test_stripe_that_does_not_answer_is_asked_again(shop: Shop):
    payment = shop.paid()
    shop.stripe.dispute(charge_of(shop, payment))
    shop.deliver()
    shop.stripe.faults.add("drop_before", method="GET", path="/v1/disputes/*", times=99)
    shop.work()
    assert Dispute.objects.count() == 0
    shop.stripe.faults.clear()
    with shop.later(minutes=2):
        shop.work()
    assert Dispute.objects.get().status == "needs_response"


# ------------------------------------------------------------------------------- without a sandbox


@pytest.fixture
def answer(db: None) -> DisputeAnswer:
    """What Stripe says of a dispute of the one payment that there is."""
    make_catalogue()
    payment = make_paid_booking().payments.get()
    return DisputeAnswer(
        id="dp_1",
        status="needs_response",
        reason="fraudulent",
        amount_cents=payment.captured_cents,
        currency="usd",
        charge_id="",
        intent_id=payment.intent_id or "",
        is_charge_refundable=False,
        due_at=None,
        opened_at=NOW,
        entries=(),
    )


def told(answer: DisputeAnswer, *statuses: str) -> Dispute:
    """The row once Stripe's answers came in this order."""
    for status in statuses:
        follow_dispute(replace(answer, status=status), now=NOW)
    return Dispute.objects.get()


@pytest.mark.parametrize(
    ("statuses", "ends"),
    [
        (("under_review", "needs_response"), "under_review"),
        (("won", "under_review", "needs_response"), "won"),
        (("lost", "under_review"), "lost"),
        (("lost", "appeal_under_review"), "lost"),
        (("lost", "won"), "won"),  # by an appeal
        (("won", "lost"), "won"),
        (("warning_under_review", "warning_needs_response"), "under_review"),
        (("warning_under_review", "needs_response"), "needs_response"),  # it became a dispute
        (("warning_needs_response", "prevented"), "won"),
        (("warning_closed", "needs_response"), "needs_response"),  # long after it was answered
        (("needs_response", "a_word_of_tomorrow"), "needs_response"),
    ],
)
def test_older_answer_that_comes_late_changes_nothing(answer, statuses, ends):
    dispute = told(answer, *statuses)
    assert (dispute.status, dispute.closed_at is not None) == (ends, ends in {"won", "lost"})


def test_same_answer_again_writes_nothing(answer):
    told(answer, "needs_response", "needs_response", "needs_response")
    assert acts() == ["disputed"]
    assert (money_events(Booking.objects.get()), Alert.objects.get().times) == (
        ["dispute_opened"],
        1,
    )


def test_alert_that_was_closed_by_hand_stays_closed(answer):
    told(answer, "needs_response")
    Alert.objects.update(closed_at=NOW)
    told(answer, "under_review")
    assert alerts() == []


@pytest.mark.breaks_money("a payment without its intent")
def test_payment_is_found_by_its_charge_too(answer):
    Payment.objects.update(charge_id="ch_9", intent_id=None)
    assert follow_dispute(answer, now=NOW) is None
    assert follow_dispute(replace(answer, charge_id="ch_9"), now=NOW) == Dispute.objects.get()


def test_gateway_is_the_only_one_that_is_asked(shop: Shop):
    """What a webhook's body says of a dispute is never believed: Stripe is asked."""
    payment = shop.paid()
    dispute_id = open_one(shop, payment)
    assert balance_gateway.get_dispute(dispute_id).status == "needs_response"
    assert StripeEvent.objects.filter(object_id=dispute_id).first().payload.keys() <= {  # type: ignore[union-attr]  # there is one
        "object",
        "intent",
    }
