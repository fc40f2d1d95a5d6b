"""The address book: its rules, its pages, and nobody else's addresses."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.addresses.services import (
    AddressFacts,
    AddressRefusedError,
    LabelTakenError,
    TooManyAddressesError,
    add_address,
    delete_address,
)
from accounts.models import SavedAddress, User
from tests.accounts.addresses.conftest import HOME, keep
from tests.factories import make_catalogue, make_customer, make_staff

LIST, ADD = "/account/addresses/", "/account/addresses/add/"
ONE = ("address", "delete_address", "default_address")


def book_of(user: User) -> list[tuple[str, bool]]:
    return list(user.saved_addresses.values_list("label", "is_default"))


def errors(response: Any) -> dict[str, list[str]]:
    return {name: list(texts) for name, texts in response.context["form"].errors.items()}


# ------------------------------------------------------------------------------------ the pages


def test_first_address_becomes_the_default_by_itself(signed_in: Client, customer: User) -> None:
    answer = signed_in.post(ADD, HOME)
    assert (answer.status_code, answer["Location"]) == (303, LIST)
    address = customer.saved_addresses.get()
    facts = {name: getattr(address, name) for name in HOME}
    assert facts == {**HOME, "has_doorman": True}
    assert (address.has_elevator, address.is_default) == (False, True)
    assert "Home is saved." in signed_in.get(LIST).content.decode()


def test_second_address_becomes_the_default_only_when_asked(
    signed_in: Client, customer: User
) -> None:
    signed_in.post(ADD, HOME)
    signed_in.post(ADD, {**HOME, "label": "Office"})
    assert book_of(customer) == [("Home", True), ("Office", False)]
    signed_in.post(ADD, {**HOME, "label": "Pondview", "as_default": "on"})
    assert book_of(customer) == [("Pondview", True), ("Home", False), ("Office", False)]


def test_address_is_changed(signed_in: Client, customer: User) -> None:
    home = keep(customer, "Home", is_default=True, has_elevator=True)
    url = reverse("accounts:address", args=[home.pk])
    assert signed_in.get(url).context["form"]["has_elevator"].value() is True
    assert signed_in.post(url, {**HOME, "label": "HOME"})["Location"] == LIST
    home.refresh_from_db()
    assert (home.label, home.street, home.has_elevator, home.is_default) == (
        "HOME",
        "118 East 93rd Street",
        False,
        True,
    )


def test_deleting_asks_once_more_and_passes_the_default_on(
    signed_in: Client, customer: User
) -> None:
    home, office = keep(customer, "Home", is_default=True), keep(customer, "Office")
    keep(customer, "Pier")
    url = reverse("accounts:delete_address", args=[home.pk])
    page = signed_in.get(url).content.decode()
    assert (page.count("Delete Home?"), SavedAddress.objects.count()) == (2, 3)
    assert signed_in.post(url)["Location"] == LIST
    assert book_of(customer) == [("Office", True), ("Pier", False)]
    signed_in.post(reverse("accounts:delete_address", args=[office.pk]))
    assert book_of(customer) == [("Pier", True)]


def test_default_is_moved(signed_in: Client, customer: User) -> None:
    keep(customer, "Home", is_default=True)
    office = keep(customer, "Office")
    url = reverse("accounts:default_address", args=[office.pk])
    assert signed_in.post(url)["Location"] == LIST
    assert book_of(customer) == [("Office", True), ("Home", False)]


def test_empty_address_book_says_what_it_is_for(signed_in: Client) -> None:
    assert "No addresses yet" in signed_in.get(LIST).content.decode()


# ------------------------------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"label": " "}, {"label": ["Give this address a name, such as Home"]}),
        ({"street": ""}, {"street": ["Enter the street and number"]}),
        ({"city": ""}, {"city": ["Enter the city"]}),
        ({"state": "CA"}, {"state": ["Choose the state"]}),
        ({"zip": "1012"}, {"zip": ["Enter a ZIP of five digits, such as 11937"]}),
        ({"zip": "06830"}, {"state": ["ZIP 06830 is in CT. Choose CT, or correct the ZIP"]}),
        (
            {"zip": "14604"},
            {"zip": ["14604 is not served yet. Call us on (212) 555-0148 if you need it"]},
        ),
        (
            {"access_notes": "a\x00b"},
            {"access_notes": ["Use letters, figures and signs on one line"]},
        ),
    ],
)
def test_wrong_address_is_told_at_its_field_and_stays_as_typed(
    signed_in: Client, customer: User, changes: dict[str, str], wrong: dict[str, list[str]]
) -> None:
    answer = signed_in.post(ADD, {**HOME, **changes})
    assert (answer.status_code, errors(answer)) == (422, wrong)
    form = answer.context["form"]
    assert {name: form[name].value() for name in ("street", "unit", "zip")} == {
        name: {**HOME, **changes}[name] for name in ("street", "unit", "zip")
    }
    assert customer.saved_addresses.count() == 0


@pytest.mark.parametrize("label", ["Home", "hOmE", " home  "])
def test_name_of_another_address_is_refused(signed_in: Client, customer: User, label: str) -> None:
    keep(customer, "Home", is_default=True)
    office = keep(customer, "Office")
    said = f"You have an address called “{label.strip()}”. Choose another name for this one"
    for url in (ADD, reverse("accounts:address", args=[office.pk])):
        answer = signed_in.post(url, {**HOME, "label": label})
        assert (answer.status_code, errors(answer)) == (422, {"label": [said]})
    assert book_of(customer) == [("Home", True), ("Office", False)]


def test_name_may_be_another_customers(signed_in: Client, customer: User) -> None:
    keep(make_customer(), "Home")
    assert signed_in.post(ADD, HOME).status_code == 303


def test_fifty_addresses_are_the_most(signed_in: Client, customer: User) -> None:
    for number in range(50):
        keep(customer, str(number), is_default=not number)
    answer = signed_in.post(ADD, HOME)
    said = "You have 50 addresses, as many as we keep. Delete one to add another"
    assert (answer.status_code, errors(answer)) == (422, {"__all__": [said]})
    assert ADD not in signed_in.get(LIST).content.decode()


# --------------------------------------------------------------------------------------- people


@pytest.mark.parametrize("name", ONE)
@pytest.mark.parametrize("method", ["get", "post"])
def test_address_of_another_customer_is_not_found(
    signed_in: Client, name: str, method: str
) -> None:
    other = make_customer()
    theirs = keep(other, "Theirs", is_default=True)
    url = reverse(f"accounts:{name}", args=[theirs.pk])
    wanted = 405 if (name, method) == ("default_address", "get") else 404
    assert getattr(signed_in, method)(url, HOME).status_code == wanted
    assert book_of(other) == [("Theirs", True)]


@pytest.mark.parametrize("name", ["addresses", "add_address", *ONE])
def test_address_book_is_for_signed_in_customers(client: Client, customer: User, name: str) -> None:
    args = [keep(customer, "Home").pk] if name in ONE else []
    url = reverse(f"accounts:{name}", args=args)
    method = client.post if name == "default_address" else client.get
    assert method(url)["Location"].startswith("/account/login/?next=")
    client.force_login(make_staff())
    assert method(url).status_code == 404


@pytest.mark.parametrize("count", [1, 30])
def test_list_asks_the_same_of_one_and_of_many(
    signed_in: Client, customer: User, count: int
) -> None:
    for number in range(count):
        keep(customer, str(number))
    with CaptureQueriesContext(connection) as queries:
        signed_in.get(LIST)
    assert len(queries) == 3


# ---------------------------------------------------------------------------------------- rules


def facts(label: str) -> AddressFacts:
    return AddressFacts(
        label=label, street="1 Broadway", unit="", city="New York", state="NY", zip="10004"
    )


@pytest.mark.django_db
def test_services_keep_the_rules() -> None:
    user = make_customer()
    home = add_address(user.pk, facts("Home"))
    with pytest.raises(LabelTakenError):
        add_address(user.pk, facts("HOME"))
    delete_address(home)
    assert book_of(user) == []
    for number in range(50):
        add_address(user.pk, facts(str(number)))
    with pytest.raises(TooManyAddressesError):
        add_address(user.pk, facts("One more"))


@pytest.mark.race
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_first_addresses_at_once_make_one_default_and_one_of_a_name() -> None:
    make_catalogue()
    user = make_customer()
    start, refused = threading.Barrier(4), []

    def add(label: str) -> None:
        start.wait()
        try:
            add_address(user.pk, facts(label))
        except AddressRefusedError:
            refused.append(label)
        finally:
            connection.close()

    threads = [threading.Thread(target=add, args=[name]) for name in ("A", "a", "B", "C")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = book_of(user)
    assert sorted(label.lower() for label, _default in found) == ["a", "b", "c"]
    assert sum(default for _label, default in found) == 1
    assert len(refused) == 1
