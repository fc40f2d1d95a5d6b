"""What the portal's first page and its two live pieces show."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.dateformat import format as spelled
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.portal.figures import (
    Figures,
    OpenDraft,
    find_figures,
    find_glance,
    find_open_draft,
)
from accounts.portal.filters import STATUSES, Filters, read_filters
from accounts.portal.queries import find_past, find_upcoming, pages, search
from accounts.portal.words import BookingCard, BookingLine, card, line
from booking.wizard.forms.where import LEGS
from totetaxi.lib.clock import today
from totetaxi.lib.money import usd


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A page of past bookings, or of all that a search means."""

    lines: list[BookingLine]
    filters: Filters
    total: int
    page: int
    pages: int
    years: list[tuple[str, str]]
    figures: Figures

    @property
    def statuses(self) -> tuple[tuple[str, Any], ...]:
        """What can be chosen as a status."""
        return STATUSES

    @property
    def year(self) -> str:
        """The chosen year as the select has it."""
        return str(self.filters.year) if self.filters.year else ""

    @property
    def is_shown(self) -> bool:
        """Whether there is anything to look through."""
        return bool(self.figures.past or self.filters.are_set)

    @property
    def earlier(self) -> str:
        """The query of the page with older bookings; empty on the last one."""
        return self.filters.to_page(self.page + 1) if self.page < self.pages else ""

    @property
    def later(self) -> str:
        """The query of the page with newer bookings; empty on the first one."""
        return self.filters.to_page(self.page - 1) if self.page > 1 else ""

    @property
    def count_words(self) -> str:
        """How many a search has found; empty without one."""
        if not self.filters.are_set:
            return ""
        return ngettext("%(n)d booking", "%(n)d bookings", self.total) % {"n": self.total}

    @property
    def made_words(self) -> str:
        """`4 bookings since May 2026, $11,258.25 in all`; empty before the first."""
        figures = self.figures
        if not figures.made or figures.since is None:
            return ""
        words = ngettext(
            "%(n)d booking since %(month)s, %(spent)s in all",
            "%(n)d bookings since %(month)s, %(spent)s in all",
            figures.made,
        )
        month = spelled(figures.since, "F Y")
        return words % {"n": figures.made, "month": month, "spent": usd(figures.spent_cents)}


@dataclass(frozen=True, slots=True)
class ToDo:
    """The one thing that waits for the customer."""

    words: str
    url: str
    action: str


def etag_at(customer: UUID, newest: Any, now: datetime) -> str:
    """The ETag of the upcoming bookings: new with each change of a booking, and each day.

    `newest` is the newest change as the database writes it (`find_newest_change`).
    """
    facts = (str(customer), str(newest), today(now))
    return '"' + hashlib.sha256(repr(facts).encode()).hexdigest()[:24] + '"'


def upcoming_context(customer: UUID, newest: Any, now: datetime) -> dict[str, Any]:
    """What `accounts/portal/upcoming.html` needs. One query.

    `newest` was asked before: what changes meanwhile is fetched once more.
    """
    cards = [card(row, now) for row in find_upcoming(customer, now)]
    return {"etag": etag_at(customer, newest, now), "cards": cards}


def history_context(customer: UUID, asked: QueryDict, now: datetime) -> dict[str, Any]:
    """What `accounts/portal/history.html` needs. Three queries, four for a search."""
    filters, figures = read_filters(asked), find_figures(customer, now)
    if filters.are_set:
        rows, total = search(customer, filters)
    else:
        total = figures.past
        rows = find_past(customer, now, page=min(filters.page, pages(total)))
    history = History(
        lines=[line(row) for row in rows],
        filters=filters,
        total=total,
        page=min(filters.page, pages(total)),
        pages=pages(total),
        years=_years(figures, now),
        figures=figures,
    )
    return {"history": history}


def portal_context(customer: UUID, asked: QueryDict, now: datetime) -> dict[str, Any]:
    """The whole page: two queries, three with an open draft. Who asks to look back gets the
    history with it: three more, four for a search. To all others it comes once they scroll to it.
    """
    glance = find_glance(customer, now)
    upcoming = upcoming_context(customer, glance.newest, now)
    cards: list[BookingCard] = upcoming["cards"]
    draft = find_open_draft(customer) if glance.has_draft else None
    return {
        **upcoming,
        **(history_context(customer, asked, now) if asked else {}),
        "has_past": glance.has_past,
        "to_do": _to_do(cards, glance.phone),
        "addresses": glance.addresses,
        "draft": draft,
        "draft_words": _draft_words(draft) if draft else "",
        "is_new": not (cards or glance.has_listed or draft),
    }


def _to_do(cards: list[BookingCard], phone: str) -> ToDo | None:
    unpaid = next((card for card in cards if card.pay_url), None)
    if unpaid is not None:
        words = _("%(code)s waits for its payment.") % {"code": unpaid.code}
        return ToDo(" ".join(filter(None, [words, unpaid.pay_note])), unpaid.url, _("See it"))
    if cards and not phone:
        words = _("Give us a phone number, so that the driver can call you.")
        return ToDo(words, reverse("accounts:profile"), _("Add it"))
    return None


def _draft_words(draft: OpenDraft) -> str:
    """`118 East 93rd Street to 27 Pondview Lane, begun on Sunday, November 22`."""
    start, end = (draft.where.get(f"{leg}_street", "") for leg in LEGS)
    return _("%(start)s to %(end)s, last changed on %(day)s.") % {
        "start": start,
        "end": end,
        "day": spelled(today(draft.updated_at), "l, F j"),
    }


def _years(figures: Figures, now: datetime) -> list[tuple[str, str]]:
    """The years in which there may be bookings, the newest first."""
    newest = today(now).year + 1
    oldest = figures.oldest.year if figures.oldest else newest
    years = [(str(year), str(year)) for year in range(newest, oldest - 1, -1)]
    return [("", _("Any year")), *years]
