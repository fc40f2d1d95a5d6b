"""Somebody else changed the booking meanwhile: who, when and what, beside what was typed.

A form carries what the booking said when it was opened, signed, so that three versions can be
laid side by side. Nothing is saved until the person has chosen, field by field.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core import signing
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from booking.changes.write import REORDERED, REPRICED, RESCHEDULED
from booking.models import Booking, BookingEvent
from booking.pricing.types import PriceBook
from staff.orders.edit import Edit
from staff.orders.values import Values, differing, label_of, names_in, ordered, value_words
from totetaxi.lib.actor import ActorKind

SALT = "staff.orders.opened"
THEIRS = "theirs"
CHANGES = (RESCHEDULED, REORDERED, REPRICED)
ACCOUNTS_OWN = frozenset({"contact_name", "contact_email", "contact_phone"})


@dataclass(frozen=True)
class Opened:
    """What a booking said when its form was opened; `revision` -1 where nobody can tell."""

    revision: int
    values: Values


@dataclass(frozen=True, kw_only=True)
class Row:
    """A field that somebody changed. `is_open`: the person chooses; else theirs stands."""

    name: str
    label: str
    was: str
    theirs: str
    mine: str
    is_open: bool
    by_them: bool
    by_me: bool


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """What the page shows. `who` is a name, `at` when they saved; None where nobody can tell.

    `title` says both; `fits`: no field was changed by both.
    """

    title: str
    who: str
    at: datetime | None
    rows: list[Row]
    fits: bool


def seal(booking: Booking, values: Mapping[str, str]) -> str:
    """What the booking says now, for a hidden field."""
    return signing.dumps([booking.revision, dict(values)], salt=SALT, compress=True)


def unseal(text: str) -> Opened:
    """What a form was opened with. Nothing where it was not sealed by us."""
    try:
        revision, values = signing.loads(text, salt=SALT)
    except signing.BadSignature:
        return Opened(-1, {})
    return Opened(revision, values)


def find_conflict(edit: Edit, opened: Opened) -> Conflict | None:
    """What changed since the form was opened; None where nothing did."""
    booking, book = edit.booking, edit.snapshot.book
    if opened.revision == booking.revision:
        return None
    event = (
        booking.events.filter(kind=BookingEvent.Kind.CHANGE, reason__in=CHANGES)
        .select_related("actor")
        .order_by("-at", "-id")
        .first()
    )
    rows = _rows(edit, opened, book)
    return Conflict(
        title=_title(event, edit.now),
        who=_who(event),
        at=event.at if event else None,
        rows=rows,
        fits=not any(row.is_open and row.by_them and row.by_me for row in rows),
    )


def chosen(edit: Edit, posted: Mapping[str, str]) -> Values:
    """The section after the person chose between theirs and what they had typed (`edit.values`)."""
    values = dict(edit.values)
    for name in names_in(edit.section.key, {**edit.saved, **values}):
        if posted.get(f"pick-{name}") == THEIRS:
            values.pop(name, None)
            if name in edit.saved:
                values[name] = edit.saved[name]
    return values


def _rows(edit: Edit, opened: Opened, book: PriceBook) -> list[Row]:
    """The fields that they changed, and those that were typed otherwise than theirs."""
    own = names_in(edit.section.key, {**opened.values, **edit.saved, **edit.values})
    opened_here = {name: text for name, text in opened.values.items() if name in own}
    mine = {name: text for name, text in edit.saved.items() if name not in own} | edit.values
    by_them = set(differing(opened.values, edit.saved))
    by_me = set(differing(opened_here, edit.values))
    apart = set(differing(edit.saved, mine))
    if edit.has_account:  # changed with the account, not with the booking
        by_them -= ACCOUNTS_OWN
        by_me -= ACCOUNTS_OWN
    return [
        Row(
            name=name,
            label=label_of(name, book),
            was=value_words(name, opened.values, book),
            theirs=value_words(name, edit.saved, book),
            mine=value_words(name, mine, book),
            is_open=name in apart,
            by_them=name in by_them,
            by_me=name in by_me,
        )
        for name in ordered(opened.values, edit.saved, edit.values)
        if name in by_them or name in by_me & apart
    ]


def _title(event: BookingEvent | None, now: datetime) -> str:
    """`Maya Park changed this booking 2 minutes ago`."""
    if event is None:
        return _("This booking was changed since you opened it")
    minutes = int((now - event.at).total_seconds() // 60)
    if minutes < 1:
        return _("%(who)s changed this booking just now") % {"who": _who(event)}
    text = _("%(who)s changed this booking %(ago)s ago")
    return text % {"who": _who(event), "ago": timesince(event.at, now, depth=1)}


def _who(event: BookingEvent | None) -> str:
    """Whoever changed it last."""
    if event is None:
        return _("Somebody")
    if event.actor_kind == ActorKind.SYSTEM:
        return _("The system")
    if event.actor_kind != ActorKind.STAFF:
        return _("The customer")
    return event.actor.name if event.actor else _("A colleague")
