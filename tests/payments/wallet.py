"""The moves of somebody who keeps cards, for the tests of payments and of the portal."""

from accounts.models import User
from payments.models import CardSetup, SavedCard, StripeCustomer
from payments.services.card_setup import start_setup
from tests.payments.shop import Shop
from totetaxi.lib import clock

VISA = "4242424242424242"
MASTERCARD = "5555555555554444"
SAVES_THEN_DECLINES = "4000000000000341"


def add_card(shop: Shop, user: User, number: str = VISA) -> CardSetup:
    """Save a card on Stripe's page; Stripe's events about it are delivered and processed."""
    visit = start_setup(user, now=clock.now())
    assert visit.setup.session_id is not None
    outcome = shop.stripe.pay(visit.setup.session_id, card=number)
    assert outcome["outcome"] == "paid"
    shop.deliver()
    shop.work()
    visit.setup.refresh_from_db()
    return visit.setup


def kept(user: User) -> list[tuple[str, bool]]:
    """The account's cards as we show them: last four digits, and whether it is the default."""
    return list(SavedCard.objects.filter(user=user).values_list("last4", "is_default"))


def at_stripe(shop: Shop, user: User) -> list[str]:
    """Last four digits of the cards that Stripe keeps for the account, the newest first."""
    stripe_id = StripeCustomer.objects.get(user=user).stripe_id
    found = shop.stripe.objects("payment_method", customer=stripe_id)
    return [method["card"]["last4"] for method in reversed(found)]
