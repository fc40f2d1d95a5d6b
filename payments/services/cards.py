"""The cards that Stripe keeps for an account, mirrored here to be shown; the truth is Stripe's."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from payments import card_gateway, gateway
from payments.models import SavedCard, StripeCustomer
from payments.results import Card
from payments.services.customers import drop_lost_customer, plan_forgetting

_TRIES = 5


class CardGoneError(Exception):
    """Stripe does not keep the card any more; the mirror has been brought up to date."""


def sync_cards(stripe_customer_id: str, *, now: datetime) -> None:
    """Make our rows agree with the cards that Stripe keeps for one of our customers.

    The one way in which a card comes to us, changes, or goes: after a visit to Stripe's page, and
    after any event about a card. Safe at any time, in any order, at the same time as itself: what
    Stripe listed before another writing is asked for again. Where no card is the default one, the
    card saved last becomes it. Raises GatewayError.
    """
    for _try in range(_TRIES):
        customer = StripeCustomer.objects.filter(stripe_id=stripe_customer_id).first()
        if customer is None:
            return
        try:
            cards = card_gateway.list_cards(stripe_customer_id)
            default = _default_of(stripe_customer_id, cards)
        except gateway.GatewayRefusedError as error:
            if error.code != "resource_missing":
                raise
            drop_lost_customer(stripe_customer_id)  # somebody deleted them at Stripe
            return
        if _write(customer, cards, default, now=now):
            return
    raise gateway.GatewayDownError("the cards kept changing")


def _default_of(stripe_customer_id: str, cards: tuple[Card, ...]) -> str:
    if not cards:
        return ""
    default = card_gateway.get_default_card(stripe_customer_id)
    if default not in {card.id for card in cards}:
        default = cards[0].id
        card_gateway.set_default_card(stripe_customer_id, default)
    return default


def _write(seen: StripeCustomer, cards: tuple[Card, ...], default: str, *, now: datetime) -> bool:
    """Replace an account's rows; False, and nothing written, if somebody else did meanwhile."""
    with transaction.atomic():
        customer = StripeCustomer.objects.select_for_update().get(pk=seen.pk)
        if customer.cards_revision != seen.cards_revision:
            return False
        if customer.user_id is None:
            if cards:  # saved on a page that was still open when the account was deleted
                plan_forgetting(customer, now=now)
            return True
        customer.cards_revision += 1
        customer.save(update_fields=["cards_revision", "updated_at"])
        mine = SavedCard.objects.filter(user=customer.user_id)
        mine.exclude(stripe_id__in=[card.id for card in cards]).delete()
        mine.exclude(stripe_id=default).update(is_default=False)
        for card in cards:
            SavedCard.objects.update_or_create(
                stripe_id=card.id,
                defaults={
                    "user_id": customer.user_id,
                    "brand": card.brand,
                    "last4": card.last4,
                    "exp_month": card.exp_month,
                    "exp_year": card.exp_year,
                    "saved_at": card.saved_at,
                    "is_default": card.id == default,
                },
            )
        return True


def make_default(user: AbstractBaseUser, card_id: UUID, *, now: datetime) -> SavedCard:
    """Make one of the account's cards the default one, at Stripe and here.

    Raises SavedCard.DoesNotExist, CardGoneError, GatewayError.
    """
    card = SavedCard.objects.get(pk=card_id, user_id=user.pk)
    customer_id = _customer_of(user)
    if not customer_id:  # nobody at Stripe has cards for this account
        SavedCard.objects.filter(user_id=user.pk).delete()
        raise CardGoneError
    try:
        card_gateway.set_default_card(customer_id, card.stripe_id)
    except gateway.GatewayRefusedError as error:
        sync_cards(customer_id, now=now)
        raise CardGoneError from error
    sync_cards(customer_id, now=now)
    return card


def remove_card(user: AbstractBaseUser, card_id: UUID, *, now: datetime) -> SavedCard:
    """Have Stripe forget a card; only then is it gone here. The card saved last becomes default
    where the default one was removed.

    Raises SavedCard.DoesNotExist; GatewayError: the card is still there, as far as we know.
    """
    card = SavedCard.objects.get(pk=card_id, user_id=user.pk)
    card_gateway.detach_card(card.stripe_id)
    with transaction.atomic():
        customer = StripeCustomer.objects.select_for_update().filter(user_id=user.pk).first()
        if customer is not None:
            customer.cards_revision += 1
            customer.save(update_fields=["cards_revision", "updated_at"])
        SavedCard.objects.filter(pk=card.pk).delete()
    try:
        sync_cards(_customer_of(user), now=now)
    except gateway.GatewayError:
        # It is removed. Stripe's event about that passes the default on a moment later.
        return card
    return card


def _customer_of(user: AbstractBaseUser) -> str:
    """The customer who has the account's cards; empty where Stripe knows none (any more)."""
    found = StripeCustomer.objects.filter(user_id=user.pk).values_list("stripe_id", flat=True)
    return found.first() or ""
