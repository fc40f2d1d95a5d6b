"""One request to the wizard: whose draft, at which step, with which prices, at what moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.http import HttpRequest

from booking.catalogue.snapshot import Snapshot, get_snapshot
from booking.models import Draft
from booking.pricing.engine import quote_partial
from booking.pricing.types import PartialQuote, PriceBook, Request
from booking.wizard.answers import read_request
from booking.wizard.drafts import MadeBooking, find_any_draft, made_booking
from booking.wizard.people import Caller
from booking.wizard.steps import Step

Typed = dict[str, dict[str, str]]


@dataclass
class Visit:
    """What a view of the wizard works with. `typed` maps a step to its answers, as typed.

    `done` is the booking that the draft has become; the draft itself is then None.
    """

    request: HttpRequest
    step: Step
    draft: Draft | None
    snapshot: Snapshot
    now: datetime
    typed: Typed
    caller: Caller
    made: MadeBooking | None = None
    done: MadeBooking | None = None
    cache: dict[str, Any] = field(default_factory=dict)

    @property
    def book(self) -> PriceBook:
        """The prices of this visit."""
        return self.snapshot.book

    @property
    def answers(self) -> dict[str, str]:
        """What was typed at this visit's own step."""
        return self.typed.get(self.step.name, {})

    @property
    def keeps_contact(self) -> bool:
        """Whether the order is an account's whose owner is not signed in: its contact stays."""
        owned = self.draft is not None and self.draft.customer_id is not None
        return owned and self.caller.account is None

    @cached_property
    def asked(self) -> Request:
        """The request as far as it was answered."""
        return read_request(self.typed)

    @cached_property
    def price(self) -> PartialQuote:
        """What is known of its price."""
        return quote_partial(self.asked, self.book, self.now, closed=self.snapshot.fleet.closed)

    def with_answers(self, answers: Mapping[str, str]) -> Visit:
        """The same visit after other answers at its step."""
        return self.with_typed({**self.typed, self.step.name: dict(answers)})

    def with_typed(self, typed: Typed) -> Visit:
        """The same visit with other answers at any step."""
        return Visit(
            request=self.request,
            step=self.step,
            draft=self.draft,
            snapshot=self.snapshot,
            now=self.now,
            typed=typed,
            caller=self.caller,
            made=self.made,
            done=self.done,
        )


def open_visit(request: HttpRequest, step: Step, *, now: datetime) -> Visit:
    """Read the draft and the prices: one query, beside the session's own."""
    draft = find_any_draft(request)
    snapshot = get_snapshot(draft.__dict__["catalogue_stamp"] if draft else None)
    made = made_booking(draft) if draft else None
    done = None
    if made and not made.is_open:
        draft, made, done = None, None, made
    typed = (
        {}
        if draft is None
        else {name: answers for name, answers in draft.typed.items() if isinstance(answers, dict)}
    )
    return Visit(
        request=request,
        step=step,
        draft=draft,
        snapshot=snapshot,
        now=now,
        typed=typed,
        caller=Caller(request),
        made=made,
        done=done,
    )
