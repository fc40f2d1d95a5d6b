"""The staff's door: in by app and by passkey, locked after guessing, and shut at once."""

import pytest
from playwright.sync_api import Page, expect

from staff.models import AuditLog, Invitation, StaffProfile
from staff.people.mails import token_of
from staff.permissions import Role
from tests.factories import make_colleague
from tests.staff.codes import code_for, give_app

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "correct horse"


def give_password(page: Page, email: str, password: str = PASSWORD) -> None:
    page.goto("/staff/login/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def sign_in(page: Page, profile: StaffProfile, secret: str, step: int = 0) -> None:
    give_password(page, profile.user.email)
    page.get_by_label("Code").fill(code_for(secret, step=step))
    page.get_by_role("button", name="Continue").click()


def plug_in_a_key(page: Page) -> None:
    """A security key of Chromium's own, which is touched at once."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
            }
        },
    )


def test_from_an_invitation_to_the_day_the_door_is_shut(
    page: Page, new_page, check_accessibility
) -> None:
    ada = make_colleague(Role.ADMIN, "Ada Whitlock")
    sign_in(page, ada, give_app(ada))

    # Ada invites Nina.
    page.goto("/staff/people/")
    page.get_by_role("link", name="Invite a colleague").click()
    page.get_by_label("E-mail at work").fill("nina@totetaxi.example")
    page.get_by_label("Role").select_option("Support")
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_text("Invitation sent to nina@totetaxi.example.")).to_be_visible()

    # Nina comes by the link, makes her account and sets up an app: no way round it.
    nina_page = new_page()
    nina_page.goto(f"/staff/invitation/{token_of(Invitation.objects.get())}/")
    expect(nina_page.get_by_text("Ada Whitlock invites you as Support.")).to_be_visible()
    assert nina_page.url.endswith("/staff/invitation/")
    check_accessibility(nina_page)
    nina_page.get_by_label("Your name").fill("Nina Okoye")
    nina_page.get_by_label("Password").fill("lighthouse over montauk")
    nina_page.get_by_role("button", name="Make my account").click()
    give_password(nina_page, "nina@totetaxi.example", "lighthouse over montauk")
    expect(nina_page.get_by_role("heading", name="Set up an app for codes")).to_be_visible()
    check_accessibility(nina_page)
    secret = nina_page.locator(".office-secret").inner_text().replace(" ", "")
    nina_page.get_by_label("The code it shows").fill(code_for(secret))
    nina_page.get_by_role("button", name="Set it up").click()
    expect(nina_page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    nina_page.get_by_role("link", name="I have kept them").click()
    expect(nina_page.get_by_role("heading", level=1)).to_be_visible()
    menu = nina_page.get_by_role("navigation", name="Back office")
    expect(menu.get_by_role("link", name="Audit log")).to_have_count(0)

    # Ada makes her an admin: the page that Nina has open follows at the next click.
    page.goto("/staff/people/")
    page.get_by_role("link", name="Nina Okoye").click()
    page.get_by_role("combobox", name="Role").select_option("Admin")
    page.get_by_role("button", name="Change the role").click()
    expect(page.get_by_text("Nina Okoye is Admin from now on.")).to_be_visible()
    menu.get_by_role("link", name="Who may do what").click()
    menu.get_by_role("link", name="Audit log").click()
    expect(nina_page.get_by_role("cell", name="Changed a role")).to_be_visible()

    # And shuts the door: the palette that Nina opens leads to the sign-in, as a whole page.
    page.get_by_role("button", name="Deactivate Nina Okoye").click()
    expect(page.get_by_text("Nina Okoye is signed out and stays out.")).to_be_visible()
    nina_page.keyboard.press("Control+k")
    nina_page.wait_for_url("**/staff/login/**")
    give_password(nina_page, "nina@totetaxi.example", "lighthouse over montauk")
    expect(nina_page.get_by_role("alert")).to_contain_text("This did not work.")


@pytest.mark.allow_console_errors
def test_a_role_that_is_taken_away_answers_a_piece_with_403(page: Page) -> None:
    ada = make_colleague(Role.ADMIN, "Ada Whitlock")
    sign_in(page, ada, give_app(ada))
    page.goto("/staff/people/")
    StaffProfile.objects.update(role=Role.VIEWER)
    page.get_by_role("link", name="Invite a colleague").click()
    expect(page.get_by_role("heading", name="This is not open to your role.")).to_be_visible()


def test_guessing_locks_the_account(page: Page, check_accessibility) -> None:
    sam = make_colleague()
    give_app(sam)
    for _ in range(5):
        give_password(page, sam.user.email, "wrong horse")
        expect(page.get_by_role("alert")).to_contain_text("This did not work.")
    check_accessibility(page)
    give_password(page, sam.user.email)
    expect(page.get_by_role("alert")).to_contain_text("This did not work.")
    assert AuditLog.objects.get().action == "locked"


def test_a_passkey_is_added_and_signs_in(page: Page) -> None:
    sam = make_colleague()
    sign_in(page, sam, give_app(sam))
    plug_in_a_key(page)
    page.goto("/staff/account/")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name of the passkey").fill("Office laptop")
    page.get_by_role("button", name="Make the passkey").click()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("Office laptop").first).to_be_visible()
    page.get_by_role("button", name="Sign out", exact=True).click()
    give_password(page, sam.user.email)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("navigation", name="Back office")).to_be_visible()
    actions = list(AuditLog.objects.order_by("id").values_list("action", "after__method"))
    assert actions == [
        ("signed_in", "totp"),
        ("added_factor", "webauthn"),
        ("made_recovery_codes", None),
        ("signed_out", None),
        ("signed_in", "webauthn"),
    ]


def test_everything_is_reached_by_keyboard(page: Page) -> None:
    ada = make_colleague(Role.ADMIN, "Ada Whitlock")
    cora = make_colleague(Role.VIEWER, "Cora Lindqvist")
    sign_in(page, ada, give_app(ada))
    page.wait_for_selector(".office-nav")
    page.keyboard.press("g")
    page.keyboard.press("p")
    page.wait_for_url("**/staff/people/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url(f"**/staff/people/{cora.pk}/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("who may")
    expect(page.locator("[data-hit]")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url("**/staff/roles/")
    # Off: single keys do nothing, Ctrl-K still opens the search.
    page.goto("/staff/account/")
    page.get_by_label("Single keys move about").uncheck()
    page.get_by_role("button", name="Save").click()
    page.wait_for_selector('[data-single-keys="off"]')
    page.keyboard.press("/")
    expect(page.locator("#palette")).not_to_be_visible()
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()


def test_the_door_and_the_search_need_no_script(plain_page: Page) -> None:
    ada = make_colleague(Role.ADMIN, "Ada Whitlock")
    sign_in(plain_page, ada, give_app(ada))
    plain_page.get_by_role("searchbox", name="Search", exact=True).fill("audit")
    plain_page.get_by_role("searchbox", name="Search", exact=True).press("Enter")
    plain_page.locator("[data-hit]", has_text="Audit log").click()
    expect(plain_page.get_by_role("heading", name="Audit log")).to_be_visible()
    plain_page.get_by_role("button", name="Sign out").first.click()
    expect(plain_page.get_by_text("You are signed out.")).to_be_visible()
