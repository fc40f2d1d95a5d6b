"""The buyer presses Pay: attempts, the bank's challenge, and the one completion of a session."""

from dataclasses import dataclass
from typing import Literal

from totetaxi.sandbox.stripe.cards import Card, card_of, find_card
from totetaxi.sandbox.stripe.lifecycle import catch_up
from totetaxi.sandbox.stripe.resources import payment_intents as intents
from totetaxi.sandbox.stripe.resources.charges import make_charge
from totetaxi.sandbox.stripe.resources.customers import make_customer
from totetaxi.sandbox.stripe.resources.payment_methods import CardEntry, attach, make_payment_method
from totetaxi.sandbox.stripe.store import Json
from totetaxi.sandbox.stripe.webhooks.events import emit
from totetaxi.sandbox.stripe.world import World

from . import settlement


class NotOpenError(Exception):
    """The session cannot be paid any more (or is unknown: then `session` is None)."""

    def __init__(self, session: Json | None) -> None:
        """Keep the session as it is."""
        super().__init__("This Checkout Session is not open.")
        self.session = session


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt; `message` is the sentence for the buyer of one that failed."""

    kind: Literal["paid", "failed", "requires_action"]
    session: Json
    message: str = ""


def open_session(world: World, session_id: str) -> Json:
    """Return the session if it can be paid now, or raise NotOpenError."""
    catch_up(world)
    session = world.store.get("checkout.session", session_id)
    if session is None or session["status"] != "open":
        raise NotOpenError(session)
    return session


def confirm(world: World, session_id: str, entry: CardEntry) -> Outcome:
    """Try to pay the session with this card.

    Raises:
        NotOpenError: it was paid or has expired, perhaps a moment ago in another tab.
    """
    with world.store.transaction():
        session = open_session(world, session_id)
        intent = _intent_of(world, session, entry)
        method = make_payment_method(world, entry)
        card = find_card(entry.number)
        if card.authenticate:
            url = f"{world.public_url}/c/challenge/{session_id}"
            intents.mark_requires_action(world, intent, method, url)
            return Outcome("requires_action", session)
        return _charge(world, session, intent, method, card)


def finish_challenge(world: World, session_id: str, *, passed: bool) -> Outcome:
    """Go on after the bank's challenge.

    Raises:
        NotOpenError: the session is not open, or waits for no challenge.
    """
    with world.store.transaction():
        session = open_session(world, session_id)
        intent = world.store.get("payment_intent", session["payment_intent"] or "")
        if intent is None or intent["status"] != "requires_action":
            raise NotOpenError(session)
        method = world.store.get("payment_method", intent["payment_method"])
        assert method  # noqa: S101 - an intent that requires action has one
        if passed:
            card = card_of(method["card"]["last4"])
            return _charge(world, session, intent, method, card)
        error = intents.authentication_error(method)
        intents.mark_failed(world, intent, error)
        return Outcome("failed", session, error["message"])


def _intent_of(world: World, session: Json, entry: CardEntry) -> Json:
    """Return the session's intent, made at the first attempt together with a new customer."""
    intent = world.store.get("payment_intent", session["payment_intent"] or "")
    if intent:
        return intent
    data = world.store.private(session["id"])["payment_intent_data"]
    wanted = session["customer_creation"] == "always" or data.get("setup_future_usage")
    if session["customer"] is None and wanted:
        values = {"email": entry.email, "name": entry.name}
        session["customer"] = make_customer(world, values)["id"]
    intent = intents.make_intent(world, session, session["customer"])
    session["payment_intent"] = intent["id"]
    world.store.save(session)
    return intent


def _charge(world: World, session: Json, intent: Json, method: Json, card: Card) -> Outcome:
    charge = make_charge(world, intent, method, card)
    if card.decline:
        emit(world, "charge.failed", charge)
        error = intents.decline_error(card.decline, charge, method)
        intents.mark_failed(world, intent, error, charge)
        return Outcome("failed", session, card.decline.message)
    emit(world, "charge.succeeded", charge)
    settlement.schedule(world, charge)
    intents.mark_succeeded(world, intent, charge)
    if intent["setup_future_usage"]:
        attach(world, method["id"], session["customer"])
    return Outcome("paid", _complete(world, session, method["billing_details"]))


def _complete(world: World, session: Json, buyer: Json) -> Json:
    session |= {
        "status": "complete",
        "payment_status": "paid",
        "url": None,
        "customer_details": {
            "address": buyer["address"],
            "business_name": None,
            "email": buyer["email"],
            "individual_name": None,
            "name": buyer["name"],
            "phone": None,
            "tax_exempt": "none",
            "tax_ids": [],
        },
    }
    world.store.save(session)
    emit(world, "checkout.session.completed", session)
    return session


def success_address(session: Json) -> str:
    """Return where the buyer goes after paying, with the session's id filled in."""
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])
