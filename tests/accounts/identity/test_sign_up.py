"""Signing up: an account opens to whoever reads its mail, and to nobody else."""

import threading
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import signing
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import User
from booking.models import Message, MessageKind
from tests.accounts.identity.conftest import PASSWORD, sign_in, sign_up, signed_in
from tests.factories import make_staff
from totetaxi.lib import clock

ANN = "ann@example.com"
SENT = "account_email_verification_sent"


def test_sign_up_opens_the_account_by_the_mails_link(client, post):
    response = sign_up(client, "Ann@Example.com")
    assert (response.status_code, response["Location"]) == (302, reverse(SENT))
    assert signed_in(client) is None
    link = post.link(ANN)
    assert client.get(link).context["standing"] == "confirm"
    response = client.post(link)
    assert (response.status_code, response["Location"]) == (302, "/account/")
    assert signed_in(client) == User.objects.get(email=ANN)
    assert post.subjects(ANN) == ["Confirm your e-mail", "Welcome to ToteTaxi"]


def test_sign_up_goes_on_to_where_the_person_was_going(client, post):
    sign_up(client, ANN, next="/book/who/")
    assert client.post(post.link(ANN))["Location"] == "/book/who/"


def test_opening_the_link_confirms_nothing(client, post):
    sign_up(client, ANN)
    client.get(post.link(ANN))
    assert not EmailAddress.objects.get().verified


def test_a_stranger_gets_nothing_by_signing_up_with_somebodys_address(client, new_client, post):
    sign_up(new_client(), ANN, "the strangers password")
    link = post.link(ANN)
    page = client.get(link)
    assert page.context["standing"] == "password"
    assert client.post(link).status_code == 422
    assert client.post(link, {"password": "not the one it is"}).status_code == 422
    assert not EmailAddress.objects.get().verified


def test_a_new_password_makes_the_account_the_mailbox_owners_alone(client, new_client, post):
    sign_up(new_client(), ANN, "the strangers password")
    client.post(reverse("account_reset_password"), {"email": ANN})
    page = client.get(post.link(ANN), follow=True)
    client.post(page.request["PATH_INFO"], {"password1": "a much better one"})
    assert signed_in(client) == User.objects.get(email=ANN)
    assert EmailAddress.objects.get().verified
    assert sign_in(new_client(), ANN, "the strangers password").status_code == 422


def test_a_code_drops_the_password_that_a_stranger_chose(client, new_client, post):
    sign_up(new_client(), ANN, "the strangers password")
    client.post(reverse("account_request_login_code"), {"email": ANN})
    client.post(reverse("account_confirm_login_code"), {"code": post.code(ANN)})
    assert signed_in(client) == User.objects.get(email=ANN)
    assert sign_in(new_client(), ANN, "the strangers password").status_code == 422


def test_another_browser_confirms_with_the_accounts_password(client, new_client, post):
    sign_up(new_client(), ANN)
    client.post(post.link(ANN), {"password": PASSWORD})
    assert signed_in(client) == User.objects.get(email=ANN)


def test_an_account_without_password_is_confirmed_in_any_browser(client, new_client, post):
    sign_up(new_client(), ANN, "")
    client.post(post.link(ANN))
    assert signed_in(client) == User.objects.get(email=ANN)


def test_a_link_opened_by_somebody_else_says_so_and_does_nothing(client, new_client, post, member):
    sign_up(new_client(), ANN)
    bob = member("bob@example.com")
    sign_in(client, bob.email)
    link = post.link(ANN)
    page = client.post(link)
    assert (page.status_code, page.context["standing"]) == (200, "other")
    assert not EmailAddress.objects.get(email=ANN).verified
    assert signed_in(client) == bob


def test_a_used_link_says_that_it_is_done(client, post):
    sign_up(client, ANN)
    link = post.link(ANN)
    client.post(link)
    assert client.post(link).context["standing"] == "used"


def test_an_expired_link_offers_another(client, new_client, post, time_machine):
    sign_up(client, ANN)
    link = post.link(ANN)
    time_machine.move_to(clock.now() + timedelta(days=4))
    assert client.get(link).context["standing"] == "expired"
    assert client.post(link)["Location"] == reverse(SENT)
    assert post.subjects(ANN) == ["Confirm your e-mail", "Confirm your e-mail"]
    assert not EmailAddress.objects.get().verified


@pytest.mark.parametrize(
    "key", ["nonsense", signing.dumps(10**6, salt="account")], ids=["nonsense", "of nobody"]
)
def test_a_wrong_link_is_not_found(client, key, db):
    page = client.get(reverse("account_confirm_email", args=[key]))
    assert (page.status_code, page.context["standing"]) == (404, "wrong")


def test_sign_up_answers_the_same_for_a_known_address(new_client, post, member):
    member(ANN)
    staff = make_staff(email="sam@totetaxi.example")
    answers = []
    for email in (ANN, "new@example.com", staff.email):
        client = new_client()
        response = sign_up(client, email)
        page = client.get(response["Location"])
        answers.append((response.status_code, response["Location"], page.content.decode()))
    assert answers[1:] == [answers[0], answers[0]]
    assert post.subjects(ANN) == ["You have an account already"]
    assert post.subjects("new@example.com") == ["Confirm your e-mail"]
    assert post.subjects(staff.email) == ["You have an account already"]
    assert "belongs to our own team" in post.to(staff.email)[0].text


def test_sign_up_refuses_a_poor_password_and_keeps_the_address(client, db):
    page = sign_up(client, ANN, "short")
    assert page.status_code == 422
    assert page.context["form"]["email"].value() == ANN
    assert list(page.context["form"].errors) == ["password1"]
    assert User.objects.count() == 0


def test_the_stored_mail_holds_no_key(client, post):
    sign_up(client, ANN)
    link = post.link(ANN)
    message = Message.objects.get(kind=MessageKind.VERIFY_EMAIL)
    key = link.rstrip("/").rpartition("/")[2]
    assert key not in message.text + message.html
    assert "/confirm-email/private-key/" in message.text


def test_an_address_that_somebody_wants_to_change_to_is_free_to_sign_up(client, post, member):
    bob = member("bob@example.com")
    EmailAddress.objects.create(user=bob, email=ANN)
    sign_up(client, ANN)
    client.post(post.link(ANN))
    assert signed_in(client) == User.objects.get(email=ANN)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_race_two_sign_ups_of_one_address_make_one_account_and_answer_alike():
    """Both get the page of a new account."""
    answers: list[tuple[int, str]] = []
    start = threading.Barrier(2)

    def go() -> None:
        client = Client()
        client.get(reverse("account_signup"))
        start.wait()
        response = sign_up(client, ANN)
        answers.append((response.status_code, response["Location"]))
        connection.close()

    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [(302, reverse(SENT))] * 2
    assert User.objects.filter(email=ANN).count() == 1


def test_a_second_sign_up_that_finds_the_row_at_the_last_moment_answers_alike(client, monkeypatch):
    sign_up(Client(), ANN)
    from accounts.identity.forms import SignupForm

    def overlook(form: SignupForm, value: str) -> str:
        form.account_already_exists = False
        return value

    monkeypatch.setattr(SignupForm, "validate_unique_email", overlook)
    response = sign_up(client, ANN)
    assert (response.status_code, response["Location"]) == (302, reverse(SENT))
    assert User.objects.count() == 1
