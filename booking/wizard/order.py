"""A draft becomes an order: all steps are read and judged once more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max

from booking.catalogue.snapshot import Snapshot, get_snapshot
from booking.models import Draft, PolicyKind, PolicyText
from booking.pricing.engine import quote_partial
from booking.pricing.types import PartialQuote, Request
from booking.services.order import NewBooking, OrderAddress
from booking.wizard.answers import read_request
from booking.wizard.choices import sold_specialty
from booking.wizard.forms import StepForm, WhatForm, WhenForm, WhereForm, WhoForm
from booking.wizard.steps import WHAT, WHEN, WHERE, WHO, Step

Typed = dict[str, dict[str, str]]


class IncompleteDraftError(Exception):
    """A step has no answer yet, or one that will not do any more. `step` is the first such."""

    def __init__(self, step: Step) -> None:
        self.step = step
        super().__init__(f"The step {step.name} is not complete.")


@dataclass(frozen=True, slots=True)
class Versions:
    """Of the texts that are in force; None where there is none."""

    terms: int | None
    cancellation: int | None


def current_versions() -> Versions:
    """The newest version of both texts that a booking accepts. One query."""
    found = dict(PolicyText.objects.order_by().values_list("kind").annotate(newest=Max("version")))
    return Versions(found.get(PolicyKind.TERMS), found.get(PolicyKind.CANCELLATION))


def answers_of(draft: Draft) -> Typed:
    """The answers of all steps, as typed."""
    return {step: typed for step, typed in draft.typed.items() if isinstance(typed, dict)}


def make_form(step: Step, typed: Typed, *, price: PartialQuote, snapshot: Snapshot) -> StepForm:
    """The bound form of one of the first four steps. Room in a van is not judged."""
    answers = typed.get(step.name, {})
    if step is WHERE:
        return WhereForm(answers, price=price)
    if step is WHAT:
        return WhatForm(answers, price=price, specialty=sold_specialty(snapshot.book))
    if step is WHEN:
        return WhenForm(answers, price=price)
    return WhoForm(answers, price=price)


def order_from_draft(
    draft: Draft,
    *,
    now: datetime,
    terms_accepted: bool = False,
    versions: Versions | None = None,
    snapshot: Snapshot | None = None,
) -> NewBooking:
    """The order that a draft states. Raises IncompleteDraftError.

    The discount code and the room are judged when the booking is made. `versions` and `snapshot`
    are read here where the caller has none.
    """
    snapshot = snapshot or get_snapshot()
    typed = answers_of(draft)
    asked = read_request(typed)
    price = quote_partial(asked, snapshot.book, now, closed=snapshot.fleet.closed)
    facts: dict[str, Any] = {}
    for step in (WHERE, WHAT, WHEN, WHO):
        form = make_form(step, typed, price=price, snapshot=snapshot)
        if not form.is_valid():
            raise IncompleteDraftError(step)
        facts |= form.cleaned_data
    return order_of_answers(
        facts,
        price,
        asked,
        customer_id=draft.customer_id,
        draft_id=draft.pk,
        versions=versions or current_versions(),
        terms_accepted=terms_accepted,
    )


def order_of_answers(
    facts: dict[str, Any],
    price: PartialQuote,
    asked: Request,
    *,
    customer_id: UUID | None,
    draft_id: UUID | None,
    versions: Versions,
    terms_accepted: bool,
) -> NewBooking:
    """The order that the cleaned answers of the first four steps state."""
    return NewBooking(
        request=asked,
        pickup=_address(facts, "pickup"),
        delivery=_address(facts, "delivery"),
        customer_id=customer_id,
        contact_name=facts["contact_name"],
        contact_email=facts["contact_email"],
        contact_phone=facts["contact_phone"],
        other_contact_name=facts["other_contact_name"],
        other_contact_phone=facts["other_contact_phone"],
        driver_notes=facts["driver_notes"],
        coi_wording=facts["coi_wording"] if price.quote.coi_required else "",
        draft_id=draft_id,
        terms_version=versions.terms,
        policy_version=versions.cancellation,
        terms_accepted=terms_accepted,
    )


def _address(facts: dict[str, object], leg: str) -> OrderAddress:
    names = ("street", "unit", "city", "state", "zip", "has_doorman", "has_elevator")
    parts = {name: facts[f"{leg}_{name}"] for name in (*names, "access_notes")}
    return OrderAddress(**parts)  # type: ignore[arg-type]  # each was cleaned by its field
