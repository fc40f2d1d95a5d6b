"""The saved addresses that a customer may put at either end, and the offer to keep a new one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from booking.wizard import fields
from booking.wizard.fields import Field
from booking.wizard.forms.where import LEGS
from booking.wizard.people import Account, SavedPlace
from booking.wizard.visit import Visit

# So many stand as buttons; the rest of a large address book is a list.
MOST_CARDS = 3


@dataclass(frozen=True, slots=True)
class PlaceCard:
    """A button that puts an address at one end. `value` is what it sends."""

    id: str
    value: str
    label: str
    detail: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """What is offered at one end.

    `more`: (id, words) of the addresses without a card. `save_as`: the field for a new address's
    name; None where a saved one stands.
    """

    leg: str
    name: str
    cards: tuple[PlaceCard, ...]
    more: tuple[tuple[str, str], ...]
    save_as: Field | None


def offers(visit: Visit, errors: Mapping[str, list[str]]) -> dict[str, Offer]:
    """The offers by leg; none to a guest."""
    account = visit.caller.account
    if account is None:
        return {}
    return {leg: _offer(visit, account, leg, errors) for leg in LEGS}


def _offer(visit: Visit, account: Account, leg: str, errors: Mapping[str, list[str]]) -> Offer:
    standing = account.place_at(visit.answers, leg)
    shown = account.places[:MOST_CARDS]
    if standing is not None and standing not in shown:
        shown = (*shown[:-1], standing)
    cards = tuple(_card(leg, place, is_chosen=place is standing) for place in shown)
    if cards:
        is_other = standing is None and bool(visit.answers.get(f"{leg}_other"))
        other = _("Another address")
        detail = _("Type it below")
        cards += (PlaceCard(f"use-{leg}-other", f"{leg}:", other, detail, is_other),)
    spec = fields.SAVE_AS[leg]
    save_as = None if standing else fields.fields((spec,), visit.answers, errors)[spec.name]
    return Offer(
        leg=leg,
        name=_("Saved addresses for the pickup")
        if leg == LEGS[0]
        else _("Saved addresses for the delivery"),
        cards=cards,
        more=tuple(
            (str(place.id), f"{place.label}: {place.street_words}")
            for place in account.places
            if place not in shown
        ),
        save_as=save_as,
    )


def _card(leg: str, place: SavedPlace, *, is_chosen: bool) -> PlaceCard:
    return PlaceCard(
        id=f"use-{leg}-{place.id}",
        value=f"{leg}:{place.id}",
        label=place.label,
        detail=place.street_words,
        is_chosen=is_chosen,
    )


def changed_offers(before: Visit, sent: Visit, changed: str) -> list[Offer]:
    """The offer of the end in which a field was changed, where it says something else now."""
    leg = changed.partition("_")[0]
    account = sent.caller.account if leg in LEGS and sent.caller.is_signed_in else None
    if account is None or account.place_at(before.answers, leg) is account.place_at(
        sent.answers, leg
    ):
        return []
    return [_offer(sent, account, leg, {})]
