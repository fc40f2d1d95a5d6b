"""Merging two records, with its audit row."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest

from accounts.merging.merge import merge_records
from accounts.merging.plan import MergePlan, Source
from staff.audit import record
from staff.models import Action, StaffProfile
from totetaxi.lib.actor import actor_of
from totetaxi.lib.contention import retried


@retried
def merge(
    kept_id: UUID,
    source: Source,
    *,
    expected: str,
    by: StaffProfile,
    now: datetime,
    request: HttpRequest,
) -> MergePlan:
    """Merge another record into an account. Raises as `merge_records` does.

    The audit row has keys and numbers, no name and no e-mail.
    """
    with transaction.atomic():
        plan = merge_records(kept_id, source, expected=expected, by=actor_of(by.user), now=now)
        record(
            by,
            Action.MERGED_CUSTOMERS,
            plan.kept,
            before={"merged": source.account_id or "a guest"},
            after={
                "bookings": [booking.code for booking in plan.bookings],
                "addresses_moved": len(plan.addresses),
                "drafts_moved": plan.drafts,
                "notes_moved": plan.notes,
                "cards_forgotten": len(plan.cards),
            },
            request=request,
            now=now,
        )
    return plan
