"""`manage.py reapply_erasures`, after a backup was restored."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import ErasedCustomer, User
from accounts.privacy.erase import erase_customer
from tests.accounts.privacy.everything import EMAIL, NOW
from tests.factories import make_booking
from totetaxi.lib.actor import SYSTEM


def run(*keys: str) -> str:
    out = StringIO()
    call_command("reapply_erasures", *keys, stdout=out)
    return out.getvalue()


def restore(user: User) -> None:
    """The account is as it was in the backup."""
    User.objects.filter(pk=user.pk).update(email=EMAIL, name="Claire Ellery", is_active=True)


def test_who_came_back_is_erased_again(claire: User) -> None:
    erase_customer(claire.pk, by=SYSTEM, now=NOW)
    restore(claire)
    assert run() == "1 of 1 done.\n"
    assert User.objects.get(pk=claire.pk).name == ""


def test_keys_of_the_log_do_without_the_list(claire: User) -> None:
    assert run(str(claire.pk)) == "1 of 1 done.\n"
    assert list(ErasedCustomer.objects.values_list("user_key", flat=True)) == [claire.pk]


def test_active_booking_is_named(claire: User) -> None:
    booking = make_booking(now=NOW, customer_id=claire.pk, contact_email=EMAIL)
    with pytest.raises(CommandError, match="Deal with the bookings above"):
        run(str(claire.pk))
    assert User.objects.get(pk=claire.pk).email == EMAIL
    assert booking.customer_id == claire.pk
