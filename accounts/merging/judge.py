"""Why two records cannot be merged, in sentences that say what to do instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from accounts.addresses.services import MOST_ADDRESSES
from accounts.identity.closing import is_gone
from accounts.identity.people import has_confirmed_email
from accounts.models import SavedAddress, User
from booking.lifecycle import ACTIVE, Status
from booking.models import Booking


def find_refusals(
    kept: User, other: User | None, *, bookings: Sequence[Booking], addresses: int, proves: bool
) -> Iterator[str]:
    """`other` is None for a guest; `bookings` and `addresses` (how many) are those that would move.

    `proves`: the other account has a confirmed e-mail.
    """
    yield from _of_kept(kept, proves=proves)
    if other is not None:
        yield from _of_other(kept, other)
    elif not bookings:
        yield _("No guest has booked with this e-mail, or somebody has merged them already.")
    yield from _of_bookings(kept, bookings)
    total = SavedAddress.objects.filter(user=kept).count() + addresses
    if addresses and total > MOST_ADDRESSES:
        yield _(
            "Together they have %(total)d addresses, and an account keeps at most %(most)d. "
            "Delete some first."
        ) % {"total": total, "most": MOST_ADDRESSES}


def _of_kept(kept: User, *, proves: bool) -> Iterator[str]:
    if kept.is_staff:
        yield _("The account that stays is one of the staff. Those are never merged.")
    elif is_gone(kept):
        yield _("The account that stays is closed for good. Choose the other one.")
    elif not kept.is_active:
        yield _("The account that stays is deactivated. Reactivate it first, or keep the other.")
    elif proves and not has_confirmed_email(kept):
        yield _(
            "The account that stays has never confirmed its e-mail, and the other one has. "
            "Keep the other."
        )


def _of_other(kept: User, other: User) -> Iterator[str]:
    if other.pk == kept.pk:
        yield _("These are one and the same record.")
    elif other.is_staff:
        yield _("The account that goes is one of the staff. Those are never merged.")
    elif other.merged_into_id is not None:
        yield _("The account that goes was merged already.")
    elif is_gone(other):
        yield _("The account that goes was erased. There is nothing left to merge.")


def _of_bookings(kept: User, bookings: Sequence[Booking]) -> Iterator[str]:
    active = [row for row in bookings if row.status in ACTIVE and row.deleted_at is None]
    times = {row.pickup_at: row for row in active}
    mine = Booking.objects.active().filter(customer=kept, pickup_at__in=times)
    for clash in mine.exclude(pk__in=[row.pk for row in active]).order_by("number"):
        yield _(
            "%(first)s and %(second)s are at the same time, and a person has one booking at a "
            "time. Move or cancel one of them first."
        ) % {"first": clash.code, "second": times[clash.pickup_at].code}
    for booking in active:
        # The wizard would take its order for another one, and book once more.
        if booking.status == Status.PENDING and booking.draft_id and not booking.needs_staff:
            yield _(
                "%(booking)s is waiting for its payment. Merge once it is paid, or its time to "
                "pay has run out."
            ) % {"booking": booking.code}
