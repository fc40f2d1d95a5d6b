"""Setup mode: a card is saved with its customer, and nothing is charged."""

from totetaxi.sandbox.stripe.cards import Card
from totetaxi.sandbox.stripe.resources import setup_intents as intents
from totetaxi.sandbox.stripe.resources.customers import make_customer
from totetaxi.sandbox.stripe.resources.payment_methods import attach
from totetaxi.sandbox.stripe.store import Json
from totetaxi.sandbox.stripe.world import World

from .completion import Outcome, complete


def save_card(world: World, session: Json, method: Json, card: Card) -> Outcome:
    """Try to save a card that was just typed, for an open session in setup mode."""
    intent = world.store.get("setup_intent", session["setup_intent"])
    assert intent  # noqa: S101 - made with the session
    if card.decline and not card.saves:
        intents.mark_failed(world, intent, intents.decline_error(card.decline, method))
        return Outcome("failed", session, card.decline.message)
    if card.authenticate:
        url = f"{world.public_url}/c/challenge/{session['id']}"
        intents.mark_requires_action(world, intent, method, url)
        return Outcome("requires_action", session)
    return finish_saving(world, session, intent, method, passed=True)


def finish_saving(
    world: World, session: Json, intent: Json, method: Json, *, passed: bool
) -> Outcome:
    """Keep the card, or say that the bank's challenge was not passed."""
    if not passed:
        error = intents.authentication_error(method)
        intents.mark_failed(world, intent, error)
        return Outcome("failed", session, error["message"])
    customer = session["customer"]
    if customer is None and session["customer_creation"] == "always":
        buyer = method["billing_details"]
        made = make_customer(world, {"email": buyer["email"], "name": buyer["name"]})
        customer = session["customer"] = made["id"]
    if customer:
        attach(world, method, customer, allow_redisplay="always")
    intents.mark_succeeded(world, intent, method, customer)
    complete(world, session, method, payment_status="no_payment_required")
    return Outcome("paid", session)
