"""Editing a customer: contact, e-mail, password reset, the account's end, the address book."""

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import SavedAddress, User
from booking.models import Booking, Message
from staff.models import AuditLog, StaffProfile
from staff.permissions import Role
from tests.accounts.merging.moves import make_confirmed, merge, of
from tests.factories import (
    make_booking,
    make_catalogue,
    make_colleague,
    make_staff,
    sign_in_staff,
)

pytestmark = pytest.mark.django_db
ADDRESS = {
    "label": "Home",
    "street": "118 East 93rd Street",
    "unit": "6B",
    "city": "New York",
    "state": "NY",
    "zip": "10128",
}


@pytest.fixture
def tom(client: Client) -> StaffProfile:
    make_catalogue()
    cache.clear()
    profile = make_colleague(Role.COORDINATOR, "Tom Bellamy")
    sign_in_staff(client, profile)
    return profile


@pytest.fixture
def claire(tom: StaffProfile) -> User:
    return make_confirmed("claire@example.com")


def post(client: Client, route: str, *keys: object, **typed: object) -> HttpResponse:
    return client.post(reverse(f"staff:{route}", args=keys), typed)


def seen(client: Client, user: User) -> str:
    page = client.get(reverse("staff:edit_customer", args=[user.pk]))
    found: str = page.context["form"].initial["seen"]
    return found


def rows() -> list[tuple[str, dict[str, object], dict[str, object]]]:
    """What the audit log has, the first row first."""
    return list(AuditLog.objects.order_by("id").values_list("action", "before", "after"))


# ----------------------------------------------------------------------------------------- contact


def test_contact_changes_on_every_booking_and_in_the_log_without_values(
    client: Client, claire: User
) -> None:
    booking = make_booking(customer_id=claire.pk, contact_email=claire.email)
    answer = post(
        client,
        "edit_customer",
        claire.pk,
        seen=seen(client, claire),
        name="Claire Sayre",
        phone="(646) 555-0188",
        wants_reviews="on",
    )
    assert answer.status_code == 303
    claire = User.objects.get(pk=claire.pk)
    profile = claire.customer_profile
    assert (claire.name, profile.phone, profile.wants_reminders, profile.wants_reviews) == (
        "Claire Sayre",
        "+16465550188",
        False,
        True,
    )
    assert Booking.objects.get(pk=booking.pk).sort_name == "claire sayre"
    assert rows() == [
        (
            "changed_customer",
            {
                "name": "(not kept)",
                "phone": "(not kept)",
                "wants_reminders": True,
                "wants_unfinished": True,
            },
            {
                "name": "(not kept)",
                "phone": "(not kept)",
                "wants_reminders": False,
                "wants_unfinished": False,
            },
        )
    ]


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(
    client: Client, claire: User
) -> None:
    opened = seen(client, claire)
    claire.customer_profile.phone = "+16465550188"
    claire.customer_profile.save()
    typed = {"name": "Claire Sayre", "phone": "", "wants_reminders": "on"}
    answer = post(client, "edit_customer", claire.pk, seen=opened, **typed)
    assert (answer.status_code, answer.context["form"]["name"].value()) == (409, "Claire Sayre")
    assert b"Kept now: Claire Ellery, +16465550188." in answer.content
    assert (User.objects.get(pk=claire.pk).name, rows()) == ("Claire Ellery", [])
    again = answer.context["form"]["seen"].value()
    assert post(client, "edit_customer", claire.pk, seen=again, **typed).status_code == 303
    assert User.objects.get(pk=claire.pk).name == "Claire Sayre"


@pytest.mark.parametrize("forged", ["", "{}", "{}:made-up"])
def test_a_form_that_we_did_not_write_saves_nothing(
    client: Client, claire: User, forged: str
) -> None:
    answer = post(client, "edit_customer", claire.pk, seen=forged, name="Mallory")
    assert answer.status_code in {409, 422}
    assert User.objects.get(pk=claire.pk).name == "Claire Ellery"


def test_a_wrong_phone_stays_with_its_reason(client: Client, claire: User) -> None:
    answer = post(
        client, "edit_customer", claire.pk, seen=seen(client, claire), name="Claire", phone="12"
    )
    assert (answer.status_code, answer.context["form"]["phone"].value()) == (422, "12")
    assert list(answer.context["form"].errors) == ["phone"]


# ------------------------------------------------------------------------------------------ e-mail


def test_a_new_email_is_confirmed_by_mail_first(client: Client, claire: User) -> None:
    EmailAddress.objects.create(user=claire, email="typo@example.com")
    answer = post(client, "change_customer_email", claire.pk, email="Claire@Sea.example")
    assert answer.status_code == 303
    assert User.objects.get(pk=claire.pk).email == "claire@example.com"
    addresses = EmailAddress.objects.order_by("email").values_list("email", "verified")
    assert list(addresses) == [("claire@example.com", True), ("claire@sea.example", False)]
    assert Message.objects.get().recipient == "claire@sea.example"
    assert rows() == [("asked_new_email", {}, {"email": "(not kept)"})]


def test_an_unconfirmed_account_keeps_its_address_until_the_new_one_is_confirmed(
    client: Client, claire: User
) -> None:
    EmailAddress.objects.filter(user=claire).update(verified=False)
    post(client, "change_customer_email", claire.pk, email="claire@sea.example")
    assert User.objects.get(pk=claire.pk).email == "claire@example.com"
    assert EmailAddress.objects.filter(user=claire).count() == 2


