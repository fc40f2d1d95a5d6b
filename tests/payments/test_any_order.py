"""No double fulfilment in any order of events.

A state machine buys, declines, pays, edits and comes back in two tabs while webhooks are lost,
doubled, mixed and late, time passes, and the worker runs when it likes. Whatever happened: once
all has settled, money and bookings agree. It counts what came about, so that it proves something.
"""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import permutations
from random import Random
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db.models import Sum
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
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
from payments.services.start_checkout import PriceAgreedError, SessionNotOpenedError
from tests.factories import make_booking, make_catalogue
from tests.payments.moves import move, runs
from tests.payments.shop import DECLINED, Shop, alerts, mails, refunds, statuses
from tests.sandbox.fixtures import JudgedSandbox
from totetaxi.lib import clock
from totetaxi.sandbox.stripe.checkout.confirm import NotOpenError
from totetaxi.sandbox.stripe.store import Query

NOT_LET_PAY = (
    CheckoutEndedError,
    NoRoomError,
    OrderRefusedError,
    PriceAgreedError,
    SessionNotOpenedError,
)
GOOD = "4242424242424242"
TROUBLED = ["/v1/checkout/sessions", "/v1/checkout/sessions/*", "/v1/refunds"]
# What a run must bring about, or it proves nothing.
COMES_ABOUT = [
    "paid",
    "declined",
    "fulfilled",
    "expired",
    "page was over",
    "webhooks lost",
    "webhooks doubled",
]


