"""Whatever customers, staff, banks, Stripe, the clock and dying workers do, every dollar is right.

A state machine on PostgreSQL against the sandbox. It books, pays, declines, lets expire, refunds,
disputes, cancels and reschedules; webhooks are lost, doubled, late and mixed; and the worker dies
at any statement. Once all has settled, what `manage.py check_invariants` checks holds, and
`manage.py reconcile` finds nothing.
"""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test

from booking.changes import Cancel, Wish
from booking.models import Alert, AlertKind, Booking
from booking.services.status import lock_booking
from payments.models import BalanceMovement, Dispute, Payment, Refund
from payments.money import CAME, money_state
from payments.reconciliation.compare import compare_period
from payments.reconciliation.differences import open_movements, unbooked
from payments.services import refund_decisions as decisions
from payments.services.apply_change import ChangeRefusedError
from payments.services.refund import PaymentDisputedError, RefundTooLargeError
from payments.services.spread_refund import ask_back
from staff.permissions import Role
from tests.factories import make_colleague
from tests.payments.changing import change, to, weekday
from tests.payments.test_any_order import AnyOrder
from tests.payments.test_crash import KilledError, dying_at
from tests.sandbox.fixtures import JudgedSandbox
from totetaxi.lib import clock
from totetaxi.lib.actor import Actor, actor_of
from totetaxi.lib.invariants import Area, all_invariants
from totetaxi.sandbox.stripe.errors import ImpossibleError
from totetaxi.sandbox.stripe.store import Json

