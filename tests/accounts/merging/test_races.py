"""Merging against the customer who books at that moment, and against another merge."""

from datetime import time
from typing import Any

import pytest

from accounts.merging import merge as merging
from accounts.merging.merge import MergeOutdatedError, MergeRefusedError
from accounts.models import User
from booking.models import Booking
from booking.services import create
from booking.services.create import OrderRefusedError
from tests.accounts.merging.moves import book, make_confirmed, merge, of, plan
from tests.factories import make_booking, make_catalogue
from tests.payments.test_races import at_once

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.race,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture(autouse=True)
def _catalogue(transactional_db: None) -> None:
    make_catalogue()


def two_records() -> tuple[User, User]:
    return make_confirmed("claire@example.com"), make_confirmed("claire@work.example")


def names(found: list[Any]) -> set[str]:
    return {type(one).__name__ for one in found}


def test_a_booking_made_while_merging_is_never_left_with_the_account_that_went() -> None:
    for number in range(4):
        kept, gone = (
            make_confirmed(f"claire{number}@example.com"),
            make_confirmed(f"claire{number}@work.example"),
        )
        seen = plan(kept, of(gone)).fingerprint
        booked, merged = at_once(
            lambda gone=gone, number=number: book(gone, hour=8 + number),
            lambda kept=kept, gone=gone, seen=seen: merge(kept, of(gone), seen),
        )
        is_merged = User.objects.get(pk=gone.pk).merged_into_id == kept.pk
        if is_merged:
            assert isinstance(booked, OrderRefusedError)
            assert not Booking.objects.filter(customer=gone).exists()
        else:
            assert isinstance(merged, MergeOutdatedError)
            assert booked.customer_id == gone.pk


def test_control_booking_without_the_accounts_lock_is_left_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept, gone = two_records()
    merge(kept, of(gone))
    with pytest.raises(OrderRefusedError):
        book(gone)
    monkeypatch.setattr(create, "_lock_account", lambda _customer_id: None)
    assert book(gone).customer_id == gone.pk


def test_two_managers_who_merge_the_two_ways_leave_one_record() -> None:
    kept, gone = two_records()
    booking = book(gone)
    one_way, other_way = plan(kept, of(gone)).fingerprint, plan(gone, of(kept)).fingerprint
    found = at_once(
        lambda: merge(kept, of(gone), one_way), lambda: merge(gone, of(kept), other_way)
    )
    assert names(found) == {"MergePlan", "MergeRefusedError"}
    (left,) = User.objects.filter(is_active=True)
    assert Booking.objects.get(pk=booking.pk).customer_id == left.pk


def test_a_booking_of_the_kept_account_at_the_same_time_refuses_the_merge(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The database's own rule stands where the account's row was not locked."""
    kept, gone = two_records()
    book(gone, hour=9)
    seen = plan(kept, of(gone)).fingerprint
    fill = merging._fill_contact

    def book_in_between(merge_plan: Any) -> None:
        fill(merge_plan)
        make_booking(customer_id=kept.pk, contact_email="claire@example.com", pickup_time=time(9))

    monkeypatch.setattr(merging, "_fill_contact", book_in_between)
    with pytest.raises(MergeRefusedError):
        merge(kept, of(gone), seen)
    assert Booking.objects.get().customer_id == gone.pk
