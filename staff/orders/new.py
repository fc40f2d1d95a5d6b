"""An order taken from a caller: all steps of the wizard on one page, by the same rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.availability.rooms import room_on
from booking.availability.types import RoomState
from booking.catalogue.calendar import load_calendar
from booking.catalogue.snapshot import Snapshot
from booking.catalogue.words import translated
from booking.pricing.engine import quote_partial
from booking.pricing.types import Allowances, PartialQuote, Request
from booking.services.order import NewBooking
from booking.services.room import free_days_near, full_sentence
from booking.wizard.answers import SPECIALTY, read_request
from booking.wizard.order import current_versions, make_form, order_of_answers
from booking.wizard.people import Account
from booking.wizard.steps import STEPS, WHAT, WHEN, WHERE, WHO
from staff.orders.callers import with_account
from staff.orders.values import Values

SECTIONS = ("trip", "what", "when", "people", "building")
# Keys of an order's refusals that are told at another field; what has none is told above all.
FIELD_OF_KEY = {"service": "choice", "package": "choice", "accept_terms": "told_terms"}


@dataclass(kw_only=True)
class NewOrder:
    """What was typed for a caller, and who calls; `account` None for a guest."""

    values: Values
    account: Account | None
    snapshot: Snapshot
    allowances: Allowances
    now: datetime
    errors: dict[str, list[str]] = field(default_factory=dict)
    general: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.account is not None:
            self.values = with_account(self.values, self.account)

    @cached_property
    def asked(self) -> Request:
        """The request as far as it was said."""
        return read_request(self._typed)

    @cached_property
    def price(self) -> PartialQuote:
        """What is known of its price."""
        return quote_partial(
            self.asked,
            self.snapshot.book,
            self.now,
            closed=self.snapshot.fleet.closed,
            allowances=self.allowances,
        )

    @property
    def is_over_limit(self) -> bool:
        """Whether it cannot be paid by one link, or be carried by one van."""
        return self.price.quote.needs_staff is not None

    def judge(self, *, told_terms: bool) -> NewBooking | None:
        """The order, if all of it can be booked as far as forms and prices can tell; else None,
        and `errors` say what is wrong.
        """
        facts: dict[str, Any] = {}
        for step in (WHERE, WHAT, WHEN, WHO):
            form = make_form(step, self._typed, price=self.price, snapshot=self.snapshot)
            if form.is_valid():
                facts |= form.cleaned_data
            for name, texts in form.errors.items():
                self.errors[name] = [str(text) for text in texts]
        if refused := self.price.refused.by_key().get("discount_code"):
            self.errors["discount_code"] = [translated(refused[0].sentence)]
        if not told_terms:
            self.errors["told_terms"] = [_("Tell the caller the terms, and tick that you did")]
        if self.errors:
            return None
        return order_of_answers(
            facts,
            self.price,
            self.asked,
            customer_id=self.account.id if self.account else None,
            draft_id=None,
            versions=current_versions(),
            terms_accepted=told_terms,
        )

    def tell(self, refusals: dict[str, list[str]]) -> None:
        """Put an order's refusals where they belong."""
        for key, sentences in refusals.items():
            name = FIELD_OF_KEY.get(key, key)
            if key == "specialty":
                name = next((each for each in self.values if each.startswith(SPECIALTY)), name)
            if key in {"all", "account"}:
                self.general += sentences
            else:
                self.errors.setdefault(name, []).extend(sentences)

    def room_words(self) -> tuple[bool, str]:
        """Whether the chosen day has room for this, and that in words; empty before it is known.

        One query, two where it is full.
        """
        day, need = self.asked.pickup_date, self.price.quote.room
        refused = self.price.refused.by_key()
        if day is None or not need.pieces or "pickup_date" in refused:
            return True, ""
        if need.pieces > self.snapshot.book.limits.online_max_pieces:
            return True, _("No van carries it: staff arrange the vans.")
        found = room_on(load_calendar([day], self.snapshot.fleet)[day], need)
        if found.state is RoomState.OPEN:
            text = ngettext(
                "%(day)s has room for one like this.",
                "%(day)s has room for %(count)d like this.",
                found.left,
            )
            return True, text % {"day": _spoken(day), "count": found.left}
        near = free_days_near(
            day,
            need=need,
            service=self.asked.service,
            snapshot=self.snapshot,
            now=self.now,
        )
        return False, full_sentence(_spoken(day), [_spoken(each) for each in near], is_staff=True)

    def refused_words(self) -> Iterator[str]:
        """What of the price's own rules stands in the way so far."""
        for found in self.price.refused.by_key().values():
            yield translated(found[0].sentence)

    @property
    def _typed(self) -> dict[str, dict[str, str]]:
        """Each step finds its own answers among all."""
        return {step.name: self.values for step in STEPS}


def _spoken(day: date) -> str:
    return date_format(day, "l, F j")
