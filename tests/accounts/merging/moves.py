"""What the tests of merging do again and again."""

from datetime import time
from typing import Any

from allauth.account.models import EmailAddress

from accounts.merging.merge import merge_records
from accounts.merging.plan import MergePlan, Source, plan_merge
from accounts.models import User
from booking.models import Booking
from tests.factories import make_booking, make_customer
from totetaxi.lib import clock
from totetaxi.lib.actor import SYSTEM


def make_confirmed(email: str, **fields: Any) -> User:
    """A customer whose e-mail is confirmed."""
    user = make_customer(email, **fields)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def book(user: User, hour: int = 9, **changes: Any) -> Booking:
    """A pending booking of an account that staff made: it has no draft."""
    return make_booking(
        customer_id=user.pk, contact_email=user.email, pickup_time=time(hour), **changes
    )


def of(user: User) -> Source:
    return Source(account_id=user.pk)


def plan(kept: User, source: Source) -> MergePlan:
    return plan_merge(User.objects.get(pk=kept.pk), source)


def merge(kept: User, source: Source, expected: str | None = None) -> MergePlan:
    """Merge as confirmed a moment after it was shown."""
    seen = plan(kept, source).fingerprint if expected is None else expected
    return merge_records(kept.pk, source, expected=seen, by=SYSTEM, now=clock.now())