def test_an_email_of_somebody_else_leads_to_merging(client: Client, claire: User) -> None:
    make_confirmed("claire@work.example")
    make_staff(email="porter@totetaxi.example")
    reasons = {
        "claire@example.com": "This is the account's e-mail already",
        "claire@work.example": (
            "Another account has this e-mail. If it is the same person, merge the two."
        ),
        "porter@totetaxi.example": "This e-mail belongs to one of the staff",
    }
    for email, reason in reasons.items():
        answer = post(client, "change_customer_email", claire.pk, email=email)
        assert answer.status_code == 422
        assert answer.context["form"].errors == {"email": [reason]}
    assert Message.objects.count() == 0


def test_two_links_to_one_address_in_a_minute_are_one(client: Client, claire: User) -> None:
    sent = [
        post(client, "change_customer_email", claire.pk, email="new@example.com").status_code
        for _ in range(2)
    ]
    assert (sent, Message.objects.count(), len(rows())) == ([303, 422], 1, 1)


# ---------------------------------------------------------------------------------- password reset


def test_the_customers_own_reset_mail_is_sent_three_times_at_most(
    client: Client, claire: User
) -> None:
    for _ in range(4):
        assert post(client, "send_password_reset", claire.pk).status_code == 303
    mails = Message.objects.filter(kind="password_reset")
    assert set(mails.values_list("recipient", flat=True)) == {"claire@example.com"}
    assert (mails.count(), len(rows())) == (3, 3)


def test_a_deactivated_customer_gets_no_reset(client: Client, claire: User) -> None:
    User.objects.filter(pk=claire.pk).update(is_active=False)
    post(client, "send_password_reset", claire.pk)
    assert (Message.objects.count(), rows()) == (0, [])


# -------------------------------------------------------------------------------- the account's end


def test_a_deactivated_customer_is_out_everywhere_and_told_so(client: Client, claire: User) -> None:
    booking = make_booking(customer_id=claire.pk, contact_email=claire.email)
    browser = Client()
    browser.force_login(claire)
    page = client.get(reverse("staff:close_account", args=[claire.pk]))
    assert [row.pk for row in page.context["rows"]] == [booking.pk]
    assert post(client, "close_account", claire.pk).status_code == 303
    assert browser.get("/account/").status_code == 303
    sign_in = {"login": claire.email, "password": "correct horse"}
    told = Client().post("/account/login/", sign_in, follow=True).content.decode()
    assert "This account is closed." in told
    assert Booking.objects.get(pk=booking.pk).status == "pending"
    assert rows() == [("closed_account", {}, {})]


def test_a_reactivated_customer_signs_in_again_but_no_old_browser_is(
    client: Client, claire: User
) -> None:
    browser = Client()
    browser.force_login(claire)
    post(client, "close_account", claire.pk)
    post(client, "reopen_account", claire.pk)
    assert browser.get("/account/").status_code == 303
    sign_in = {"login": claire.email, "password": "correct horse"}
    again = Client()
    assert again.post("/account/login/", sign_in)["Location"] == "/account/"
    assert [action for action, *_values in rows()] == ["closed_account", "reopened_account"]


def test_nothing_can_be_done_with_a_record_that_was_merged(client: Client, claire: User) -> None:
    gone = make_confirmed("claire@work.example")
    merge(claire, of(gone))
    routes = ("edit_customer", "change_customer_email", "send_password_reset", "close_account")
    routes += ("reopen_account", "add_customer_address")
    assert {post(client, route, gone.pk).status_code for route in routes} == {404}


# --------------------------------------------------------------------------------- the address book


def test_an_address_is_kept_changed_and_deleted(client: Client, claire: User) -> None:
    assert post(client, "add_customer_address", claire.pk, **ADDRESS).status_code == 303
    address = SavedAddress.objects.get(user=claire)
    assert (address.is_default, address.unit) == (True, "6B")
    keys = (claire.pk, address.pk)
    changed = ADDRESS | {"unit": "7C", "has_doorman": "on"}
    assert post(client, "edit_customer_address", *keys, **changed).status_code == 303
    address.refresh_from_db()
    assert (address.unit, address.has_doorman) == ("7C", True)
    assert post(client, "delete_customer_address", *keys).status_code == 303
    assert not SavedAddress.objects.exists()
    assert [(action, after) for action, _before, after in rows()[1:]] == [
        ("changed_address", {"unit": "(not kept)", "has_doorman": True}),
        ("deleted_address", {}),
    ]


def test_the_address_books_rules_are_told_to_staff(client: Client, claire: User) -> None:
    post(client, "add_customer_address", claire.pk, **ADDRESS)
    again = post(client, "add_customer_address", claire.pk, **(ADDRESS | {"label": "HOME"}))
    far = post(client, "add_customer_address", claire.pk, **(ADDRESS | {"zip": "90210"}))
    assert (again.status_code, again.context["form"].errors) == (
        422,
        {"label": ["The customer has an address of this name. Choose another"]},
    )
    assert (far.status_code, "zip" in far.context["form"].errors) == (422, True)
    assert SavedAddress.objects.count() == 1


def test_another_customers_address_is_not_found(client: Client, claire: User) -> None:
    post(client, "add_customer_address", claire.pk, **ADDRESS)
    address, other = SavedAddress.objects.get(), make_confirmed("bo@example.com")
    keys = (other.pk, address.pk)
    for route in ("edit_customer_address", "delete_customer_address"):
        assert post(client, route, *keys, **ADDRESS).status_code == 404
    assert SavedAddress.objects.count() == 1
