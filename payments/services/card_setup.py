"""A visit to Stripe's page that saves a card, from the button to what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.urls import reverse

from payments import card_gateway, gateway
from payments.card_gateway import NewSetup
from payments.models import CardSetup, StripeCustomer
from payments.results import Session
from payments.services.cards import sync_cards
from payments.services.customers import with_customer
from payments.services.refund import new_key

# As long as a payment's page; Stripe wants at least 30 minutes, counted when it gets the request.
SETUP_LIFE = timedelta(minutes=35)
_SHORTEST = timedelta(minutes=31)
# A visit that is over for so long, and of which Stripe's list told nothing, never began.
FORGOTTEN_AFTER = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A visit that can begin, and the address of Stripe's page."""

    setup: CardSetup
    url: str


def start_setup(user: AbstractBaseUser, *, now: datetime) -> Visit:
    """Open Stripe's page that saves a card.

    A visit whose answer was lost is taken up again, with its own key. Raises GatewayError: then
    nothing has changed, and trying again is safe.
    """
    setup = _unanswered(user, now) or CardSetup.objects.create(
        user_id=user.pk,
        idempotency_key=new_key(),
        session_expires_at=(now + SETUP_LIFE).replace(microsecond=0),
    )
    try:
        session = _open(user, setup, now=now)
    except gateway.KeyReusedError:
        # The account's customer was made anew since; the next try begins a visit of its own.
        _end(setup, CardSetup.Status.EXPIRED)
        raise
    except gateway.GatewayDownError as error:
        if error.replayed:
            _end(setup, CardSetup.Status.EXPIRED)
        raise
    _keep(setup, session)
    return Visit(setup=setup, url=session.url)


def _open(user: AbstractBaseUser, setup: CardSetup, *, now: datetime) -> Session:
    added = reverse("accounts:card_added", args=[setup.pk])
    return with_customer(
        user,
        lambda customer_id: card_gateway.create_setup(
            NewSetup(
                setup_id=str(setup.pk),
                customer_id=customer_id,
                expires_at=setup.session_expires_at,
                # Stripe puts the session's id in this place.
                success_url=f"{settings.SITE_URL}{added}?session_id={{CHECKOUT_SESSION_ID}}",
                cancel_url=f"{settings.SITE_URL}{reverse('accounts:cards')}",
            ),
            key=setup.idempotency_key,
        ),
        now=now,
    )


def _unanswered(user: AbstractBaseUser, now: datetime) -> CardSetup | None:
    return CardSetup.objects.filter(
        user_id=user.pk,
        status=CardSetup.Status.PENDING,
        session_id=None,
        session_expires_at__gt=now + _SHORTEST,
    ).first()


def _keep(setup: CardSetup, session: Session) -> None:
    setup.session_id = session.id
    CardSetup.objects.filter(pk=setup.pk).update(session_id=session.id)


def finish_setup(setup_id: UUID, *, now: datetime) -> CardSetup:
    """Ask Stripe what came of a visit, and mirror the card that it saved. Answers the visit.

    Safe at any time, in any order, at the same time as itself. Raises GatewayError.
    """
    setup = CardSetup.objects.get(pk=setup_id)
    if setup.status != CardSetup.Status.PENDING:
        return setup
    if setup.session_id is not None:
        return learn_setup(setup, gateway.get_session(setup.session_id), now=now)
    if setup.session_expires_at < now - FORGOTTEN_AFTER:
        _end(setup, CardSetup.Status.EXPIRED)
    return setup


def learn_setup(setup: CardSetup, session: Session, *, now: datetime) -> CardSetup:
    """Write down a visit's session that Stripe has just told us of. Raises GatewayError."""
    if setup.session_id is None:
        _keep(setup, session)
    if session.status == "complete":
        customer = StripeCustomer.objects.get(user=setup.user_id)
        sync_cards(customer.stripe_id or "", now=now)
        _end(setup, CardSetup.Status.COMPLETE)
    elif session.status == "expired":
        _end(setup, CardSetup.Status.EXPIRED)
    return setup


def _end(setup: CardSetup, status: CardSetup.Status) -> None:
    # The account, and the visit with it, may be deleted at any moment.
    setup.status = status
    CardSetup.objects.filter(pk=setup.pk).update(status=status)
