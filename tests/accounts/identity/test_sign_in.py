"""Signing in and out: customers alone, on our own site, with nothing lost."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import encrypt
from django.contrib.auth import authenticate
from django.urls import reverse

from accounts.models import User
from booking.models import Message, MessageKind
from tests.accounts.identity.conftest import PASSWORD, code_of, sign_in, sign_up, signed_in
from tests.factories import make_draft, make_staff
from totetaxi.lib import clock

ANN = "ann@example.com"
HOSTILE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "http:///evil.example/",
    "javascript:alert(1)",
    "https:evil.example",
    "\t//evil.example/",
]


def test_sign_in_by_password_goes_to_the_account(client, member):
    ann = member(ANN)
    assert sign_in(client, "ANN@example.com")["Location"] == "/account/"
    assert signed_in(client) == ann


@pytest.mark.parametrize("url", HOSTILE)
def test_next_never_leads_to_another_site(client, member, url):
    member(ANN)
    assert sign_in(client, ANN, next=url)["Location"] == "/account/"


def test_next_leads_on_within_the_site(client, member):
    member(ANN)
    assert sign_in(client, ANN, next="/account/cards/?a=b")["Location"] == "/account/cards/?a=b"


def test_sign_in_answers_the_same_for_a_known_address(new_client, member):
    member(ANN)
    make_staff(email="sam@totetaxi.example")
    pages = []
    for email in (ANN, "new@example.com", "sam@totetaxi.example"):
        page = sign_in(new_client(), email, "not the one it is")
        pages.append((page.status_code, page.context["form"].errors.as_json()))
    assert pages[0][0] == 422
    assert pages[1:] == [pages[0], pages[0]]


def test_staff_do_not_sign_in_here_by_their_password(client):
    make_staff(email="sam@totetaxi.example")
    assert sign_in(client, "sam@totetaxi.example", "correct horse").status_code == 422
    assert signed_in(client) is None


def test_staff_do_not_sign_in_here_by_code_or_by_a_new_password(client, new_client, post):
    sam = make_staff(email="sam@totetaxi.example")
    codes, resets = reverse("account_request_login_code"), reverse("account_reset_password")
    unknown = [new_client().post(url, {"email": "no@example.com"}) for url in (codes, resets)]
    answers = [client.post(url, {"email": sam.email}) for url in (codes, resets)]
    assert [(a.status_code, a["Location"]) for a in answers] == [
        (a.status_code, a["Location"]) for a in unknown
    ]
    assert post.subjects(sam.email) == ["There is no account with this e-mail"] * 2


def test_signed_in_staff_find_no_pages_of_their_own_here(client):
    client.force_login(make_staff())
    names = ("account_email", "account_change_password", "mfa_index", "account_reauthenticate")
    assert [client.get(reverse(name)).status_code for name in names] == [404] * 4


def test_signed_in_staff_find_no_portal(client):
    client.force_login(make_staff())
    assert (client.get("/account/").status_code, client.post("/account/").status_code) == (404, 405)


def test_fields_say_what_is_missing_in_our_words(client, db):
    errors = client.post(reverse("account_login"), {"login": "ann"}).context["form"].errors
    assert errors == {
        "login": ["Enter an e-mail like name@example.com"],
        "password": ["Enter your password"],
    }


def test_second_step_offers_a_passkey_to_who_has_one(client, member):
    ann = member(ANN)
    secret = encrypt("JBSWY3DPEHPK3PXP")
    Authenticator.objects.create(user=ann, type="totp", data={"secret": secret})
    page = client.post(reverse("account_login"), {"login": ANN, "password": PASSWORD}, follow=True)
    assert page.redirect_chain[-1][0] == reverse("mfa_authenticate")
    assert "data-passkey" not in page.content.decode()


def test_a_code_of_the_app_opens_once(client, member, time_machine):
    ann, secret = member(ANN), "JBSWY3DPEHPK3PXP"
    Authenticator.objects.create(user=ann, type="totp", data={"secret": encrypt(secret)})
    start = clock.now().replace(second=5)
    time_machine.move_to(start)
    code = {"code": code_of(secret)}
    sign_in(client, ANN)
    assert client.post(reverse("mfa_authenticate"), code)["Location"] == "/account/"
    client.post(reverse("account_logout"))
    time_machine.move_to(start + timedelta(seconds=40))  # as long as a slow phone's is good
    sign_in(client, ANN)
    assert client.post(reverse("mfa_authenticate"), code).status_code == 422
    assert signed_in(client) is None


def test_customers_are_unknown_to_the_staffs_sign_in(member):
    member(ANN)
    found = authenticate(None, username=ANN, password=PASSWORD)
    assert found is None or not found.is_staff


def test_code_signs_in_and_is_erased_once_sent(client, member, post):
    ann = member(ANN, password="")
    response = client.post(reverse("account_request_login_code"), {"email": ANN})
    assert response["Location"] == reverse("account_confirm_login_code")
    message = Message.objects.get(kind=MessageKind.SIGN_IN_CODE)
    code = message.context["secret"]["code"]
    assert post.code(ANN) == code
    message.refresh_from_db()
    assert message.context == {}
    assert code not in message.subject + message.text + message.html
    client.post(reverse("account_confirm_login_code"), {"code": code})
    assert signed_in(client) == ann


def test_code_page_is_the_same_for_an_unknown_address(client, member, post):
    response = client.post(reverse("account_request_login_code"), {"email": "no@example.com"})
    assert response["Location"] == reverse("account_confirm_login_code")
    page = client.post(reverse("account_confirm_login_code"), {"code": "000000"})
    assert page.status_code == 422
    assert post.subjects("no@example.com") == ["There is no account with this e-mail"]


def test_a_pending_address_opens_nobody_elses_account(client, member, post):
    bob = member("bob@example.com")
    EmailAddress.objects.create(user=bob, email=ANN)
    client.post(reverse("account_request_login_code"), {"email": ANN})
    client.post(reverse("account_reset_password"), {"email": ANN})
    assert post.subjects(ANN) == ["There is no account with this e-mail"] * 2


def test_sign_in_of_an_unconfirmed_account_sends_the_link_again(client, new_client, post, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"confirm_email": None}
    sign_up(new_client(), ANN)
    response = sign_in(client, ANN)
    assert response["Location"] == reverse("account_email_verification_sent")
    assert post.subjects(ANN) == ["Confirm your e-mail"] * 2
    assert signed_in(client) is None


def test_too_many_tries_are_answered_by_our_page(client, member):
    member(ANN)
    for _ in range(5):
        assert sign_in(client, ANN, "not the one it is").status_code == 422
    page = sign_in(client, ANN)
    assert page.status_code == 429
    assert next(template.name for template in page.templates) == "429.html"


def test_limits_count_the_sender_that_our_proxies_saw(client, member, settings):
    settings.TRUSTED_PROXIES = 1
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login": "1/m/ip"}
    codes = []
    for forged, sender in (("1.1.1.1", "9.9.9.1"), ("2.2.2.2", "9.9.9.1"), ("1.1.1.1", "9.9.9.2")):
        client.defaults["HTTP_X_FORWARDED_FOR"] = f"{forged}, {sender}"
        codes.append(sign_in(client, ANN, "not the one it is").status_code)
    assert codes == [422, 429, 422]


def test_signing_in_changes_the_sessions_key_and_keeps_draft_and_bookings(client, member):
    ann = member(ANN)
    draft = make_draft()
    session = client.session
    session["draft"], session["bookings"] = str(draft.pk), ["a-booking"]
    session.save()
    client.cookies["session"] = session.session_key
    before = session.session_key
    sign_in(client, ANN)
    assert client.session.session_key != before
    assert (client.session["draft"], client.session["bookings"]) == (str(draft.pk), ["a-booking"])
    draft.refresh_from_db()
    assert draft.customer == ann


def test_signing_up_keeps_the_draft_across_the_link(client, post):
    draft = make_draft()
    session = client.session
    session["draft"] = str(draft.pk)
    session.save()
    client.cookies["session"] = session.session_key
    sign_up(client, ANN)
    client.post(post.link(ANN))
    draft.refresh_from_db()
    assert (client.session["draft"], draft.customer) == (str(draft.pk), User.objects.get(email=ANN))


def test_signing_out_takes_a_post(client, member):
    ann = member(ANN)
    sign_in(client, ANN)
    assert client.get(reverse("account_logout")).status_code == 200
    assert signed_in(client) == ann
    assert client.post(reverse("account_logout"))["Location"] == "/"
    assert signed_in(client) is None


def test_a_closed_account_is_told_so_after_the_right_password_alone(client, member):
    ann = member(ANN)
    User.objects.filter(pk=ann.pk).update(is_active=False)
    assert sign_in(client, ANN, "not the one it is").status_code == 422
    assert sign_in(client, ANN)["Location"] == reverse("account_inactive")
    assert signed_in(client) is None


def test_an_anonymous_page_asks_the_database_nothing_for_its_header(
    client, django_assert_num_queries, db
):
    client.get(reverse("account_login"))
    client.cookies.clear()
    with django_assert_num_queries(0):
        client.get(reverse("account_login"))
