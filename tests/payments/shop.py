"""The moves of customer, Stripe, worker and clock, for the tests of payments."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import time_machine
from django.test import Client
from django.urls import reverse

from booking.models import Alert, Booking, Message
from booking.services.order import NewBooking
from payments import tasks
from payments.models import Payment, Refund, StripeEvent
from payments.services.start_checkout import Checkout, start_checkout
from tests.factories import make_draft, make_order
from tests.sandbox.fixtures import JudgedSandbox
from totetaxi.lib import clock, queue
from totetaxi.lib.actor import GUEST, Actor, ActorKind

DECLINED = "4000000000000002"
NO_FUNDS = "4000000000009995"


class Shop:
    """One shop, one sandbox, and a clock that both share."""

    def __init__(self, stripe: JudgedSandbox) -> None:
        self.stripe = stripe
        self.browser = Client()

    # ------------------------------------------------------------------------------ customer

    def order(self, **changes: Any) -> NewBooking:
        """An order of a new draft."""
        return make_order(now=clock.now(), draft_id=make_draft().pk, **changes)

    def press_pay(self, order: NewBooking | None = None, shown: int | None = None) -> Checkout:
        """Pay on the review page; an account's order as the account."""
        order = order or self.order()
        by = Actor(ActorKind.CUSTOMER, order.customer_id) if order.customer_id else GUEST
        return start_checkout(order, shown_total_cents=shown, by=by, now=clock.now())

    def pay(self, payment: Payment, card: str = "4242424242424242") -> dict[str, Any]:
        """Pay on Stripe's page."""
        payment.refresh_from_db()
        assert payment.session_id is not None
        return self.stripe.pay(payment.session_id, card=card)

    def paid(self, **changes: Any) -> Payment:
        """A booking that is paid and fulfilled."""
        payment = self.press_pay(self.order(**changes)).payment
        assert payment is not None
        self.pay(payment)
        self.deliver()
        self.work()
        payment.refresh_from_db()
        assert payment.status == Payment.Status.SUCCEEDED
        return payment

    # -------------------------------------------------------------------------------- Stripe

    def send(self, body: bytes, headers: Mapping[str, str]) -> int:
        """Post a webhook to the site, as Stripe does."""
        answer = self.browser.post(
            reverse("payments:stripe_webhook"),
            data=body,
            content_type="application/json",
            headers={"Stripe-Signature": headers["Stripe-Signature"]},
        )
        return answer.status_code

    def deliver(self) -> None:
        """Deliver every webhook that waits."""
        self.stripe.deliver_with(self.send)

    # -------------------------------------------------------------------------------- worker

    def work(self) -> None:
        """Whatever a worker would do now."""
        queue.sweep(clock.now())
        queue.run_pending()

    def expire_holds(self) -> None:
        tasks.expire_holds(clock.now())
        self.work()

    def reconcile(self) -> None:
        tasks.reconcile_open(clock.now())
        self.work()

    def later(self, **delta: float) -> time_machine.travel:
        """`with shop.later(minutes=36): ...`; what is due at Stripe by then has happened."""
        return Later(self, clock.now() + timedelta(**delta))


class Later(time_machine.travel):
    """Travels, and has Stripe's own time catch up."""

    def __init__(self, shop: Shop, to: datetime) -> None:
        super().__init__(to, tick=True)
        self._shop = shop

    def __enter__(self) -> Any:
        entered = super().__enter__()
        self._shop.stripe.advance(0)
        return entered


# ------------------------------------------------------------------------------------- looking


def alerts() -> list[str]:
    """The kinds of the open alerts, sorted."""
    return sorted(Alert.objects.filter(closed_at=None).values_list("kind", flat=True))


def mails(booking: Booking) -> list[str]:
    """The kinds of the messages planned for a booking, sorted."""
    return sorted(Message.objects.filter(booking=booking).values_list("kind", flat=True))


def statuses(booking: Booking) -> list[str]:
    """The statuses that a booking had, in order."""
    moves = booking.events.filter(kind="status").order_by("id")
    return list(moves.values_list("to_status", flat=True))


def refunds() -> list[tuple[str, str, int]]:
    """Every refund: reason, status, cents."""
    rows = Refund.objects.order_by("created_at")
    return list(rows.values_list("reason", "status", "amount_cents"))


def events() -> dict[str, int]:
    """How many stored events ended how."""
    found: dict[str, int] = {}
    for outcome in StripeEvent.objects.values_list("outcome", flat=True):
        found[outcome] = found.get(outcome, 0) + 1
    return found
