"""The commands of tests and of the demo as methods; HTTP and SandboxServer both speak to these."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from totetaxi.sandbox.stripe.api.log import entries
from totetaxi.sandbox.stripe.lifecycle import catch_up, settle_all
from totetaxi.sandbox.stripe.resources import disputes, payouts, refund_ends
from totetaxi.sandbox.stripe.store import Json, Query
from totetaxi.sandbox.stripe.webhooks import modes, outbox
from totetaxi.sandbox.stripe.webhooks.outbox import Attempt, Send
from totetaxi.sandbox.stripe.webhooks.sender import http_send
from totetaxi.sandbox.stripe.world import World

from . import by_hand
from .payments import pay, seed, tamper


class NoReceiverError(Exception):
    """There is no address to deliver webhooks to."""


class Commands:
    """Everything that may be commanded, over one world."""

    def __init__(self, world: World) -> None:
        """Speak for this world."""
        self.world = world
        self.faults = world.faults

    # ------------------------------------------------------------------------- payments

    def pay(self, session_id: str, card: str = "4242424242424242", **details: Any) -> Json:
        """Pay a session without a browser, or save its card in setup mode.

        `details` are email, name, challenge=complete|fail, save=True, saved=pm_...
        """
        return pay(self.world, session_id, card=card, **details)

    def seed(self, payments: list[Json]) -> list[Json]:
        """Make payments of the past at once, without events; see `payments.seed`."""
        return seed(self.world, payments)

    def tamper(
        self, session_id: str, *, amount: int | None = None, currency: str | None = None
    ) -> Json:
        """Alter what a session costs and what was paid for it."""
        return tamper(self.world, session_id, amount=amount, currency=currency)

    def settle(self) -> int:
        """Give every waiting charge its fee now (`charge.updated`); return how many."""
        return settle_all(self.world)

    def charge_by_hand(self, amount: int, description: str = "Invoice") -> Json:
        """Take a payment as in Stripe's dashboard, without a session; return the charge."""
        return by_hand.take_payment(self.world, amount, description)

    # -------------------------------------------------------------- what comes after it

    def refund_by_hand(self, charge_id: str, amount: int | None = None) -> Json:
        """Refund a charge, or what is left of it, as in Stripe's dashboard; return the refund."""
        return by_hand.give_back(self.world, self._object("charge", charge_id), amount)

    def next_refunds(self, outcome: str, *, times: int = 1, seconds: float | None = None) -> None:
        """Let the next refunds be `pending` at first, or `fail_later`; see `refund_ends.Order`."""
        order = refund_ends.Order(outcome=outcome, times=times, seconds=seconds)
        refund_ends.add_order(self.world, order)

    def fail_refund(self, refund_id: str, reason: str = "expired_or_canceled_card") -> Json:
        """Let a refund come back from the bank now, waiting or not; return it."""
        with self.world.store.transaction():
            return refund_ends.fail(self.world, self._object("refund", refund_id), reason)

    def succeed_refund(self, refund_id: str) -> Json:
        """Let a waiting refund succeed now; return it."""
        with self.world.store.transaction():
            return refund_ends.succeed(self.world, self._object("refund", refund_id))

    def dispute(self, charge_id: str, **details: Any) -> Json:
        """Let a bank dispute a charge; return the dispute.

        `details` are amount, reason, due_days, inquiry=True; see `disputes.open_dispute`.
        """
        with self.world.store.transaction():
            charge = self._object("charge", charge_id)
            return disputes.open_dispute(self.world, charge, **details)

    def send_evidence(self, dispute_id: str) -> Json:
        """Answer a dispute as in Stripe's dashboard; return it."""
        with self.world.store.transaction():
            return disputes.send_evidence(self.world, self._object("dispute", dispute_id))

    def win_dispute(self, dispute_id: str) -> Json:
        """Let the bank decide for us, or close its inquiry; return the dispute."""
        with self.world.store.transaction():
            return disputes.win(self.world, self._object("dispute", dispute_id))

    def lose_dispute(self, dispute_id: str) -> Json:
        """Let the bank decide against us; return the dispute."""
        with self.world.store.transaction():
            return disputes.lose(self.world, self._object("dispute", dispute_id))

    def pay_out(self) -> Json:
        """Send all that is available of our balance to the bank; return the payout."""
        catch_up(self.world)
        with self.world.store.transaction():
            return payouts.pay_out(self.world)

    def _object(self, kind: str, object_id: str) -> Json:
        found = self.world.store.get(kind, object_id)
        if found is None:
            raise LookupError(object_id)
        return found

    # ----------------------------------------------------------------------------- time

    def advance(self, seconds: float) -> int:
        """Move the sandbox's clock on, do what falls due, and return its time."""
        self.world.clock.set_offset(self.world.clock.offset + seconds)
        catch_up(self.world)
        self.world.wake.set()
        return self.world.clock.now()

    # ------------------------------------------------------------------------- webhooks

    def webhooks(self, **changes: Any) -> Json:
        """Change how webhooks behave (see `modes.Mode`), and return the whole."""
        return asdict(modes.change(self.world, **changes))

    def deliver_with(self, send: Send) -> list[Attempt]:
        """Send every waiting webhook through `send(body, headers) -> status`, in order or mixed.

        A test gives its Django client here; hold and due times do not count.
        """
        return outbox.deliver(self.world, send)

    def deliver(self) -> list[Attempt]:
        """Send every waiting webhook to the configured address now, one after the other."""
        if not self.world.config.webhook_url:
            raise NoReceiverError
        return self.deliver_with(http_send(self.world.config.webhook_url))

    def redeliver(self, event_id: str) -> None:
        """Queue an event once more."""
        outbox.redeliver(self.world, event_id)

    def signed(self, event_id: str) -> tuple[bytes, dict[str, str]]:
        """Return body and headers of an event's webhook, signed as the mode says."""
        event = self.world.store.get("event", event_id)
        if event is None:
            raise LookupError(event_id)
        return outbox.signed(self.world, event)

    def deliveries(self, event_id: str) -> list[Json]:
        """Return state, attempts and last result of each delivery of an event."""
        return outbox.deliveries(self.world, event_id)

    # -------------------------------------------------------------------------- looking

    def events(self, *types: str) -> list[Json]:
        """Return the events so far, oldest first, of these types or all."""
        return self.world.store.all(Query(kind="event", where={}, types=types))

    def objects(self, kind: str, **fields: Any) -> list[Json]:
        """Return the objects of a kind whose fields equal these, oldest first."""
        return self.world.store.all(Query(kind=kind, where=fields))

    def requests(self, since: int = 0, match: Mapping[str, Any] | None = None) -> list[Json]:
        """Return the API calls so far, oldest first, whose fields equal those of `match`."""
        return entries(self.world, since=since, match=match)

    def state(self) -> Json:
        """Return the sandbox's time and what is ordered of it."""
        return {
            "now": self.world.clock.now(),
            "clock_offset": self.world.clock.offset,
            "webhook_url": self.world.config.webhook_url,
            "webhooks": asdict(modes.current(self.world)),
            "faults": [asdict(fault) for fault in self.world.faults.standing()],
        }

    def reset(self) -> None:
        """Forget everything: objects, events, keys, orders, calls under way, the clock's offset."""
        self.world.faults.clear()
        self.world.serving.end()
        self.world.store.clear()
        self.world.clock.set_offset(0.0)
