"""The page about oneself."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import CustomerProfile, User
from accounts.profile.services import find_profile, profile_of
from tests.factories import make_customer, make_staff

URL = "/account/profile/"
SENT = {"name": "Claire E. Ellery", "phone": "646 555 0100", "wants_reviews": "on"}


@pytest.fixture
def customer(db: None) -> User:
    return make_customer("claire@example.com")


@pytest.fixture
def signed_in(client: Client, customer: User) -> Client:
    client.force_login(customer)
    return client


def kept(user: User) -> dict[str, object]:
    user = User.objects.get(pk=user.pk)
    profile = user.customer_profile
    return {
        "name": user.name,
        "phone": profile.phone,
        "wants": (profile.wants_reminders, profile.wants_unfinished, profile.wants_reviews),
    }


def test_profile_shows_what_is_kept(signed_in: Client) -> None:
    answer = signed_in.get(URL)
    form = answer.context["form"]
    assert {name: form[name].value() for name in form.fields} == {
        "name": "Claire Ellery",
        "phone": "(212) 555-0171",
        "wants_reminders": True,
        "wants_unfinished": True,
        "wants_reviews": True,
    }
    html = answer.content.decode()
    assert "claire@example.com" in html
    for url in ("/account/email/", "/account/data/"):
        assert f'href="{url}"' in html


def test_profile_is_saved(signed_in: Client, customer: User) -> None:
    answer = signed_in.post(URL, SENT)
    assert (answer.status_code, answer["Location"]) == (303, URL)
    assert kept(customer) == {
        "name": "Claire E. Ellery",
        "phone": "+16465550100",
        "wants": (False, False, True),
    }


def test_phone_may_be_taken_away(signed_in: Client, customer: User) -> None:
    assert signed_in.post(URL, {**SENT, "phone": ""}).status_code == 303
    assert kept(customer)["phone"] == ""


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"name": ""}, {"name": ["Enter the name we should ask for"]}),
        ({"name": "Claire\x07"}, {"name": ["Use letters, figures and signs on one line"]}),
        (
            {"phone": "555"},
            {"phone": ["Enter a phone number with its area code, such as (212) 555-0171"]},
        ),
    ],
)
def test_wrong_profile_is_told_at_its_field_and_stays_as_typed(
    signed_in: Client, customer: User, changes: dict[str, str], wrong: dict[str, list[str]]
) -> None:
    before = kept(customer)
    answer = signed_in.post(URL, {**SENT, **changes})
    form = answer.context["form"]
    assert (answer.status_code, form.errors) == (422, wrong)
    sent = {**SENT, **changes}
    assert (form["name"].value(), form["phone"].value()) == (sent["name"], sent["phone"])
    assert kept(customer) == before


def test_missing_profile_is_made_by_saving_and_not_by_looking(
    signed_in: Client, customer: User
) -> None:
    CustomerProfile.objects.all().delete()
    assert signed_in.get(URL).status_code == 200
    assert find_profile(User.objects.get(pk=customer.pk)).wants_reminders is True
    assert CustomerProfile.objects.count() == 0
    signed_in.post(URL, SENT)
    assert CustomerProfile.objects.get() == profile_of(customer)


def test_profile_is_for_signed_in_customers(client: Client, db: None) -> None:
    assert client.get(URL)["Location"] == "/account/login/?next=%2Faccount%2Fprofile%2F"
    client.force_login(make_staff())
    assert client.get(URL).status_code == 404


def test_another_customers_profile_is_out_of_reach(signed_in: Client) -> None:
    other = make_customer("other@example.com")
    before = kept(other)
    signed_in.post(URL, {**SENT, "email": "other@example.com", "user": str(other.pk)})
    assert kept(other) == before


def test_profile_asks_three_queries(signed_in: Client) -> None:
    with CaptureQueriesContext(connection) as queries:
        signed_in.get(URL)
    assert len(queries) == 3
