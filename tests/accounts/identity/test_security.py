"""Password, e-mail and a recent sign-in."""

from datetime import timedelta

from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.urls import reverse

from accounts.models import User
from booking.models import Message, MessageKind
from tests.accounts.identity.conftest import PASSWORD, sign_in, sign_up, signed_in
from totetaxi.lib import clock

ANN, NEW = "ann@example.com", "ann.new@example.com"
BETTER = "a much better one"


def reset(client, post, password=BETTER, email=ANN):
    """Ask for a link and use it; answers the link."""
    client.post(reverse("account_reset_password"), {"email": email})
    link = post.link(email)
    page = client.get(link, follow=True)
    client.post(page.request["PATH_INFO"], {"password1": password})
    return link


def test_reset_sets_the_password_and_signs_in(client, new_client, member, post):
    ann = member(ANN)
    reset(client, post)
    assert signed_in(client) == ann
    assert sign_in(new_client(), ANN).status_code == 422
    assert sign_in(new_client(), ANN, BETTER).status_code == 302
    assert post.subjects(ANN) == ["Set a new password", "Your account was changed"]


def test_reset_answers_the_same_for_an_unknown_address(new_client, member, post):
    member(ANN)
    url = reverse("account_reset_password")
    known, unknown = (new_client().post(url, {"email": email}) for email in (ANN, NEW))
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert post.subjects(NEW) == ["There is no account with this e-mail"]


def test_a_used_reset_link_is_over(client, new_client, member, post):
    member(ANN)
    link = reset(client, post)
    page = new_client().get(link, follow=True)
    assert page.context["token_fail"]


def test_an_expired_reset_link_is_over(client, member, post, time_machine):
    member(ANN)
    client.post(reverse("account_reset_password"), {"email": ANN})
    link = post.link(ANN)
    time_machine.move_to(clock.now() + timedelta(hours=25))
    assert client.get(link, follow=True).context["token_fail"]


def test_the_stored_reset_mail_holds_no_key(client, member, post):
    member(ANN)
    client.post(reverse("account_reset_password"), {"email": ANN})
    key = post.link(ANN).rstrip("/").partition("/key/")[2].partition("-")[2]
    message = Message.objects.get(kind=MessageKind.PASSWORD_RESET)
    assert key
    assert key not in message.text + message.html


def change(client, old=PASSWORD, new=BETTER):
    data = {"oldpassword": old, "password1": new}
    return client.post(reverse("account_change_password"), data)


def test_a_session_is_over_once_the_password_was_changed_elsewhere(client, new_client, member):
    ann, other = member(ANN), new_client()
    for one in (client, other):
        sign_in(one, ANN)
    assert signed_in(other) == ann
    assert change(client)["Location"] == reverse("accounts:profile")
    assert signed_in(client) == ann
    assert signed_in(other) is None
    assert other.get("/account/")["Location"] == "/account/login/?next=%2Faccount%2F"


def test_changing_the_password_needs_the_old_one(client, member):
    member(ANN)
    sign_in(client, ANN)
    page = change(client, old="not the one it is")
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["oldpassword"])


def be_recent(client):
    return client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def ask_for_new_email(client, email=NEW):
    return client.post(reverse("account_email"), {"email": email, "action_add": "1"})


def test_email_changes_once_the_new_address_is_confirmed(client, member, post):
    ann = member(ANN)
    sign_in(client, ANN)
    be_recent(client)
    ask_for_new_email(client)
    ann.refresh_from_db()
    assert ann.email == ANN
    client.post(post.link(NEW))
    ann.refresh_from_db()
    assert ann.email == NEW
    assert list(EmailAddress.objects.values_list("email", "verified")) == [(NEW, True)]
    assert post.subjects(ANN) == ["Your account was changed"]


def test_email_change_ends_every_other_browser(client, new_client, member, post):
    ann = member(ANN)
    elsewhere = new_client()
    sign_in(elsewhere, ANN)
    sign_in(client, ANN)
    be_recent(client)
    ask_for_new_email(client)
    client.post(post.link(NEW))
    assert (signed_in(client), signed_in(elsewhere)) == (ann, None)


def test_email_change_asks_for_a_recent_sign_in(client, member, post):
    member(ANN)
    sign_in(client, ANN)
    assert ask_for_new_email(client)["Location"].startswith(reverse("account_reauthenticate"))
    assert post.to(NEW) == []


def test_email_change_is_confirmed_by_the_account_alone(client, new_client, member, post):
    ann = member(ANN)
    sign_in(client, ANN)
    be_recent(client)
    ask_for_new_email(client)
    page = new_client().post(post.link(NEW))
    assert page.context["standing"] == "sign_in"
    ann.refresh_from_db()
    assert ann.email == ANN


def test_email_change_to_somebodys_address_tells_that_mailbox_alone(client, member, post):
    member(ANN)
    bob = member("bob@example.com")
    sign_in(client, ANN)
    be_recent(client)
    assert ask_for_new_email(client, bob.email).status_code == 302
    assert post.subjects(bob.email) == ["You have an account already"]


def test_email_change_goes_over_a_sign_up_that_was_never_confirmed(
    client, new_client, member, post
):
    ann = member(ANN)
    sign_up(new_client(), NEW)
    post.deliver()
    sign_in(client, ANN)
    be_recent(client)
    EmailAddress.objects.create(user=ann, email=NEW)
    key = EmailAddress.objects.get(user=ann, email=NEW)
    client.post(reverse("account_confirm_email", args=[EmailConfirmationHMAC(key).key]))
    ann.refresh_from_db()
    assert ann.email == NEW
    assert User.objects.count() == 1


def test_recent_sign_in_by_code_for_an_account_without_password(client, member, post, time_machine):
    ann = member(ANN, password="")
    client.post(reverse("account_request_login_code"), {"email": ANN})
    client.post(reverse("account_confirm_login_code"), {"code": post.code(ANN)})
    assert client.get(reverse("account_set_password")).status_code == 200
    time_machine.move_to(clock.now() + timedelta(minutes=20))
    wanted = reverse("account_set_password")
    page = client.get(wanted, follow=True)
    ask = f"{reverse('account_reauthenticate_by_code')}?next=%2Faccount%2Fpassword%2Fset%2F"
    assert page.redirect_chain[-1][0] == ask
    client.post(ask)
    assert client.post(ask, {"code": "12345", "next": wanted}).status_code == 422
    answer = client.post(ask, {"code": post.code(ANN), "next": wanted})
    assert answer["Location"] == wanted
    assert client.get(wanted).status_code == 200
    client.post(wanted, {"password1": BETTER})
    ann.refresh_from_db()
    assert ann.check_password(BETTER)


def test_a_code_does_not_stand_in_for_the_password(client, member, post):
    member(ANN)
    sign_in(client, ANN)
    by_code, by_password = (
        f"{reverse(name)}?next=%2Faccount%2Fdata%2F"
        for name in ("account_reauthenticate_by_code", "account_reauthenticate")
    )
    assert [client.get(by_code)["Location"], client.post(by_code)["Location"]] == [by_password] * 2
    assert post.to(ANN) == []
