"""The draft of a visitor: found by the session, saved with every change, lost by nobody.

`Draft.typed` maps a step's name to what was typed there, as strings, valid or not. Its key `valid`
lists the steps whose last saved values were valid.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, FilteredRelation, Q, QuerySet, Subquery
from django.http import HttpRequest

from booking.lifecycle import ACTIVE, Status
from booking.models import Booking, Draft, StepReached
from booking.models.versioned import ONLY_ROW, CatalogueVersion
from booking.wizard.answers import whole_number
from booking.wizard.people import customer_id_of
from booking.wizard.prepared import PreparedUpdate
from booking.wizard.steps import STEPS, WHERE, Step
from totetaxi.lib.prepared import PreparedGet

SESSION_KEY = "draft"
VALID = "valid"
# A booking of these makes a draft one that may still be paid for, or one that has done its work.
LIVE = (*sorted(ACTIVE), Status.COMPLETED)


class DraftLostError(Exception):
    """The draft was deleted, or changed again and again, while it was being saved."""


@dataclass(frozen=True, kw_only=True)
class MadeBooking:
    """The live booking that was made from a draft."""

    id: UUID
    number: int
    status: Status
    needs_staff: bool
    order_hash: str
    total_cents: int
    hold_expires_at: datetime | None

    @property
    def is_open(self) -> bool:
        """It waits for its payment: the draft may still be changed, or paid for."""
        return self.status is Status.PENDING and not self.needs_staff


def find_draft(request: HttpRequest) -> Draft | None:
    """The visitor's draft, or None before the first answer or once it has become a booking.

    One query. `made_booking` tells the booking that waits for payment, if any.
    """
    draft = find_any_draft(request)
    made = made_booking(draft) if draft else None
    return None if made and not made.is_open else draft


def find_any_draft(request: HttpRequest) -> Draft | None:
    """Like `find_draft`, but a draft that has done its work is found as well."""
    key = request.session.get(SESSION_KEY)
    draft = load_draft(key) if key else None
    return draft if draft is None or draft.customer_id is None else _as_seen_by(request, draft)


def _as_seen_by(request: HttpRequest, draft: Draft) -> Draft | None:
    """An account's draft is the account's only while it is signed in.

    A browser that came by its private link alone goes on with it as a guest. Once the account has
    booked from it, whatever becomes of that booking's order stays the account's. Another customer
    finds nothing.
    """
    here = customer_id_of(request)
    if here == draft.customer_id:
        return draft
    if here is not None:
        return None
    if not Booking.objects.filter(draft_id=draft.pk, customer_id=draft.customer_id).exists():
        draft.customer_id = None  # not saved
    return draft


def _with_booking() -> QuerySet[Draft]:
    """Drafts with their live booking, and with the stamp of the prices: one query for all."""
    return Draft.objects.annotate(
        made=FilteredRelation("bookings", condition=Q(bookings__status__in=LIVE))
    ).annotate(
        catalogue_stamp=Subquery(CatalogueVersion.objects.filter(pk=ONLY_ROW).values("stamp")),
        made_id=F("made__id"),
        made_number=F("made__number"),
        made_status=F("made__status"),
        made_needs_staff=F("made__needs_staff"),
        made_order_hash=F("made__order_hash"),
        made_total_cents=F("made__total_cents"),
        made_hold_expires_at=F("made__hold_expires_at"),
    )


_DRAFT = PreparedGet(Draft, _with_booking)
_SAVE = PreparedUpdate(
    Draft,
    changed=("typed", "reached", "shown_total_cents", "updated_at"),
    known=("id", "updated_at"),
)


def load_draft(key: UUID | str) -> Draft | None:
    """A draft together with its live booking, in one query."""
    return _DRAFT.find(key)


def made_booking(draft: Draft) -> MadeBooking | None:
    """The live booking of a draft that came from `load_draft`, without a query."""
    facts: dict[str, Any] = draft.__dict__
    if facts.get("made_id") is None:
        return None
    return MadeBooking(
        id=facts["made_id"],
        number=facts["made_number"],
        status=Status(facts["made_status"]),
        needs_staff=facts["made_needs_staff"],
        order_hash=facts["made_order_hash"],
        total_cents=facts["made_total_cents"],
        hold_expires_at=facts["made_hold_expires_at"],
    )


def make_draft(request: HttpRequest, *, now: datetime) -> Draft:
    """A new draft that the session remembers from now on."""
    draft = Draft.objects.create(customer_id=customer_id_of(request))
    StepReached.objects.create(draft_key=draft.pk, step=WHERE.name, at=now)
    request.session[SESSION_KEY] = str(draft.pk)
    return draft


def is_complete(draft: Draft, step: Step) -> bool:
    """Whether a step was accepted, and what was typed there since is valid too."""
    return draft.reached >= step.number and step.name in draft.typed.get(VALID, ())


def first_incomplete(draft: Draft | None, before: Step) -> Step | None:
    """The first of the steps before `before` that still needs an answer; None when all have one."""
    if draft is None:
        return STEPS[0] if before.number > 1 else None
    return next((step for step in before.earlier if not is_complete(draft, step)), None)


def save_step(
    draft: Draft,
    step: Step,
    typed: dict[str, Any],
    *,
    is_valid: bool,
    accepted: bool = False,
    shown_total_cents: int | None,
    now: datetime,
) -> None:
    """Save what was typed at a step. One query, unless another tab saved at the same moment.

    `accepted`: the step's form was sent and is right, so the next step may be reached. Another
    tab's answers to other steps are kept; an answer that arrives after a newer one of its page
    is dropped. Raises DraftLostError.
    """
    for _attempt in range(8):
        if _is_older(typed, draft.step(step.name)):
            return
        reached = max(draft.reached, step.number) if accepted else draft.reached
        changed = {
            "typed": _merged(draft.typed, step, typed, is_valid=is_valid),
            "reached": reached,
            "shown_total_cents": shown_total_cents,
            # Each save moves on, so that two at the same moment are told apart.
            "updated_at": max(now, draft.updated_at + timedelta(microseconds=1)),
        }
        if _SAVE.update(changed, known={"id": draft.pk, "updated_at": draft.updated_at}):
            if accepted:
                _record_reached(draft, reached, now)
            for name, value in changed.items():
                setattr(draft, name, value)
            return
        newer = Draft.objects.filter(pk=draft.pk).first()
        if newer is None:
            break
        draft.typed, draft.reached = newer.typed, newer.reached
        draft.updated_at = newer.updated_at
    raise DraftLostError


def _merged(
    stored: dict[str, Any], step: Step, typed: dict[str, Any], *, is_valid: bool
) -> dict[str, Any]:
    valid = [name for name in stored.get(VALID, ()) if name != step.name]
    if is_valid:
        valid.append(step.name)
    return {**stored, step.name: typed, VALID: valid}


def _is_older(typed: dict[str, Any], stored: dict[str, Any]) -> bool:
    if not typed.get("_page") or typed["_page"] != stored.get("_page"):
        return False
    return whole_number(typed.get("_seq")) < whole_number(stored.get("_seq"))


def _record_reached(draft: Draft, reached: int, now: datetime) -> None:
    """Write down that the step after the accepted one is reached, the first time."""
    if reached > draft.reached and reached < len(STEPS):
        row = StepReached(draft_key=draft.pk, step=STEPS[reached].name, at=now)
        StepReached.objects.bulk_create([row], ignore_conflicts=True)
