"""Refunds are approved, refused, tried again and paid out by people, each within their rights."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from booking.changes import Reorder
from booking.models import Alert, Message
from booking.notifications.letter import NotNeededError
from booking.notifications.messages import write_letter
from booking.notifications.render import render_mail
from booking.services.order import order_of
from payments import gateway
from payments.models import Dispute, Payment, PaymentAudit, Refund
from payments.money import money_state
from payments.reconciliation.ours import check_ours, unbooked_refunds
from payments.services.execute_refund import execute_refund
from payments.services.refund import PaymentDisputedError, RefundTooLargeError, request_refund
from payments.services.refund_decisions import (
    OverLimitError,
    OwnRequestError,
    RefundDecidedError,
    approve_refund,
    pay_refund_by_hand,
    refuse_refund,
    retry_refund,
)
from payments.services.spread_refund import ask_back, propose_surplus
from staff.permissions import Role
from tests.factories import (
    make_catalogue,
    make_colleague,
    make_paid_booking,
    make_payment,
    make_refund,
)
from tests.payments.changing import change
from tests.payments.shop import Shop, alerts, mails, refunds
from totetaxi.lib import clock
from totetaxi.lib.actor import SYSTEM, Actor, actor_of
from totetaxi.lib.work import WorkState

LIMIT = 500_00
CREATE = {"method": "POST", "path": "/v1/refunds"}


@pytest.fixture
def ruth(db) -> Actor:
    return actor_of(make_colleague(Role.SUPPORT, "Ruth Okafor").user)


@pytest.fixture
def tom(db) -> Actor:
    return actor_of(make_colleague(Role.MANAGER, "Tom Bellamy").user)


def ask(payment: Payment, cents: int, by: Actor, reason: str = "goodwill") -> Refund:
    return request_refund(
        payment.pk, amount_cents=cents, reason=Refund.Reason(reason), by=by, now=clock.now()
    )


def approve(refund: Refund, by: Actor, limit_cents: int | None = LIMIT) -> Refund:
    return approve_refund(refund.pk, by=by, limit_cents=limit_cents, now=clock.now())


def retry(refund: Refund, by: Actor, limit_cents: int | None = LIMIT) -> Refund:
    return retry_refund(refund.pk, by=by, limit_cents=limit_cents, now=clock.now())


def pay(
    refund: Refund, by: Actor, limit_cents: int | None = LIMIT, proof: str = "Cheque 77"
) -> Refund:
    return pay_refund_by_hand(
        refund.pk, proof=proof, by=by, limit_cents=limit_cents, now=clock.now()
    )


def acts() -> list[tuple[str, str, Any]]:
    """Act, kind of actor and who, of refunds."""
    rows = PaymentAudit.objects.exclude(refund_key=None)
    return list(rows.values_list("act", "actor_kind", "actor"))


@pytest.fixture
def payment(db) -> Payment:
    """A succeeded payment of $995.00, without the sandbox."""
    make_catalogue()
    return make_paid_booking().payments.get()


# -------------------------------------------------------------------------------------- approval


def test_refund_that_another_person_approves_is_made_and_told(shop: Shop, ruth, tom):
    payment = shop.paid()
    refund = ask(payment, 10925, ruth)
    assert alerts() == ["refund_requested"]
    approve(refund, tom)
    assert alerts() == []
    shop.work()
    refund.refresh_from_db()
    assert (refund.status, refund.approved_by_id) == ("succeeded", tom.user_id)
    assert acts() == [
        ("refund_requested", "staff", ruth.user_id),
        ("refund_approved", "staff", tom.user_id),
        ("refunded", "system", None),
    ]
    assert mails(payment.booking) == ["confirmed", "refund_made"]
    (message,) = Message.objects.filter(kind="refund_made")
    assert message.key == f"refund:{refund.pk}:made"
    letter = write_letter(message, now=clock.now())
    assert letter.subject == f"Refunded: $109.25, {payment.booking.code}"
    assert (
        render_mail(letter)
        .text.replace("\n", " ")
        .startswith(
            "We have refunded $109.25.  It goes back to the card that paid: Visa ending 4242. "
            "Banks take five to ten days to show it.  See your booking:"
        )
    )


def test_nobody_approves_their_own_request(payment, tom):
    refund = ask(payment, 100, tom)
    with pytest.raises(OwnRequestError):
        approve(refund, tom)
    refund.refresh_from_db()
    assert (refund.status, refund.work_state) == ("requested", WorkState.HELD)


@pytest.mark.breaks_money("a second payment as a row, which nobody tells of")
def test_limit_counts_what_went_back_for_the_whole_booking(payment, ruth, tom):
    other = make_payment(payment.booking, cents=50000)
    make_refund(other, 40001, reason="goodwill", approved_by_kind="staff")
    refund = ask(payment, 10000, ruth)
    with pytest.raises(OverLimitError) as refused:
        approve(refund, tom)
    assert (refused.value.limit_cents, refused.value.given_cents) == (50000, 40001)
    assert refused.value.sentence == (
        "You approve up to $500.00 in all for one booking; $400.01 is given already. "
        "An admin approves this one."
    )
    smaller = ask(payment, 9999, ruth)
    assert approve(smaller, tom).status == "approved"
    assert approve(refund, tom, limit_cents=None).status == "approved"


@pytest.mark.breaks_money("the refunds are made up: nothing else of the booking changes")
@pytest.mark.parametrize(
    ("facts", "given"),
    [
        ({"reason": "surplus"}, 0),
        ({"reason": "late"}, 0),
        ({"reason": "change"}, 40000),
        ({"reason": "surplus", "approved_by_kind": "staff"}, 40000),
        ({"reason": "goodwill", "status": "failed", "succeeded_at": None}, 0),
        ({"reason": "goodwill", "status": "requested", "succeeded_at": None}, 0),
    ],
)
def test_money_that_was_never_ours_takes_nothing_from_the_limit(payment, ruth, tom, facts, given):
    make_refund(payment, 40000, **facts)
    refund = ask(payment, 10001, ruth)
    if given:
        with pytest.raises(OverLimitError):
            approve(refund, tom)
    else:
        assert approve(refund, tom).status == "approved"


def test_second_decision_is_told_of_the_first(payment, ruth, tom):
    refund = ask(payment, 100, ruth)
    approve(refund, tom)
    with pytest.raises(RefundDecidedError) as told:
        refuse_refund(refund.pk, by=tom, refusal="No", now=clock.now())
    assert told.value.sentence == "It was decided already. It stands so now: approved."
    with pytest.raises(RefundDecidedError):
        approve(refund, tom)
    assert [act for act, *_who in acts()] == ["refund_requested", "refund_approved"]


def test_refused_refund_frees_its_sum_and_says_why(payment, ruth, tom):
    refund = ask(payment, 99500, ruth)
    refuse_refund(refund.pk, by=tom, refusal="All items were carried", now=clock.now())
    refund.refresh_from_db()
    assert (refund.status, refund.refused_by_id, refund.refusal) == (
        "refused",
        tom.user_id,
        "All items were carried",
    )
    assert (alerts(), money_state(payment.booking).left_cents) == ([], 99500)


@pytest.mark.breaks_money("the refunds are made up: nothing else of the booking changes")
def test_refund_made_elsewhere_meanwhile_leaves_too_little(payment, ruth, tom):
    refund = ask(payment, 60000, ruth)
    make_refund(payment, 60000, reason="outside")
    with pytest.raises(RefundTooLargeError) as refused:
        approve(refund, tom, limit_cents=None)
    assert refused.value.left_cents == 39500


# ---------------------------------------------------------------------------------------- dispute


def dispute(payment: Payment, status: str) -> None:
    closed = clock.now() if status in {"won", "lost"} else None
    Dispute.objects.create(
        payment=payment,
        stripe_id="dp_1",
        status=status,
        stripe_status=status,
        amount_cents=payment.captured_cents,
        opened_at=clock.now(),
        closed_at=closed,
    )


@pytest.mark.parametrize(
    ("status", "is_held"),
    [("needs_response", True), ("under_review", True), ("lost", True), ("won", False)],
)
def test_disputed_payment_gives_nothing_back(payment, ruth, tom, status, is_held):
    refund = ask(payment, 100, ruth)
    dispute(payment, status)
    if is_held:
        with pytest.raises(PaymentDisputedError):
            approve(refund, tom)
        with pytest.raises(PaymentDisputedError):
            ask_back(payment.booking, 200, reason=Refund.Reason.GOODWILL, by=ruth, now=clock.now())
        assert ask(payment, 300, SYSTEM).status == "requested"
    else:
        assert approve(refund, tom).status == "approved"
        assert ask(payment, 300, SYSTEM).status == "approved"


def test_sum_is_taken_from_payments_that_nobody_disputes(payment, ruth):
    new = make_payment(payment.booking, cents=50000)
    dispute(new, "under_review")
    ask_back(payment.booking, 90000, reason=Refund.Reason.GOODWILL, by=ruth, now=clock.now())
    assert list(Refund.objects.values_list("payment", "amount_cents")) == [(payment.pk, 90000)]
    with pytest.raises(PaymentDisputedError):
        ask_back(payment.booking, 9501, reason=Refund.Reason.GOODWILL, by=ruth, now=clock.now())
    with pytest.raises(RefundTooLargeError):
        ask_back(payment.booking, 59501, reason=Refund.Reason.GOODWILL, by=ruth, now=clock.now())


# ---------------------------------------------------------------------------------------- surplus


def test_surplus_is_proposed_once_and_never_returned_by_itself(payment, ruth):
    make_payment(payment.booking, cents=28500, method=Payment.Method.OFFLINE)
    booking = payment.booking
    propose_surplus(booking, by=ruth, now=clock.now())
    assert refunds() == [("surplus", "requested", 28500)]
    assert propose_surplus(booking, by=ruth, now=clock.now()) == []


# ------------------------------------------------------------------------------------ tried again


def failed(shop: Shop, ruth: Actor, tom: Actor) -> Refund:
    """A refund that Stripe refuses for good."""
    payment = shop.paid()
    refund = approve(ask(payment, 10000, ruth), tom)
    Payment.objects.filter(pk=payment.pk).update(intent_id="pi_mistyped")
    shop.work()
    Payment.objects.filter(pk=payment.pk).update(intent_id=payment.intent_id)
    refund.refresh_from_db()
    assert (refund.status, alerts()) == ("failed", ["refund_failed"])
    return refund


def test_failed_refund_is_tried_again_as_a_new_one(shop: Shop, ruth, tom):
    refund = failed(shop, ruth, tom)
    again = retry(refund, tom)
    assert (alerts(), again.retry_of_id, again.approved_by_id, again.requested_by_id) == (
        [],
        refund.pk,
        tom.user_id,
        ruth.user_id,
    )
    assert again.idempotency_key != refund.idempotency_key
    shop.work()
    refund.refresh_from_db()
    assert refunds() == [("goodwill", "failed", 10000), ("goodwill", "succeeded", 10000)]
    assert [act for act, *_who in acts()][-2:] == ["refund_retried", "refunded"]
    with pytest.raises(RefundDecidedError):
        retry(refund, tom)


@pytest.mark.breaks_money("a refund is made larger as a row")
@pytest.mark.parametrize("again", [retry, pay])
def test_failed_refund_looks_again_at_what_is_left_and_at_the_limit(
    shop: Shop, ruth, tom, again: Callable[..., Refund]
):
    refund = failed(shop, ruth, tom)
    other = approve(ask(refund.payment, 45000, ruth), tom)
    with pytest.raises(OverLimitError):
        again(refund, tom)
    Refund.objects.filter(pk=other.pk).update(amount_cents=99500)
    with pytest.raises(RefundTooLargeError):
        again(refund, tom, limit_cents=None)
    assert alerts() == ["refund_failed"]


@pytest.mark.parametrize("status", ["requested", "approved", "pending", "succeeded", "refused"])
def test_only_what_failed_is_tried_again(payment, tom, status):
    came = clock.now() if status == "succeeded" else None
    refund = make_refund(payment, 100, status=status, succeeded_at=came, reason="goodwill")
    with pytest.raises(RefundDecidedError):
        retry(refund, tom)


def given_up(shop: Shop, ruth: Actor, tom: Actor) -> Refund:
    """Stripe made it, the answer was lost, and the queue stopped trying."""
    refund = approve(ask(shop.paid(), 10000, ruth), tom)
    shop.stripe.faults.add("drop_after", **CREATE, times=2)
    with pytest.raises(gateway.GatewayDownError):
        execute_refund(refund.pk, now=clock.now())
    Refund.objects.filter(pk=refund.pk).update(work_state=WorkState.PARKED)
    shop.stripe.faults.clear()
    return refund


@pytest.mark.parametrize("hours", [1, 30])
def test_refund_that_was_given_up_goes_on_and_is_made_once(shop: Shop, ruth, tom, hours):
    """After a day Stripe knows the key no more: its list is asked first."""
    refund = given_up(shop, ruth, tom)
    with shop.later(hours=hours):
        assert retry(refund, tom).pk == refund.pk
        shop.work()
    refund.refresh_from_db()
    assert refund.status == "succeeded"
    assert len(shop.stripe.events("refund.created")) == 1


def test_control_a_key_that_is_too_old_makes_a_second_refund(shop: Shop, ruth, tom, monkeypatch):
    monkeypatch.setattr("payments.services.execute_refund.KEY_LIFE", timedelta(days=9))
    refund = given_up(shop, ruth, tom)
    with shop.later(hours=30):
        retry(refund, tom)
        shop.work()
    assert len(shop.stripe.events("refund.created")) == 2


# ---------------------------------------------------------------------------------------- by hand


def test_offline_payment_is_paid_back_by_hand_with_proof(payment, ruth, tom):
    Payment.objects.update(method="offline", offline_way="cash", proof="Receipt 12")
    refund = approve(ask(payment, 10000, ruth), tom)
    assert (refund.status, refund.work_state, alerts()) == (
        "approved",
        WorkState.HELD,
        ["refund_by_hand"],
    )
    assert Alert.objects.get(closed_at=None).summary == (
        f"{payment.booking.code}: pay $100.00 back by hand."
    )
    assert execute_refund(refund.pk, now=clock.now()) == WorkState.IGNORED
    pay(refund, tom, proof="Signed receipt 7")
    refund.refresh_from_db()
    assert (refund.status, refund.proof, alerts()) == ("succeeded", "Signed receipt 7", [])
    assert acts()[-1] == ("refunded", "staff", tom.user_id)
    assert mails(payment.booking) == ["confirmed", "refund_made"]
    with pytest.raises(RefundDecidedError):
        pay(refund, tom)


def test_card_refund_that_stripe_may_make_is_never_paid_by_hand(payment, ruth, tom):
    refund = approve(ask(payment, 10000, ruth), tom)
    with pytest.raises(RefundDecidedError):
        pay(refund, tom)


def test_what_the_card_cannot_take_is_paid_by_hand_once(shop: Shop, ruth, tom):
    refund = failed(shop, ruth, tom)
    paid = pay(refund, tom, proof="Cheque 77")
    assert (alerts(), paid.retry_of_id, paid.stripe_id) == ([], refund.pk, None)
    assert refunds() == [("goodwill", "failed", 10000), ("goodwill", "succeeded", 10000)]
    assert acts()[-1] == ("refunded", "staff", tom.user_id)
    made = "refund.created"
    before = len(shop.stripe.events(made))
    shop.work()
    assert len(shop.stripe.events(made)) == before
    for again in (refund, paid):
        with pytest.raises(RefundDecidedError):
            pay(again, tom)
        with pytest.raises(RefundDecidedError):
            retry(again, tom)


def test_customer_is_told_that_it_came_by_hand(shop: Shop, ruth, tom):
    pay(failed(shop, ruth, tom), tom)
    message = Message.objects.get(kind="refund_made")
    text = render_mail(write_letter(message, now=clock.now())).text
    assert "We have returned it to you directly." in text
    assert "Visa" not in text


def test_stripes_books_need_no_refund_that_was_paid_by_hand(shop: Shop, ruth, tom):
    paid = pay(failed(shop, ruth, tom), tom)
    with shop.later(hours=2):
        now = clock.now()
        assert check_ours(now - timedelta(days=1), now, now=now) is None
        assert paid not in unbooked_refunds(now - timedelta(days=1), now)
        assert alerts() == []


# --------------------------------------------------------------------------------------- the mail


def test_refund_that_failed_meanwhile_is_not_told_as_made(payment, ruth):
    refund = make_refund(payment, 100, status="failed", succeeded_at=None)
    message = Message(
        kind="refund_made",
        booking=payment.booking,
        recipient="claire@example.com",
        context={"refund": str(refund.pk)},
    )
    with pytest.raises(NotNeededError):
        write_letter(message, now=clock.now())


@pytest.mark.breaks_money("the refunds are made up: nothing else of the booking changes")
@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("surplus", "More was paid than your booking costs, so the rest goes back."),
        ("cancellation", "It is for your booking that was cancelled."),
        ("change", "Your booking costs less since it was changed."),
        ("our_fault", "Something went wrong on our side. We are sorry."),
        ("goodwill", ""),
        ("outside", ""),
    ],
)
def test_mail_says_why_but_never_what_was_written_for_the_team(payment, reason, words):
    refund = make_refund(payment, 100, reason=reason, note="A difficult customer")
    message = Message(
        kind="refund_made",
        booking=payment.booking,
        recipient="claire@example.com",
        context={"refund": str(refund.pk)},
    )
    letter = write_letter(message, now=clock.now())
    assert letter.context["why"] == words
    assert render_mail(letter).text.count("difficult") == 0


@pytest.mark.breaks_money("the refunds are made up: nothing else of the booking changes")
def test_money_that_came_too_late_has_its_own_letter(shop: Shop):
    payment = shop.paid()
    ask(payment, payment.captured_cents, SYSTEM, reason="late")
    shop.work()
    assert refunds() == [("late", "succeeded", 99500)]
    assert mails(payment.booking) == ["confirmed"]


# -------------------------------------------------------------------- what approves itself, in all


def test_small_steps_down_return_only_so_much_by_themselves(shop: Shop, ruth):
    """Five items cost $475.00, each one less $95.00: the second step waits for somebody."""
    payment = shop.paid(service="standard_delivery", package=None, items=5)
    booking = payment.booking
    for items in (4, 3):
        booking.refresh_from_db()
        order = order_of(booking)
        fewer = replace(order, request=replace(order.request, items=items))
        change(booking, Reorder(fewer), by=ruth)
        shop.work()
    assert refunds() == [("change", "succeeded", 9500), ("change", "requested", 9500)]
    assert alerts() == ["refund_requested"]
