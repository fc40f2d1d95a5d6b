"""What booking forgets at night: old drafts, letters of links and accounts, ended sessions.

StepReached rows outlive their drafts: conversion is counted there. So does everything that
belongs to a booking. Each batch is a transaction of its own: a run that is cut short goes on where
it stopped, and a second run finds nothing to do.
"""

from datetime import datetime, timedelta
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from booking.lifecycle import Status
from booking.models import Booking, Draft, Message, MessageKind, OutboxMail
from totetaxi.lib.work import WorkState

KEPT = timedelta(days=90)
BATCH = 500
# Letters of no booking, of which nothing is kept for good: links, and what was said of an account.
_LINK_ONLY = (
    MessageKind.RESUME_LINK,
    MessageKind.BOOKING_LINK,
    MessageKind.VERIFY_EMAIL,
    MessageKind.ACCOUNT_EXISTS,
    MessageKind.NO_ACCOUNT,
    MessageKind.PASSWORD_RESET,
    MessageKind.SIGN_IN_CODE,
    MessageKind.ACCOUNT_NOTICE,
)
_OVER = (WorkState.DONE, WorkState.IGNORED, WorkState.PARKED)


def prune(now: datetime) -> None:
    """Delete what is older than 90 days, and the sessions that have ended."""
    old = now - KEPT
    _delete(_drafts(old))
    _delete(_messages(old))
    OutboxMail.objects.filter(at__lt=old).delete()
    call_command("clearsessions")


def _drafts(old: datetime) -> QuerySet[Draft]:
    """Drafts that nobody has changed since, but for those whose booking waits for its money."""
    pending = Booking.all_objects.filter(draft=OuterRef("pk"), status=Status.PENDING)
    return Draft.objects.filter(~Exists(pending), updated_at__lt=old)


def _messages(old: datetime) -> QuerySet[Message]:
    """Letters of no booking that are over and done with."""
    return Message.objects.filter(
        booking__isnull=True, kind__in=_LINK_ONLY, work_state__in=_OVER, created_at__lt=old
    )


def _delete(old: QuerySet[Any]) -> None:
    """Delete rows, a batch at a time, until there are none but those that somebody has locked."""
    while _delete_batch(old):
        pass


def _delete_batch(old: QuerySet[Any]) -> bool:
    """Lock some rows and delete them; False when there was none to lock.

    A draft is locked before its bookings, which lose their reference to it, as Pay does. What the
    rows depend on may have changed until they were locked, so they are read once more: the draft
    of a booking that was made meanwhile stays.
    """
    skips = connection.features.has_select_for_update_skip_locked
    with transaction.atomic():
        free = old.select_for_update(skip_locked=skips).order_by("pk")
        locked = list(free.values_list("pk", flat=True)[:BATCH])
        old.filter(pk__in=locked).delete()
    return bool(locked)