def next_monday() -> float:
    """How many hours it is to Monday morning: every run begins at the same time of the week."""
    now = clock.now()
    days = 7 - now.weekday()
    return (datetime.combine(now.date() + timedelta(days), time(15), UTC) - now) / timedelta(
        hours=1
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
    total: Counter[str]  # how often each thing came about in all runs

    def __init__(self) -> None:
        super().__init__()
        call_command("flush", verbosity=0, interactive=False)
        cache.clear()
        self.stripe.reset()
        make_catalogue()
        self.shop = Shop(self.stripe)
        self.ways: list[Any] = []
        self.happened: Counter[str] = Counter()
        self.breaks_off = False
        self.draw = Random()
        self.travel(next_monday())
        self.order: NewBooking = self.shop.order()

    def travel(self, hours: float) -> None:
        later = self.shop.later(hours=hours)
        later.__enter__()
        self.ways.append(later)

    @initialize()
    def begin(self) -> None:
        """The visitor has pressed Pay."""
        self.press()

    # ------------------------------------------------------------------------------- customer

    @move()
    def press_pay(self) -> None:
        self.press()

    def press(self) -> None:
        try:
            self.shop.press_pay(self.order)
        except NOT_LET_PAY:
            self.happened["not let pay"] += 1

    @move(when=lambda self: Payment.objects.exists())
    def edit(self) -> None:
        self.order = replace(self.order, driver_notes=f"Ring {self.draw.randint(1, 9)} times")

    @move(when=lambda self: self.open_pages())
    def pay_on_a_page(self) -> None:
        self.pay_on(self.draw.choice(self.open_pages()))

    pay_on_a_page_2 = pay_on_a_page_3 = pay_on_a_page

    @move(when=lambda self: self.pages())
    def pay_in_an_old_tab(self) -> None:
        """Any page that was ever opened."""
        self.pay_on(self.draw.choice(self.pages()))

    def pay_on(self, page: Payment) -> None:
        card = self.draw.choice([GOOD, GOOD, DECLINED])
        try:
            self.shop.pay(page, card)
        except NotOpenError:
            self.happened["page was over"] += 1
        else:
            self.happened["declined" if card == DECLINED else "paid"] += 1

    def pages(self) -> list[Payment]:
        return list(Payment.objects.exclude(session_id=None).order_by("created_at"))

    def open_pages(self) -> list[Payment]:
        """Those that may still be paid, as far as we know."""
        return [one for one in self.pages() if one.status == "pending" or one.session_to_expire]

    @move(when=lambda self: Payment.objects.exists())
    def come_back(self) -> None:
        payments = list(Payment.objects.order_by("created_at"))
        fulfil(self.draw.choice(payments).pk, now=clock.now())

    @move()
    def others_fill_the_vans(self) -> None:
        for _van in range(2):
            try:
                make_booking(package="full", items=40)
            except NoRoomError:
                return

    # ------------------------------------------------------------------------- Stripe, worker

    @move()
    def webhooks(self) -> None:
        drop, twice = self.draw.random() < 0.3, self.draw.choice([0, 0, 1, 2])
        mixed = self.draw.choice([None, 1, 2, 3])
        self.stripe.webhooks(drop=drop, duplicates=twice, shuffle_seed=mixed)

    @move()
    def trouble(self) -> None:
        kind = self.draw.choice(["drop_before", "drop_after", "error_before", "error_after"])
        path = self.draw.choice(TROUBLED)
        self.stripe.faults.add(kind, method="POST", path=path, times=self.draw.randint(1, 3))

    @move()
    def deliver(self) -> None:
        self.shop.deliver()

    deliver_2 = deliver

    @move()
    def work(self) -> None:
        self.shop.work()

    @move()
    def reconcile(self) -> None:
        self.shop.reconcile()

    @move()
    def time_passes(self) -> None:
        self.travel(self.draw.choice([1, 6, 36, 41]) / 60)

    @move()
    def every_minute(self) -> None:
        self.shop.expire_holds()

    # ----------------------------------------------------------------------------- invariants

    @invariant()
    def at_most_one_confirmation_and_one_open_payment(self) -> None:
        for booking in Booking.objects.all():
            assert Message.objects.filter(booking=booking, kind="confirmed").count() <= 1
            assert booking.payments.filter(status="pending").count() <= 1
            assert statuses(booking).count("paid") <= 1
        self.look()

    def look(self) -> None:
        """What else holds at any time."""
        for booking in Booking.objects.filter(status=Status.PAID).exclude(package="full"):
            assert booking.payments.filter(status="succeeded").exists()

    def teardown(self) -> None:
        """Everything that waits is done; then money and bookings must agree."""
        try:
            if not self.breaks_off:
                self.settle()
                self.agree()
                self.count()
                type(self).total += self.happened
        finally:
            while self.ways:
                self.ways.pop().__exit__(None, None, None)

    def settle(self) -> None:
        self.stripe.faults.clear()
        self.stripe.webhooks(drop=False, duplicates=0, shuffle_seed=None)
        for minutes in (1, 45, 46):
            self.travel(minutes / 60)
            self.shop.deliver()
            self.shop.expire_holds()
            self.shop.reconcile()

    def agree(self) -> None:
        assert not Payment.objects.filter(session_to_expire=True).exists()
        intents = self.stripe.world.store.all(Query(kind="payment_intent", where={}))
        captured = sum(one["amount_received"] for one in intents)
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

    def count(self) -> None:
        """What came about, as it stands in the rows."""
        payments = Counter(Payment.objects.values_list("status", flat=True))
        self.happened["fulfilled"] += payments["succeeded"]
        self.happened["expired"] += payments["expired"]
        self.happened["replaced"] += Booking.objects.filter(cancel_reason="superseded").count()
        for reason in Refund.objects.values_list("reason", flat=True):
            self.happened[f"{reason} back"] += 1
        for event in self.stripe.events():
            copies = self.stripe.deliveries(event["id"])
            self.happened["webhooks lost"] += all(one["state"] == "dropped" for one in copies)
            self.happened["webhooks doubled"] += len(copies) > 1


@pytest.mark.django_db(transaction=True)
def test_money_and_bookings_agree_after_any_order_of_events(
    stripe_sandbox: JudgedSandbox, settings: Any
) -> None:
    settings.STRIPE_API_BASE = stripe_sandbox.base_url
    AnyOrder.stripe = stripe_sandbox
    AnyOrder.total = Counter()
    run_state_machine_as_test(AnyOrder, settings=runs(20, steps=24))
    assert [name for name in COMES_ABOUT if not AnyOrder.total[name]] == [], AnyOrder.total
