"""Two records beside each other, and the one that is left."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import SavedAddress, User
from booking.models import Booking
from payments.models import SavedCard
from staff.models import AuditLog, StaffProfile
from staff.permissions import Role
from tests.accounts.merging.moves import book, make_confirmed
from tests.factories import (
    make_booking,
    make_catalogue,
    make_colleague,
    next_weekday,
    sign_in_staff,
)
from totetaxi.lib import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def mona(client: Client) -> StaffProfile:
    make_catalogue()
    profile = make_colleague(Role.MANAGER, "Mona Reyes")
    sign_in_staff(client, profile)
    return profile


@pytest.fixture
def kept(mona: StaffProfile) -> User:
    return make_confirmed("claire@example.com")


@pytest.fixture
def gone(mona: StaffProfile) -> User:
    return make_confirmed("claire@work.example")


def where(kept: User, **other: object) -> str:
    asked = "&".join(f"{name}={value}" for name, value in other.items())
    return f"{reverse('staff:merge_customer', args=[kept.pk])}?{asked}"


def confirm(client: Client, url: str) -> HttpResponse:
    expected = client.get(url).context["plan"].fingerprint
    return client.post(url, {"expected": expected})


def outcomes(client: Client, url: str) -> dict[str, tuple[str, str, str]]:
    facts = client.get(url).context["facts"]
    return {fact.label: (fact.kept, fact.other, fact.outcome) for fact in facts}


def test_the_other_record_is_looked_up_among_accounts_and_guests(
    client: Client, kept: User, gone: User
) -> None:
    guest = make_booking(contact_name="Claire E", contact_email="claire@sea.example")
    found = client.get(where(kept, q="claire")).context
    assert [(user.pk, link) for user, link in found["accounts"]] == [
        (gone.pk, where(kept, other=gone.pk))
    ]
    assert [link for _guest, link in found["guests"]] == [where(kept, guest=guest.number)]
    nothing = client.get(where(kept)).context
    assert (nothing["accounts"], nothing["guests"]) == ([], [])


def test_both_are_shown_with_what_becomes_of_each_thing(
    client: Client, kept: User, gone: User
) -> None:
    booking = book(gone)
    SavedAddress.objects.create(
        user=gone, label="Home", street="1 Elm", city="New York", state="NY", zip="10128"
    )
    SavedCard.objects.create(
        user=gone,
        stripe_id="pm_1",
        brand="visa",
        last4="4242",
        exp_month=4,
        exp_year=2030,
        saved_at=clock.now(),
    )
    shown = outcomes(client, where(kept, other=gone.pk))
    assert shown["E-mail"] == (
        "claire@example.com",
        "claire@work.example",
        "the first stays; the other opens the account too",
    )
    assert shown["Bookings"] == ("0", f"1: {booking.code}", "move")
    assert shown["Addresses"] == ("0", "1", "move")
    assert shown["Saved cards"] == (
        "0",
        "Visa 4242",
        "forgotten: Stripe cannot move a card; they add it again when they pay",
    )


def test_merging_moves_everything_and_is_written_down_without_names(
    client: Client, kept: User, gone: User
) -> None:
    booking = book(gone)
    answer = confirm(client, where(kept, other=gone.pk))
    page = reverse("staff:customer", args=[kept.pk])
    assert (answer.status_code, answer["Location"]) == (303, page)
    assert Booking.objects.get(pk=booking.pk).customer_id == kept.pk
    row = AuditLog.objects.get()
    assert (row.action, row.object_id, row.object_label) == ("merged_customers", str(kept.pk), "")
    assert row.before == {"merged": str(gone.pk)}
    assert row.after == {
        "bookings": [booking.code],
        "addresses_moved": 0,
        "drafts_moved": 0,
        "notes_moved": 0,
        "cards_forgotten": 0,
    }


def test_a_guest_is_moved_into_the_account_that_is_found(client: Client, kept: User) -> None:
    guest = make_booking(contact_name="Claire E", contact_email="claire@sea.example")
    url = reverse("staff:merge_guest", args=[guest.number])
    ((user, link),) = client.get(f"{url}?q=claire").context["accounts"]
    assert (user.pk, link) == (kept.pk, where(kept, guest=guest.number))
    assert confirm(client, link).status_code == 303
    assert Booking.objects.get().customer_id == kept.pk
    assert AuditLog.objects.get().before == {"merged": "a guest"}
    assert client.get(url)["Location"] == reverse("staff:customer", args=[kept.pk])


def test_every_address_of_a_guests_bookings_is_shown(client: Client, kept: User) -> None:
    make_booking(contact_email="office+claire@sea.example")
    guest = make_booking(
        contact_email="office+ben@sea.example", pickup_date=next_weekday(clock.now(), days=9)
    )
    assert outcomes(client, where(kept, guest=guest.number))["E-mail"] == (
        "claire@example.com",
        "office+ben@sea.example, office+claire@sea.example",
        "mails go to the first from now on",
    )


def test_what_is_in_the_way_is_said_and_nothing_can_be_pressed(
    client: Client, kept: User, gone: User
) -> None:
    first, second = book(kept), book(gone)
    url = where(kept, other=gone.pk)
    page = client.get(url).content.decode()
    assert f"{first.code} and {second.code} are at the same time" in page
    assert "Merge into" not in page
    assert confirm(client, url).status_code == 422
    assert AuditLog.objects.count() == 0


def test_what_changed_since_it_was_shown_is_shown_again(
    client: Client, kept: User, gone: User
) -> None:
    url = where(kept, other=gone.pk)
    expected = client.get(url).context["plan"].fingerprint
    book(gone)
    answer = client.post(url, {"expected": expected})
    assert (answer.status_code, answer.context["is_outdated"]) == (409, True)
    assert b"Something changed since you looked." in answer.content
    assert User.objects.get(pk=gone.pk).merged_into is None


def test_the_other_can_be_kept_instead(client: Client, kept: User, gone: User) -> None:
    swapped = client.get(where(kept, other=gone.pk)).context["swapped"]
    assert swapped == where(gone, other=kept.pk)
    assert confirm(client, swapped).status_code == 303
    assert User.objects.get(pk=kept.pk).merged_into == gone


def test_keys_of_nobody_and_of_staff_are_not_found(
    client: Client, kept: User, mona: StaffProfile
) -> None:
    wrong = [where(kept, other=mona.user.pk), where(kept, guest=77)]
    wrong.append(reverse("staff:merge_customer", args=[mona.user.pk]))
    assert [client.get(url).status_code for url in wrong] == [404, 404, 404]
    assert client.get(where(kept, other="nonsense")).status_code == 200  # the search
