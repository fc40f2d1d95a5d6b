"""The pages in a real browser: they hold without scripts, and passkeys work under our policy."""

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.urls import reverse

from tests.accounts.identity.conftest import PASSWORD, code_of
from tests.factories import make_customer

ANN = "ann@example.com"
PUBLIC = [
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_reset_password_done",
    "account_request_login_code",
    "account_email_verification_sent",
    "account_inactive",
]
OWN = [
    "account_email",
    "account_change_password",
    "account_reauthenticate",
    "account_logout",
    "mfa_index",
    "mfa_list_webauthn",
    "accounts:addresses",
    "accounts:add_address",
]


@pytest.fixture
def ann(site):
    user = make_customer(ANN)
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=ANN, verified=True, primary=True)
    return user


def sign_in(page):
    page.goto(reverse("account_login"))
    page.get_by_label("Your e-mail").fill(ANN)
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def be_recent(page):
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()


def test_pages_are_accessible_and_fit(page, ann, check_accessibility, check_pages):
    check_pages(page, *(reverse(name) for name in PUBLIC))
    page.goto(reverse("account_request_login_code"))
    page.get_by_label("Your e-mail").fill(ANN)
    page.get_by_role("button", name="Send me the code").click()
    page.get_by_role("heading", name="Enter the code").wait_for()
    check_accessibility(page)
    for key in ("wrong-key", default_token_generator.make_token(ann)):
        args = [user_pk_to_url_str(ann), key]
        check_pages(page, reverse("account_reset_password_from_key", args=args))
    page.context.clear_cookies()
    sign_in(page)
    page.wait_for_url("**/account/")
    check_pages(page, *(reverse(name) for name in OWN))


def test_signing_in_and_out_works_without_scripts(plain_page, ann):
    sign_in(plain_page)
    plain_page.wait_for_url("**/account/")
    plain_page.get_by_role("navigation", name="Main").get_by_role("button", name="Sign out").click()
    plain_page.get_by_role("navigation", name="Main").get_by_role("link", name="Sign in").wait_for()


def test_app_becomes_the_second_step(page, ann, check_accessibility):
    sign_in(page)
    page.goto(reverse("mfa_activate_totp"))
    be_recent(page)
    secret = page.get_by_label("The key").inner_text()
    check_accessibility(page)
    page.get_by_label("Code from the app").fill(code_of(secret))
    page.get_by_role("button", name="Use this app").click()
    page.get_by_role("heading", name="Recovery codes", level=1).wait_for()
    check_accessibility(page)
    recovery = page.locator("ul.figures li").first.inner_text()
    for name in ("mfa_generate_recovery_codes", "mfa_deactivate_totp"):
        page.goto(reverse(name))
        check_accessibility(page)
    page.get_by_role("navigation", name="Main").get_by_role("button", name="Sign out").click()
    sign_in(page)
    page.get_by_role("heading", name="The second step").wait_for()
    check_accessibility(page)
    page.get_by_label("Code from the app").fill(recovery)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/account/")


def test_passkey_signs_in_under_our_policy(page, ann, check_accessibility):
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    sign_in(page)
    page.goto(reverse("mfa_add_webauthn"))
    be_recent(page)
    page.get_by_label("Name of the passkey").fill("My phone")
    check_accessibility(page)
    page.get_by_role("button", name="Make the passkey").click()
    page.get_by_role("heading", name="Recovery codes", level=1).wait_for()
    [passkey] = Authenticator.objects.filter(type="webauthn")
    assert str(passkey) == "My phone"
    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        page.goto(reverse(name, args=[passkey.pk]))
        check_accessibility(page)
    page.get_by_role("navigation", name="Main").get_by_role("button", name="Sign out").click()
    page.goto(reverse("account_login"))
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/account/")
