"""What merging two records of one person would move, and what stands in its way.

The other record is an account, or the bookings that a guest made with one e-mail. Nothing is
written here; `accounts.merging.merge` does, with the same plan made anew under its locks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db.models import Q

from accounts.merging.judge import find_refusals
from accounts.models import SavedAddress, User
from booking.models import Booking, ChangeRequest, Draft, Note
from booking.pricing.addresses import address_key
from payments.models import SavedCard


@dataclass(frozen=True, kw_only=True)
class Source:
    """The record that goes: an account, or else a guest's normalised e-mail (DECISIONS.md, 19)."""

    account_id: UUID | None = None
    guest_key: str = ""

    @property
    def bookings(self) -> Q:
        """Its bookings, deleted ones too."""
        if self.account_id is not None:
            return Q(customer_id=self.account_id)
        return Q(customer__isnull=True, email_key=self.guest_key)


@dataclass(frozen=True, kw_only=True)
class MovedAddress:
    """A saved address, and the label that it gets where its own is in use."""

    address: SavedAddress
    label: str


@dataclass(frozen=True, kw_only=True)
class MergePlan:
    """What would happen. `further` are confirmed addresses that open the kept account from then
    on; `doubles` are saved addresses that it has already. `refusals` are sentences: with any of
    them nothing can be merged. `fingerprint` tells this plan from any other.
    """

    kept: User
    source: Source
    other: User | None
    bookings: Sequence[Booking]
    addresses: tuple[MovedAddress, ...]
    doubles: int
    cards: Sequence[SavedCard]
    drafts: int
    notes: int
    requests: int
    further: tuple[str, ...]
    refusals: tuple[str, ...]

    @property
    def fingerprint(self) -> str:
        """SHA-256, in hex, of what is moved and where."""
        facts = (
            str(self.kept.pk),
            self.kept.email,
            str(self.source),
            self.other.email if self.other else "",
            [str(booking.pk) for booking in self.bookings],
            [(str(moved.address.pk), moved.label) for moved in self.addresses],
            [str(card.pk) for card in self.cards],
            (self.drafts, self.notes, self.requests, self.doubles),
            self.further,
        )
        return hashlib.sha256(repr(facts).encode()).hexdigest()


def plan_merge(kept: User, source: Source) -> MergePlan:
    """What merging `source` into `kept` would do: a fixed number of queries.

    Raises User.DoesNotExist for an account that is not there.
    """
    other = None if source.account_id is None else User.objects.get(pk=source.account_id)
    bookings = list(Booking.all_objects.filter(source.bookings).order_by("number"))
    moved, doubles = _addresses(kept, other)
    further = _further(other)
    opened = ChangeRequest.objects.filter(booking__in=bookings, state=ChangeRequest.State.OPEN)
    return MergePlan(
        kept=kept,
        source=source,
        other=other,
        bookings=bookings,
        addresses=moved,
        doubles=doubles,
        cards=list(SavedCard.objects.filter(user=other)) if other else [],
        drafts=Draft.objects.filter(customer=other).count() if other else 0,
        notes=Note.objects.filter(customer=other).count() if other else 0,
        requests=opened.count(),
        further=further,
        refusals=tuple(
            find_refusals(
                kept, other, bookings=bookings, addresses=len(moved), proves=bool(further)
            )
        ),
    )


def _further(other: User | None) -> tuple[str, ...]:
    """The addresses that the other account has confirmed."""
    rows = EmailAddress.objects.filter(user=other, verified=True).order_by("email")
    return tuple(rows.values_list("email", flat=True)) if other else ()


def _addresses(kept: User, other: User | None) -> tuple[tuple[MovedAddress, ...], int]:
    """The addresses that are new to the kept account, and how many it has already."""
    if other is None:
        return (), 0
    book = list(SavedAddress.objects.filter(user=kept))
    taken = {address.label.casefold() for address in book}
    known = {_key(address) for address in book}
    moved, doubles = [], 0
    for address in SavedAddress.objects.filter(user=other).order_by("created_at", "pk"):
        if _key(address) in known:
            doubles += 1
            continue
        label = _free_label(address.label, taken)
        taken.add(label.casefold())
        moved.append(MovedAddress(address=address, label=label))
    return tuple(moved), doubles


def _key(address: SavedAddress) -> str:
    return address_key(
        street=address.street,
        unit=address.unit,
        city=address.city,
        state=address.state,
        zip_code=address.zip,
    )


def _free_label(label: str, taken: set[str]) -> str:
    """The label, or `Home (2)` where there is one; never longer than the column."""
    found, number = label, 1
    longest = SavedAddress._meta.get_field("label").max_length or 0
    while found.casefold() in taken:
        number += 1
        mark = f" ({number})"
        found = label[: longest - len(mark)] + mark
    return found
