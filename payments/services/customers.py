"""An account's customer at Stripe: made when first needed, once, and forgotten with the account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from payments import card_gateway, gateway
from payments.models import CUSTOMER_WORK, CardSetup, SavedCard, StripeCustomer
from payments.services.refund import new_key
from totetaxi.lib import queue
from totetaxi.lib.work import WorkState

T = TypeVar("T")

# Stripe forgets a key after a day at the earliest; until then it makes no second customer.
_KEY_LIFE = timedelta(hours=23)


def get_stripe_customer(user: AbstractBaseUser, *, now: datetime) -> str:
    """The id of an account's customer at Stripe, who is made if there is none.

    Their e-mail address and name are brought up to date on the way. Called outside transactions.
    Raises GatewayError: then whatever needs the customer cannot be done now.
    """
    account = get_user_model().objects.get(pk=user.pk)
    customer, _added = StripeCustomer.objects.get_or_create(
        user=account,
        defaults={
            "account_key": account.pk,
            "idempotency_key": new_key(),
            "email": account.email,
            "name": account.name,
        },
    )
    if customer.stripe_id is None:
        customer = _make(customer, now=now)
    told = {"email": account.email, "name": account.name}
    if {"email": customer.email, "name": customer.name} != told:
        card_gateway.update_customer(customer.stripe_id or "", **told)
        StripeCustomer.objects.filter(pk=customer.pk, user=account).update(**told)
    return customer.stripe_id or ""


def with_customer(user: AbstractBaseUser, call: Callable[[str], T], *, now: datetime) -> T:
    """Call Stripe for an account's customer; one that somebody deleted at Stripe is made anew.

    `call` takes the customer's id, and refers to nothing else that Stripe might miss.
    """
    known = StripeCustomer.objects.filter(user=user.pk).values_list("stripe_id", flat=True).first()
    try:
        return call(get_stripe_customer(user, now=now))
    except gateway.GatewayRefusedError as error:
        if error.code != "resource_missing" or not known:
            raise
    drop_lost_customer(known)
    return call(get_stripe_customer(user, now=now))


def _make(customer: StripeCustomer, *, now: datetime) -> StripeCustomer:
    """Have Stripe make the customer of a row, or find again the one that it made."""
    if now - customer.updated_at < _KEY_LIFE:
        try:
            return _keep(customer, _create(customer), now=now)
        except gateway.GatewayDownError as error:
            customer.refresh_from_db()
            if customer.stripe_id is not None:  # another tab got the answer meanwhile
                return customer
            if not error.replayed:
                raise
        except gateway.KeyReusedError:
            pass
    found = card_gateway.find_customer(account_key=customer.account_key, email=customer.email)
    return _keep(customer, found or _create(_with_new_key(customer)), now=now)


def _create(customer: StripeCustomer) -> str:
    return card_gateway.create_customer(
        account_key=customer.account_key,
        email=customer.email,
        name=customer.name,
        key=customer.idempotency_key,
    )


def _with_new_key(customer: StripeCustomer) -> StripeCustomer:
    """Another key, once: of two tabs that need one, the second takes that of the first."""
    with transaction.atomic():
        locked = StripeCustomer.objects.select_for_update().get(pk=customer.pk)
        if locked.idempotency_key == customer.idempotency_key:
            locked.idempotency_key = new_key()
            locked.save(update_fields=["idempotency_key", "updated_at"])
        return locked


def _keep(customer: StripeCustomer, stripe_id: str, *, now: datetime) -> StripeCustomer:
    with transaction.atomic():
        locked = StripeCustomer.objects.select_for_update().get(pk=customer.pk)
        if locked.stripe_id is None:
            locked.stripe_id = stripe_id
            locked.save(update_fields=["stripe_id", "updated_at"])
            if locked.user_id is None and locked.work_state != WorkState.DUE:
                plan_forgetting(locked, now=now)  # the account was deleted in this very moment
        return locked


def drop_lost_customer(stripe_id: str) -> None:
    """Forget a customer whom Stripe does not know any more, and the cards that went with them."""
    with transaction.atomic():
        lost = StripeCustomer.objects.select_for_update().filter(stripe_id=stripe_id).first()
        if lost is None:  # another tab did it
            return
        lost.stripe_id = None
        lost.idempotency_key = new_key()
        lost.cards_revision += 1
        lost.save()
        SavedCard.objects.filter(user=lost.user_id).delete()


# ------------------------------------------------------------------------------------ forgetting


def forget_customer(user_id: UUID, *, now: datetime) -> None:
    """Have everything that Stripe keeps of a deleted account taken away: cards, name, e-mail.

    Belongs into the transaction that deletes the account. The row stays, without the person: the
    queue works on it until Stripe has done it.
    """
    SavedCard.objects.filter(user=user_id).delete()
    CardSetup.objects.filter(user=user_id).delete()
    customer = StripeCustomer.objects.select_for_update().filter(user=user_id).first()
    if customer is not None:
        customer.user = None
        plan_forgetting(customer, now=now)


def plan_forgetting(customer: StripeCustomer, *, now: datetime) -> None:
    """Have the queue take away what Stripe keeps. In the caller's transaction."""
    customer.work_state = WorkState.DUE
    customer.attempts = 0
    customer.next_try_at = now
    customer.save()
    queue.hint(CUSTOMER_WORK)


def execute_forgetting(customer_pk: UUID, *, now: datetime) -> WorkState | None:
    """Detach every card of a deleted account and blank who they are. Raises GatewayError."""
    customer = StripeCustomer.objects.get(pk=customer_pk)
    if customer.user_id is not None:
        return WorkState.IGNORED
    if customer.stripe_id is None and customer.email:
        # An answer was lost: only by asking the same again is it known whom to forget.
        customer = _make(customer, now=now)
    if customer.stripe_id is not None:
        _blank_at_stripe(customer.stripe_id)
    customer.email = customer.name = ""
    customer.save(update_fields=["email", "name", "updated_at"])
    return None


def _blank_at_stripe(stripe_id: str) -> None:
    try:
        for card in card_gateway.list_cards(stripe_id):
            card_gateway.detach_card(card.id)
        card_gateway.update_customer(stripe_id, email="", name="")
    except gateway.GatewayRefusedError as error:
        if error.code != "resource_missing":  # else somebody deleted them at Stripe
            raise