EXAMPLES = settings(
    max_examples=10,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
SOME = st.integers(0, 5)
UNDECIDED = ("needs_response", "under_review")


def one_of(found: list[Any], which: int) -> Any:
    """One of several; None where there is none."""
    return found[which % len(found)] if found else None


class Business(AnyOrder):
    """The visitor and Stripe of `AnyOrder`, two colleagues, and the card holders' bank."""

    def __init__(self) -> None:
        super().__init__()
        self.support = self._person(Role.SUPPORT, "Ruth Okafor")
        self.admin = self._person(Role.ADMIN, "Tom Bellamy")

    def _person(self, role: Role, name: str) -> Actor:
        return actor_of(make_colleague(role, name).user)

    # ---------------------------------------------------------------------------------- staff

    @rule(which=SOME, percent=st.sampled_from([1, 50, 100]))
    def ask_for_a_refund(self, which: int, percent: int) -> None:
        payment = one_of(list(Payment.objects.succeeded().order_by("created_at")), which)
        if payment is None:
            return
        with transaction.atomic():
            booking = lock_booking(payment.booking_id)
            cents = money_state(booking).left_cents * percent // 100
            try:
                ask_back(booking, cents, reason="goodwill", by=self.support, now=clock.now())
            except (RefundTooLargeError, PaymentDisputedError):
                transaction.set_rollback(True)

    @rule(which=SOME, does=st.sampled_from(["approve", "approve", "refuse"]))
    def decide_a_refund(self, which: int, does: str) -> None:
        waiting = Refund.objects.filter(status=Refund.Status.REQUESTED).order_by("created_at")
        refund = one_of(list(waiting), which)
        if refund is None:
            return
        if does == "refuse":
            decisions.refuse_refund(refund.pk, by=self.admin, refusal="No", now=clock.now())
            return
        try:
            decisions.approve_refund(refund.pk, by=self.admin, limit_cents=None, now=clock.now())
        except (decisions.OwnRequestError, PaymentDisputedError, RefundTooLargeError):
            return

    @rule(which=SOME)
    def try_a_refund_again(self, which: int) -> None:
        failed = Refund.objects.filter(status=Refund.Status.FAILED).order_by("created_at")
        refund = one_of(list(failed), which)
        if refund is None:
            return
        try:
            decisions.retry_refund(refund.pk, by=self.admin, limit_cents=None, now=clock.now())
        except (PaymentDisputedError, RefundTooLargeError, decisions.RefundDecidedError):
            return

    @rule(which=SOME)
    def cancel(self, which: int) -> None:
        self._change(which, lambda _booking: Cancel("staff"))

    @rule(which=SOME, ahead=st.sampled_from([4, 12, 13]))
    def reschedule(self, which: int, ahead: int) -> None:
        self._change(which, lambda booking: to(weekday(ahead), booking))

    def _change(self, which: int, wish: Any) -> None:
        bookings = Booking.objects.filter(status__in=["pending", "paid"]).exclude(package="full")
        booking = one_of(list(bookings.order_by("number")), which)
        if booking is None:
            return
        wanted: Wish = wish(booking)
        try:
            change(booking, wanted, by=self.admin)
        except ChangeRefusedError:
            return

    # --------------------------------------------------------------------- the bank, Stripe

    @rule(which=SOME, whole=st.booleans())
    def dispute(self, which: int, whole: bool) -> None:
        charge: Json | None = one_of(self.stripe.objects("charge", paid=True), which)
        if charge is None:
            return
        try:
            self.stripe.dispute(charge["id"], amount=None if whole else 1000)
        except ImpossibleError:
            return

    @rule(which=SOME, is_won=st.booleans())
    def decide_a_dispute(self, which: int, is_won: bool) -> None:
        found = [one for one in self.stripe.objects("dispute") if one["status"] in UNDECIDED]
        if (dispute := one_of(found, which)) is None:
            return
        decide = self.stripe.win_dispute if is_won else self.stripe.lose_dispute
        decide(dispute["id"])

    @rule(outcome=st.sampled_from(["pending", "fail_later"]))
    def refunds_take_their_time(self, outcome: str) -> None:
        self.stripe.next_refunds(outcome)

    @rule(which=SOME, cents=st.sampled_from([100, None]))
    def refund_in_the_dashboard(self, which: int, cents: int | None) -> None:
        charge: Json | None = one_of(self.stripe.objects("charge", paid=True), which)
        if charge is None:
            return
        try:
            self.stripe.refund_by_hand(charge["id"], cents)
        except ImpossibleError:
            return

    @rule()
    def invoice_made_by_hand(self) -> None:
        """None of ours: it never alarms."""
        self.stripe.charge_by_hand(4200)

    @rule()
    def pay_out(self) -> None:
        try:
            self.stripe.pay_out()
        except ImpossibleError:  # nothing is available
            return

    # --------------------------------------------------------------------------------- worker

    @precondition(lambda self: not connection.in_atomic_block)
    @rule(statement=st.integers(1, 60))
    def worker_dies(self, statement: int) -> None:
        try:
            with dying_at(statement):
                self.shop.work()
        except KilledError:
            connection.close()

    @rule()
    def compare(self) -> None:
        now = clock.now()
        compare_period(now - timedelta(days=2), now + timedelta(minutes=5), now=now)

    # ------------------------------------------------------------------------------ the end

    def _settle(self) -> None:
        super()._settle()
        for _night in range(2):
            self.time_passes(41)
            self.shop.deliver()
            self.shop.work()
            self.shop.reconcile()
            self.compare()
            self.shop.work()

    def _agree(self) -> None:
        now = clock.now()
        broken = [f"{one.name}: {text}" for one in all_invariants(*Area) for text in one.find(now)]
        assert broken == []
        began = now - timedelta(days=2)
        assert [*open_movements(began, now), *unbooked(began, now)] == []
        assert not BalanceMovement.objects.filter(standing="open").exists()
        assert not Alert.objects.filter(kind=AlertKind.MONEY_OPEN, closed_at=None).exists()
        ours = Payment.objects.filter(status__in=CAME).aggregate(sum=Sum("captured_cents"))["sum"]
        marked = [one for one in self.stripe.objects("charge", paid=True) if one["metadata"]]
        assert (ours or 0) == sum(charge["amount"] for charge in marked)
        keys = {charge["id"] for charge in marked}
        at_stripe = [one for one in self.stripe.objects("refund") if one["charge"] in keys]
        assert {one["id"] for one in at_stripe} == set(
            Refund.objects.exclude(stripe_id=None).values_list("stripe_id", flat=True)
        )
        disputes = [one for one in self.stripe.objects("dispute") if one["charge"] in keys]
        assert {(one["id"], one["status"]) for one in disputes} == set(
            Dispute.objects.values_list("stripe_id", "stripe_status")
        )
        assert self.stripe.findings() == []


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_every_dollar_is_right_whatever_happens(
    stripe_sandbox: JudgedSandbox, settings: Any
) -> None:
    settings.STRIPE_API_BASE = stripe_sandbox.base_url
    settings.STRIPE_WEBHOOK_SECRET = stripe_sandbox.webhook_secret
    Business.stripe = stripe_sandbox
    run_state_machine_as_test(Business, settings=EXAMPLES)
