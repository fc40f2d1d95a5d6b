"""No double fulfilment in any order of events.

A state machine buys, declines, pays, edits and comes back in two tabs while webhooks are lost,
doubled, mixed and late, time passes, and the worker runs when it likes. Whatever happened: once
all has settled, money and bookings agree.
"""

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from booking.lifecycle import Status
from booking.models import Booking, Message
from booking.services.create import OrderRefusedError
from booking.services.order import NewBooking
from booking.services.room import NoRoomError
from payments.models import Payment, Refund
from payments.money import money_state
from payments.services.fulfil import fulfil
from payments.services.open_payment import CheckoutEndedError
from payments.services.start_checkout import SessionNotOpenedError
from tests.factories import make_booking, make_catalogue
from tests.payments.shop import DECLINED, Shop, alerts, mails, refunds, statuses
from tests.sandbox.fixtures import JudgedSandbox
from totetaxi.lib import clock
from totetaxi.sandbox.stripe.checkout.confirm import NotOpenError
from totetaxi.sandbox.stripe.store import Query

EXAMPLES = settings(
    max_examples=12,
    stateful_step_count=14,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_four_events_have_one_effect_in_every_order(shop: Shop, order: tuple[int, ...]):
    """A decline, a success, and both ends of the session, one of them of an older session."""
    payment = shop.press_pay().payment
    shop.pay(payment, DECLINED)
    shop.pay(payment)
    found = [
        event
        for event in shop.stripe.events()
        if event["type"]
        in {
            "checkout.session.completed",
            "payment_intent.succeeded",
            "charge.failed",
            "payment_intent.payment_failed",
        }
    ]
    for position in order:
        body, headers = shop.stripe.signed(found[position]["id"])
        for _copy in range(2):
            assert shop.send(body, headers) == 200
        shop.work()
    booking = Booking.objects.get()
    assert statuses(booking) == ["pending", "paid"]
    assert (mails(booking), refunds(), alerts()) == (["confirmed"], [], [])
    assert payment.card_attempts.filter(declined=True).count() == 1


class AnyOrder(RuleBasedStateMachine):
    """One visitor with one draft; Stripe, worker and clock do as they please."""

    stripe: JudgedSandbox

    def __init__(self) -> None:
        super().__init__()
        call_command("flush", verbosity=0, interactive=False)
        self.stripe.reset()
        make_catalogue()
        self.shop = Shop(self.stripe)
        self.order: NewBooking = self.shop.order()
        self.ways: list[Any] = []

    # ------------------------------------------------------------------------------- customer

    @rule()
    def press_pay(self) -> None:
        try:
            self.shop.press_pay(self.order)
        except (CheckoutEndedError, SessionNotOpenedError, OrderRefusedError, NoRoomError):
            return

    @rule(note=st.sampled_from(["", "Ring twice"]))
    def edit(self, note: str) -> None:
        self.order = replace(self.order, driver_notes=note)

    @precondition(lambda self: Payment.objects.exclude(session_id=None).exists())
    @rule(card=st.sampled_from(["4242424242424242", DECLINED]), which=st.integers(0, 3))
    def pay_on_a_page(self, card: str, which: int) -> None:
        """Any page that was ever opened, as an old tab would."""
        pages = list(Payment.objects.exclude(session_id=None).order_by("created_at"))
        try:
            self.shop.pay(pages[which % len(pages)], card)
        except NotOpenError:
            return

    @precondition(lambda self: Payment.objects.exists())
    @rule(which=st.integers(0, 3))
    def come_back(self, which: int) -> None:
        payments = list(Payment.objects.order_by("created_at"))
        fulfil(payments[which % len(payments)].pk, now=clock.now())

    @rule()
    def others_fill_the_vans(self) -> None:
        for _van in range(2):
            try:
                make_booking(package="full", items=40)
            except NoRoomError:
                return

    # ------------------------------------------------------------------------- Stripe, worker

    @rule(drop=st.booleans(), duplicates=st.integers(0, 2), seed=st.none() | st.integers(0, 9))
    def webhooks(self, drop: bool, duplicates: int, seed: int | None) -> None:
        self.stripe.webhooks(drop=drop, duplicates=duplicates, shuffle_seed=seed)

    @rule(
        kind=st.sampled_from(["drop_before", "drop_after", "error_before", "error_after"]),
        path=st.sampled_from(["/v1/checkout/sessions", "/v1/checkout/sessions/*", "/v1/refunds"]),
        times=st.integers(1, 3),
    )
    def trouble(self, kind: str, path: str, times: int) -> None:
        self.stripe.faults.add(kind, method="POST", path=path, times=times)

    @rule()
    def deliver(self) -> None:
        self.shop.deliver()

    @rule()
    def work(self) -> None:
        self.shop.work()

    @rule()
    def reconcile(self) -> None:
        self.shop.reconcile()

    @rule(minutes=st.sampled_from([1, 6, 36, 41]))
    def time_passes(self, minutes: int) -> None:
        later = self.shop.later(minutes=minutes)
        later.__enter__()
        self.ways.append(later)

    @rule()
    def every_minute(self) -> None:
        self.shop.expire_holds()

    # ----------------------------------------------------------------------------- invariants

    @invariant()
    def at_most_one_confirmation_and_one_open_payment(self) -> None:
        for booking in Booking.objects.all():
            assert Message.objects.filter(booking=booking, kind="confirmed").count() <= 1
            assert booking.payments.filter(status="pending").count() <= 1
            assert statuses(booking).count("paid") <= 1
            if booking.status == Status.PAID and booking.package != "full":
                assert booking.payments.filter(status="succeeded").exists()

    def teardown(self) -> None:
        """Everything that waits is done; then money and bookings must agree."""
        try:
            self._settle()
            self._agree()
        finally:
            while self.ways:
                self.ways.pop().__exit__(None, None, None)

    def _settle(self) -> None:
        self.stripe.faults.clear()
        self.stripe.webhooks(drop=False, duplicates=0, shuffle_seed=None)
        for minutes in (1, 45, 46):
            self.time_passes(minutes)
            self.shop.deliver()
            self.shop.expire_holds()
            self.shop.reconcile()

    def _agree(self) -> None:
        assert not Payment.objects.filter(session_to_expire=True).exists()
        captured = sum(
            intent["amount_received"]
            for intent in self.stripe.world.store.all(Query(kind="payment_intent", where={}))
        )
        succeeded = Payment.objects.succeeded().aggregate(sum=Sum("captured_cents"))["sum"] or 0
        assert captured == succeeded
        for booking in Booking.objects.exclude(package="full"):
            state = money_state(booking)
            assert state.under_way_cents == 0
            covered = booking.status == Status.PAID
            assert state.due_cents == (0 if covered else booking.total_cents)
            if booking.status == Status.PENDING:
                assert booking.hold_expires_at > clock.now()
        at_stripe = len(self.stripe.events("refund.created"))
        assert at_stripe == Refund.objects.filter(status="succeeded").count() <= 9
        assert self.stripe.findings() == []


@pytest.mark.django_db(transaction=True)
def test_money_and_bookings_agree_after_any_order_of_events(
    stripe_sandbox: JudgedSandbox, settings: Any
) -> None:
    settings.STRIPE_API_BASE = stripe_sandbox.base_url
    AnyOrder.stripe = stripe_sandbox
    run_state_machine_as_test(AnyOrder, settings=EXAMPLES)
