"""The pages of saved cards. Another customer's card, or visit, is not found.

Numbers are typed at Stripe alone; what is shown here is what Stripe says of a card.
"""

from __future__ import annotations

import logging
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.access import customer_page
from accounts.cards.words import card_words
from accounts.models import User
from payments import gateway
from payments.models import CardSetup, SavedCard
from payments.services import cards as services
from payments.services.card_setup import finish_setup, start_setup
from totetaxi.lib import clock
from totetaxi.lib.htmx import redirect
from totetaxi.lib.ratelimit import Limit

logger = logging.getLogger("payments")

# Of one account: each may end in several calls to Stripe.
CARD_CALLS = Limit("cards", times=30, seconds=600)


@require_safe
@customer_page
def cards(request: HttpRequest) -> HttpResponse:
    """All of them, the default first."""
    return _show(request)


@require_POST
@customer_page
def add_card(request: HttpRequest) -> HttpResponseBase:
    """To Stripe's page that saves a card; it leads back here."""
    if not _may_call(request):
        return _too_many(request)
    try:
        visit = start_setup(_user(request), now=clock.now())
    except gateway.GatewayError as error:
        return _stripe_down(request, error, "add_card")
    return redirect(request, visit.url)


@require_GET
@customer_page
def card_added(request: HttpRequest, setup_id: UUID) -> HttpResponseBase:
    """Where Stripe sends people back to. What came of it is what Stripe says, not the address.

    A GET that may write: whoever comes first, this page or the webhook, mirrors the card.
    """
    setup = get_object_or_404(CardSetup, pk=setup_id, user_id=_user(request).pk)
    if request.GET.get("session_id", setup.session_id) != setup.session_id:
        raise Http404
    try:
        setup = finish_setup(setup.pk, now=clock.now())
    except gateway.GatewayError:
        logger.warning("card_not_confirmed setup=%s", setup.pk, exc_info=True)
    if setup.status == CardSetup.Status.COMPLETE:
        messages.success(request, _("Your card is saved."))
    elif setup.status == CardSetup.Status.EXPIRED:
        messages.info(request, _("The time to add a card has run out. No card was added."))
    else:
        messages.info(request, _("Stripe has not confirmed a card yet. It shows here once it is."))
    return redirect(request, reverse("accounts:cards"))


@require_POST
@customer_page
def default_card(request: HttpRequest, card_id: UUID) -> HttpResponseBase:
    """Make a card the default one."""
    card = _get_card(request, card_id)
    if not _may_call(request):
        return _too_many(request)
    try:
        services.make_default(_user(request), card.pk, now=clock.now())
    except (services.CardGoneError, SavedCard.DoesNotExist):
        messages.warning(request, _("This card is not saved any more."))
    except gateway.GatewayError as error:
        return _stripe_down(request, error, "default_card")
    else:
        text = _("%(card)s is your default card now.") % {"card": _name(card)}
        messages.success(request, text)
    return redirect(request, reverse("accounts:cards"))


@require_http_methods(["GET", "HEAD", "POST"])
@customer_page
def remove_card(request: HttpRequest, card_id: UUID) -> HttpResponseBase:
    """Ask once more, then have Stripe forget the card."""
    card = _get_card(request, card_id)
    if request.method != "POST":
        words = card_words(card, today=clock.today(clock.now()))
        return render(request, "accounts/remove_card.html", {"words": words})
    if not _may_call(request):
        return _too_many(request)
    try:
        services.remove_card(_user(request), card.pk, now=clock.now())
    except SavedCard.DoesNotExist:  # in another tab, at the same moment
        logger.info("card_removed_twice card=%s", card.pk)
    except gateway.GatewayError as error:
        return _stripe_down(request, error, "remove_card")
    messages.success(request, _("%(card)s is removed.") % {"card": _name(card)})
    return redirect(request, reverse("accounts:cards"))


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)


def _get_card(request: HttpRequest, card_id: UUID) -> SavedCard:
    """A card of the signed-in customer. Raises Http404."""
    return get_object_or_404(SavedCard, pk=card_id, user_id=_user(request).pk)


def _name(card: SavedCard) -> str:
    return card_words(card, today=clock.today(clock.now())).name


def _may_call(request: HttpRequest) -> bool:
    return CARD_CALLS.take(str(_user(request).pk), now=clock.now())


def _show(request: HttpRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    today = clock.today(clock.now())
    found = SavedCard.objects.filter(user_id=_user(request).pk)
    context = {"cards": [card_words(card, today=today) for card in found], "problem": problem}
    return render(request, "accounts/cards.html", context, status=status)


def _too_many(request: HttpRequest) -> HttpResponse:
    text = _("Your cards were changed many times. Please wait a few minutes and try again.")
    return _show(request, problem=text, status=429)


def _stripe_down(request: HttpRequest, error: gateway.GatewayError, doing: str) -> HttpResponse:
    logger.warning("card_call_failed doing=%s error=%s", doing, type(error).__name__)
    text = _(
        "Our payment partner Stripe does not answer right now, so this is not done yet."
        " Nothing is lost: please try again in a minute."
    )
    return _show(request, problem=text, status=503)
