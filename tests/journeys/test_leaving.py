"""A customer reads what we hold, takes it along, and deletes the account."""

import json
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from accounts.models import SavedAddress, User
from tests.factories import make_catalogue, make_customer

EMAIL = "ann@example.com"
PASSWORD = "correct horse battery"


@pytest.fixture
def ann(site) -> User:
    """A customer with an address in the book, who has booked nothing."""
    make_catalogue()
    user = make_customer(EMAIL)
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=EMAIL, verified=True, primary=True)
    SavedAddress.objects.create(
        user=user, label="Home", street="1 Elm Street", city="New York", state="NY", zip="10128"
    )
    return user


def sign_in(page) -> None:
    page.goto(reverse("account_login"))
    page.get_by_label("Your e-mail").fill(EMAIL)
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def check(page, check_accessibility) -> None:
    check_accessibility(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


@pytest.mark.parametrize("visitor", ["page", "phone"])
def test_customer_takes_the_data_along_and_leaves(ann, request, visitor, check_accessibility):
    page = request.getfixturevalue(visitor)
    sign_in(page)
    page.wait_for_url("**/account/")
    page.goto(reverse("accounts:profile"))
    check(page, check_accessibility)
    page.get_by_role("link", name="See your data").click()
    page.get_by_role("heading", name="Your data", level=1).wait_for()
    check(page, check_accessibility)
    page.get_by_role("link", name="Read it").click()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("heading", name="Everything we hold about you", level=1).wait_for()
    assert page.get_by_text("1 Elm Street").is_visible()
    check(page, check_accessibility)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as JSON").click()
    held = json.loads(Path(download.value.path()).read_text())
    assert [place["street"] for place in held["saved_addresses"]] == ["1 Elm Street"]
    page.goto(reverse("accounts:delete_account"))
    check(page, check_accessibility)
    page.get_by_role("button", name="Delete my account").click()
    page.get_by_role("link", name="Tick this if you want to delete your account").wait_for()
    check(page, check_accessibility)
    page.get_by_label("I want my account to be deleted.").check()
    page.get_by_role("button", name="Delete my account").click()
    page.get_by_text("Your account is deleted.").wait_for()
    assert (User.objects.get().is_active, SavedAddress.objects.exists()) == (False, False)
    sign_in(page)
    page.get_by_text("E-mail and password do not match.").first.wait_for()
