"""Receipts asked for at the same moment, by real threads; the control has no guard, and fails."""

from unittest import mock

import pytest
from django.db import IntegrityError

from accounts.bookings.receipt import issue
from booking.models import Document, next_number
from booking.services import documents
from booking.services.documents import read_document
from tests.factories import make_catalogue, make_paid_booking
from tests.payments.test_races import at_once, meeting
from totetaxi.lib import clock
from totetaxi.lib.actor import SYSTEM

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.race,
    pytest.mark.django_db(transaction=True),
]


def test_eight_who_ask_at_once_get_one_receipt():
    make_catalogue()
    booking, now = make_paid_booking(), clock.now()
    found = at_once(*[lambda: issue.issue_receipt(booking.pk, by=SYSTEM, now=now)] * 8)
    assert {one.pk for one in found} == {Document.objects.get().pk}
    assert {one.file.name for one in found} == {Document.objects.get().file.name}
    assert read_document(found[0])[:5] == b"%PDF-"


def test_eight_bookings_get_the_numbers_one_to_eight():
    make_catalogue()
    bookings, now = [make_paid_booking() for _number in range(8)], clock.now()
    found = at_once(
        *[
            lambda one=one: issue.issue_receipt(one.pk, by=SYSTEM, now=now)  # type: ignore[misc]  # the row of now
            for one in bookings
        ]
    )
    assert sorted(one.code for one in found) == [f"R-00000{number}" for number in range(1, 9)]


def test_without_the_bookings_lock_one_of_two_fails():
    """What the lock is for: the database's constraint alone would show somebody an error."""
    make_catalogue()
    booking, now = make_paid_booking(), clock.now()
    gate = meeting(lambda: None)

    def numbered(name: str) -> int:
        gate()  # both have seen that there is none yet
        return next_number(name)

    with (
        mock.patch.object(issue, "lock_booking"),
        mock.patch.object(documents, "next_number", numbered),
    ):
        found = at_once(*[lambda: issue.claim_receipt(booking.pk, by=SYSTEM, now=now)] * 2)
    assert {type(one) for one in found} == {tuple, IntegrityError}
