"""A draft whose pending booking is changed: going back to the wizard shows what it is now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from booking.catalogue.snapshot import get_snapshot
from booking.models import Booking, Draft
from booking.wizard.answers import read_when
from booking.wizard.order import IncompleteDraftError, order_from_draft
from booking.wizard.prefill import typed_of
from booking.wizard.steps import WHEN


@dataclass(frozen=True, slots=True)
class DraftInStep:
    """How a locked draft stood to its booking before a change; no draft: nothing to follow."""

    draft: Draft | None
    same_day: bool = False
    same_order: bool = False

    @classmethod
    def of(cls, draft: Draft | None, booking: Booking, *, now: datetime) -> DraftInStep:
        """Compare them. Who has typed another day meanwhile keeps it."""
        if draft is None:
            return cls(None)
        same_day = read_when(draft.step(WHEN.name)) == _when(booking)
        return cls(draft, same_day, _hash_of(draft, now) == booking.order_hash)

    def follow(self, booking: Booking, *, whole: bool, now: datetime) -> None:
        """Let the draft say the booking's day and total, and stay the same order as before.

        An order that differs from its booking's would supersede it (DECISIONS.md, 6). `whole`:
        anything may have changed; a draft that was the same order then follows in every step.
        """
        draft = self.draft
        if draft is None or not (self.same_order if whole else self.same_day):
            return
        if whole:
            draft.typed = {**draft.typed, **typed_of(booking, get_snapshot())}
        else:
            draft.typed = {**draft.typed, WHEN.name: _with_day(draft, booking)}
        draft.shown_total_cents = booking.total_cents
        # Each save moves on, so that one of the wizard at the same moment is told apart.
        draft.updated_at = max(now, draft.updated_at + timedelta(microseconds=1))
        Draft.objects.filter(pk=draft.pk).update(
            typed=draft.typed,
            shown_total_cents=draft.shown_total_cents,
            updated_at=draft.updated_at,
        )
        order_hash = _hash_of(draft, now)
        if self.same_order and order_hash:
            booking.order_hash = order_hash
            booking.save(update_fields=["order_hash", "updated_at"])


def _with_day(draft: Draft, booking: Booking) -> dict[str, str]:
    """The third step with the booking's day and time."""
    when = draft.step(WHEN.name) | {
        "pickup_date": booking.pickup_date.isoformat(),
        "pickup_time": f"{booking.pickup_time:%H:%M}",
    }
    when.pop("other_date", None)
    return when


def _when(booking: Booking) -> dict[str, Any]:
    return {"pickup_date": booking.pickup_date, "pickup_time": booking.pickup_time}


def _hash_of(draft: Draft, now: datetime) -> str:
    """The hash of the order that a draft states; empty where it states none."""
    try:
        return order_from_draft(draft, now=now).hash
    except IncompleteDraftError:
        return ""
