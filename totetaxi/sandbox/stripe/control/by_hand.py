"""What somebody does in Stripe's dashboard: take a payment, give money back."""

from totetaxi.sandbox.stripe.cards import find_card
from totetaxi.sandbox.stripe.checkout.settlement import schedule, settle_now
from totetaxi.sandbox.stripe.errors import ApiError, ImpossibleError
from totetaxi.sandbox.stripe.money import MINIMUM_CENTS
from totetaxi.sandbox.stripe.resources.charges import make_charge
from totetaxi.sandbox.stripe.resources.payment_intents import make_intent, mark_succeeded
from totetaxi.sandbox.stripe.resources.payment_methods import CardEntry, make_payment_method
from totetaxi.sandbox.stripe.resources.refunds import make_refund
from totetaxi.sandbox.stripe.store import Json
from totetaxi.sandbox.stripe.webhooks.events import emit
from totetaxi.sandbox.stripe.world import World

_CARD = "4242424242424242"


def take_payment(world: World, amount: int, description: str) -> Json:
    """Charge a card by hand, as for an invoice, and return the charge.

    It has an intent, but no session and none of the merchant's metadata.

    Raises:
        ValueError: less than Stripe takes.
    """
    if amount < MINIMUM_CENTS:
        raise ValueError(f"{amount} cents are less than {MINIMUM_CENTS}.")
    order = {
        "allowed_payment_method_types": None,
        "amount_total": amount,
        "currency": "usd",
        "payment_method_types": ["card"],
    }
    entry = CardEntry(number=_CARD, exp_month=12, exp_year=2034, name="Invoice Payer", email=None)
    with world.store.transaction():
        intent = make_intent(world, order, None, {"description": description})
        charge = make_charge(world, intent, make_payment_method(world, entry), find_card(_CARD))
        emit(world, "charge.succeeded", charge)
        schedule(world, charge)
        mark_succeeded(world, intent, charge)
    return charge


def give_back(world: World, charge: Json, amount: int | None) -> Json:
    """Refund a charge, or what is left of it, without the merchant's metadata; return the refund.

    Raises:
        ImpossibleError: Stripe refuses it.
    """
    values = {} if amount is None else {"amount": amount}
    try:
        with world.store.transaction():
            return make_refund(world, settle_now(world, charge), values)
    except ApiError as error:
        raise ImpossibleError(str(error)) from error
