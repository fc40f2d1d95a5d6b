"""The buyer presses Pay: attempts, the bank's challenge, and the one completion of a session."""

from dataclasses import dataclass

from totetaxi.sandbox.stripe.cards import Card, card_of, find_card
from totetaxi.sandbox.stripe.lifecycle import catch_up
from totetaxi.sandbox.stripe.resources import payment_intents as intents
from totetaxi.sandbox.stripe.resources.charges import make_charge
from totetaxi.sandbox.stripe.resources.customers import make_customer
from totetaxi.sandbox.stripe.resources.payment_methods import (
    CardEntry,
    attach,
    make_payment_method,
    offered,
)
from totetaxi.sandbox.stripe.store import Json
from totetaxi.sandbox.stripe.webhooks.events import emit
from totetaxi.sandbox.stripe.world import World

from . import settlement
from .completion import Outcome, complete
from .saving import finish_saving, save_card


class NotOpenError(Exception):
    """The session cannot be paid any more (or is unknown: then `session` is None)."""

    def __init__(self, session: Json | None) -> None:
        """Keep the session as it is."""
        super().__init__("This Checkout Session is not open.")
        self.session = session


@dataclass(frozen=True, slots=True)
class _Try:
    """An attempt to pay: by which card, and whether it is kept for the next time."""

    method: Json
    card: Card
    save: bool = False


def open_session(world: World, session_id: str) -> Json:
    """Return the session if it can be paid now, or raise NotOpenError."""
    catch_up(world)
    session = world.store.get("checkout.session", session_id)
    if session is None or session["status"] != "open":
        raise NotOpenError(session)
    return session


def confirm(world: World, session_id: str, entry: CardEntry, *, save: bool = False) -> Outcome:
    """Try to pay the session with this card, or to save it in setup mode.

    `save`: the buyer ticked that a paying card shall be kept.

    Raises:
        NotOpenError: it was paid or has expired, perhaps a moment ago in another tab.
    """
    with world.store.transaction():
        session = open_session(world, session_id)
        card = find_card(entry.number)
        if session["mode"] == "setup":
            return save_card(world, session, make_payment_method(world, entry), card)
        intent = _intent_of(world, session, entry)
        method = make_payment_method(world, entry)
        return _pay(world, session, intent, _Try(method, card, save))


def confirm_saved(world: World, session_id: str, method_id: str) -> Outcome:
    """Try to pay the session with a saved card that its page offers.

    Raises:
        LookupError: the page does not offer it, or does so no more.
        NotOpenError: as in `confirm`.
    """
    with world.store.transaction():
        session = open_session(world, session_id)
        method = next((one for one in offered(world, session) if one["id"] == method_id), None)
        if method is None:
            raise LookupError(method_id)
        intent = _intent_of(world, session, None)
        return _pay(world, session, intent, _Try(method, card_of(method["card"]["last4"])))


def _pay(world: World, session: Json, intent: Json, attempt: _Try) -> Outcome:
    private = world.store.private(session["id"])
    world.store.save_private(session["id"], private | {"save": attempt.save})
    card = attempt.card
    is_set_up = attempt.method["customer"] is not None and card.until_set_up
    if card.authenticate and not is_set_up:
        url = f"{world.public_url}/c/challenge/{session['id']}"
        intents.mark_requires_action(world, intent, attempt.method, url)
        return Outcome("requires_action", session)
    return _charge(world, session, intent, attempt)


def finish_challenge(world: World, session_id: str, *, passed: bool) -> Outcome:
    """Go on after the bank's challenge.

    Raises:
        NotOpenError: the session is not open, or waits for no challenge.
    """
    with world.store.transaction():
        session = open_session(world, session_id)
        intent = challenged(world, session)
        if intent is None:
            raise NotOpenError(session)
        method = world.store.get("payment_method", intent["payment_method"])
        assert method  # noqa: S101 - an intent that requires action has one
        if session["mode"] == "setup":
            return finish_saving(world, session, intent, method, passed=passed)
        if passed:
            save = world.store.private(session["id"])["save"]
            attempt = _Try(method, card_of(method["card"]["last4"]), save)
            return _charge(world, session, intent, attempt)
        error = intents.authentication_error(method)
        intents.mark_failed(world, intent, error)
        return Outcome("failed", session, error["message"])


def challenged(world: World, session: Json) -> Json | None:
    """Return the intent of a session that waits for the bank's challenge, if it does."""
    kind = "setup_intent" if session["mode"] == "setup" else "payment_intent"
    intent = world.store.get(kind, session[kind] or "")
    return intent if intent and intent["status"] == "requires_action" else None


def _intent_of(world: World, session: Json, entry: CardEntry | None) -> Json:
    """Return the session's intent, made at the first attempt together with a new customer."""
    intent = world.store.get("payment_intent", session["payment_intent"] or "")
    if intent:
        return intent
    data = world.store.private(session["id"])["payment_intent_data"]
    wanted = session["customer_creation"] == "always" or data.get("setup_future_usage")
    if session["customer"] is None and wanted and entry is not None:
        values = {"email": entry.email, "name": entry.name}
        session["customer"] = make_customer(world, values)["id"]
    intent = intents.make_intent(world, session, session["customer"], data)
    session["payment_intent"] = intent["id"]
    world.store.save(session)
    return intent


def _charge(world: World, session: Json, intent: Json, attempt: _Try) -> Outcome:
    method, card = attempt.method, attempt.card
    charge = make_charge(world, intent, method, card)
    if card.decline:
        emit(world, "charge.failed", charge)
        error = intents.decline_error(card.decline, charge, method)
        intents.mark_failed(world, intent, error, charge)
        return Outcome("failed", session, card.decline.message)
    emit(world, "charge.succeeded", charge)
    settlement.schedule(world, charge)
    intents.mark_succeeded(world, intent, charge)
    if method["customer"] is None and (attempt.save or intent["setup_future_usage"]):
        shown = "always" if attempt.save else "limited"
        attach(world, method, session["customer"], allow_redisplay=shown)
    return Outcome("paid", complete(world, session, method, payment_status="paid"))


def offers_saving(session: Json) -> bool:
    """Whether the page asks if the card shall be kept for the next time."""
    options = session["saved_payment_method_options"] or {}
    return session["customer"] is not None and options.get("payment_method_save") == "enabled"


def success_address(session: Json) -> str:
    """Return where the buyer goes after paying, with the session's id filled in."""
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])
