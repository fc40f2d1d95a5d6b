"""The demo's card payments exist at Stripe's sandbox too (DECISIONS.md, 36)."""

import random
import time
from collections.abc import Callable
from typing import Any

import httpx

from payments.models import Payment, PaymentAttempt, Refund
from payments.results import BOOKING_KEY, NUMBER_KEY, PAYMENT_KEY, REFUND_KEY

PATIENCE_SECONDS = 20.0
PAUSE_SECONDS = 0.5
ONE_CALL_SECONDS = 60.0  # for a batch of them
CARDS = (("4242424242424242", "visa"),) * 3 + (
    ("5555555555554444", "mastercard"),
    ("378282246310005", "amex"),
)


class SandboxError(Exception):
    """The sandbox does not answer, or not as it should."""


class SandboxPast:
    """Makes payments of the past in the sandbox at `base`."""

    def __init__(self, base: str, rng: random.Random) -> None:
        self.base, self.rng = base, rng

    def wait(self, say: Callable[[str], None]) -> None:
        """Return once it answers. Raises SandboxError after some patience."""
        ends = time.monotonic() + PATIENCE_SECONDS
        told = False
        while not self._answers():
            if time.monotonic() > ends:
                raise SandboxError(
                    f"Stripe's sandbox does not answer at {self.base}. Start it with "
                    "`python -m totetaxi.sandbox.stripe`, or use --without-stripe."
                )
            if not told:
                say(f"Waiting for Stripe's sandbox at {self.base} ...")
                told = True
            time.sleep(PAUSE_SECONDS)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.base}/_sandbox/", timeout=2).is_success
        except httpx.HTTPError:
            return False

    def make(self, payments: list[Payment], refunds: list[Refund]) -> list[PaymentAttempt]:
        """Give succeeded payments, and their refunds that were made, the ids of the sandbox.

        Returns their charges as attempts.
        """
        made: dict[Any, list[Refund]] = {}
        for refund in refunds:
            if refund.succeeded_at is not None:
                made.setdefault(refund.payment_id, []).append(refund)
        cards = [self.rng.choice(CARDS) for _ in payments]
        orders = [
            _order(payment, made.get(payment.pk, []), number)
            for payment, (number, _brand) in zip(payments, cards, strict=True)
        ]
        attempts = []
        answers = self._post(orders)
        for payment, (number, brand), answer in zip(payments, cards, answers, strict=True):
            payment.session_id = answer["checkout_session"]
            payment.intent_id = answer["payment_intent"]
            payment.charge_id = answer["charge"]
            payment.card_brand, payment.card_last4 = brand, number[-4:]
            for refund, stripe_id in zip(made.get(payment.pk, []), answer["refunds"], strict=True):
                refund.stripe_id = stripe_id
            attempts.append(
                PaymentAttempt(
                    payment=payment,
                    charge_id=answer["charge"],
                    declined=False,
                    at=payment.succeeded_at or payment.created_at,
                )
            )
        return attempts

    def fill_in(self, session_id: str, *, card: str, name: str) -> None:
        """Type a card on a page of Checkout, as its visitor would."""
        try:
            httpx.post(
                f"{self.base}/_sandbox/sessions/{session_id}/pay",
                json={"card": card, "name": name},
                timeout=ONE_CALL_SECONDS,
            ).raise_for_status()
        except httpx.HTTPError as error:
            raise SandboxError(f"Stripe's sandbox took no card: {error}") from error

    def _post(self, orders: list[dict[str, Any]]) -> list[dict[str, Any]]:
        try:
            answer = httpx.post(
                f"{self.base}/_sandbox/payments",
                json={"payments": orders},
                timeout=ONE_CALL_SECONDS,
            )
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise SandboxError(f"Stripe's sandbox took no payments: {error}") from error
        made: list[dict[str, Any]] = answer.json()["payments"]
        return made


def _order(payment: Payment, refunds: list[Refund], card: str) -> dict[str, Any]:
    booking = payment.booking
    metadata = {
        PAYMENT_KEY: str(payment.pk),
        BOOKING_KEY: str(booking.pk),
        NUMBER_KEY: booking.code,
    }
    return {
        "created": _seconds(payment.succeeded_at),
        "amount": payment.amount_cents,
        "description": f"{booking.title}, {booking.code}",
        "email": booking.contact.email,
        "name": booking.contact.name,
        "card": card,
        "client_reference_id": str(booking.pk),
        "metadata": metadata,
        "payment_metadata": metadata,
        "refunds": [
            {
                "created": _seconds(refund.succeeded_at),
                "amount": refund.amount_cents,
                "metadata": {REFUND_KEY: str(refund.pk)},
            }
            for refund in refunds
        ],
    }


def _seconds(moment: Any) -> int:
    return int(moment.timestamp())
