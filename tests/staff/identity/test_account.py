"""One's own account: browsers, factors, password, keys."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from staff.models import AuditLog, StaffSignIn
from tests.factories import make_colleague, sign_in_staff
from tests.staff.codes import code_for, give_app, give_recovery_codes, kinds_of

pytestmark = pytest.mark.django_db
ACCOUNT = "/staff/account/"


@pytest.fixture(autouse=True)
def _no_limits_of_others(db):
    cache.clear()


def last_row() -> tuple[str, dict, dict]:
    row = AuditLog.objects.first()
    return row.action, row.before, row.after


def test_account_shows_the_last_sign_ins_and_which_is_this_one(client):
    sam = make_colleague()
    sign_in_staff(Client(), sam)
    StaffSignIn.objects.update(user_agent="Mozilla/5.0 (Macintosh; Intel Mac OS X) Chrome/140")
    sign_in_staff(client, sam)
    sign_in_staff(Client(), make_colleague())  # not mine
    shown = client.get(ACCOUNT).context["sign_ins"]
    assert [(entry["browser"], entry["is_this"], entry["over"]) for entry in shown] == [
        ("Another browser", True, ""),
        ("Chrome on Mac", False, ""),
    ]


def test_account_costs_the_same_with_many_sign_ins(client, django_assert_num_queries):
    sam = make_colleague()
    sign_in_staff(client, sam)
    with django_assert_num_queries(5):
        client.get(ACCOUNT)
    for _ in range(30):
        sign_in_staff(Client(), sam)
    with django_assert_num_queries(5):
        client.get(ACCOUNT)


def test_sign_out_everywhere_ends_every_browser(client):
    sam, cora = make_colleague(), make_colleague()
    other, foreign = Client(), Client()
    for browser, who in ((client, sam), (other, sam), (foreign, cora)):
        sign_in_staff(browser, who)
    answer = client.post(reverse("staff:logout_everywhere"))
    assert (answer.status_code, answer["Location"]) == (303, "/staff/login/")
    codes = [browser.get(ACCOUNT).status_code for browser in (client, other, foreign)]
    assert codes == [303, 303, 200]
    assert last_row() == ("signed_out_everywhere", {}, {"browsers": 2})


def test_changing_the_password_ends_the_other_browsers(client):
    sam = make_colleague()
    other = Client()
    sign_in_staff(client, sam)
    sign_in_staff(other, sam)
    wrong = {"password": "wrong", "new_password": "lighthouse over montauk"}
    answer = client.post(reverse("staff:password"), wrong)
    assert (answer.status_code, answer.context["form"].errors) == (
        422,
        {"password": ["This is not your password now"]},
    )
    weak = {"password": "correct horse", "new_password": "short"}
    assert client.post(reverse("staff:password"), weak).status_code == 422
    right = wrong | {"password": "correct horse"}
    assert client.post(reverse("staff:password"), right)["Location"] == ACCOUNT
    assert (client.get(ACCOUNT).status_code, other.get(ACCOUNT).status_code) == (200, 303)
    sam.user.refresh_from_db()
    assert sam.user.check_password("lighthouse over montauk")
    assert last_row() == ("changed_password", {}, {})


def test_single_keys_can_be_switched_off(client):
    sam = make_colleague()
    sign_in_staff(client, sam)
    assert 'data-single-keys="on"' in client.get(ACCOUNT).content.decode()
    assert client.post(reverse("staff:settings"), {})["Location"] == ACCOUNT
    assert 'data-single-keys="off"' in client.get(ACCOUNT).content.decode()
    assert last_row() == (
        "changed_own_settings",
        {"single_keys": True},
        {"single_keys": False},
    )


def test_an_app_replaces_the_one_before(client):
    sam = make_colleague()
    old = give_app(sam)
    sign_in_staff(client, sam)
    secret = client.get(reverse("staff:add_app")).context["setup"].key.replace(" ", "")
    answer = client.post(reverse("staff:add_app"), {"code": code_for(secret)})
    assert answer.status_code == 303
    assert kinds_of(sam) == ["recovery_codes", "totp"]
    client.post(reverse("staff:logout"))
    client.post("/staff/login/", {"email": sam.user.email, "password": "correct horse"})
    assert client.post("/staff/login/code/", {"code": code_for(old, step=1)}).status_code == 422
    new = code_for(secret, step=1)
    assert client.post("/staff/login/code/", {"code": new}).status_code == 303


def test_the_last_factor_stays(client):
    sam = make_colleague()
    give_app(sam)
    sign_in_staff(client, sam)
    factor = sam.user.authenticator_set.get()
    client.post(reverse("staff:remove_factor", args=[factor.pk]))
    assert kinds_of(sam) == ["totp"]


def test_nobody_removes_a_colleagues_factor(client):
    sam, cora = make_colleague(), make_colleague()
    give_app(cora)
    sign_in_staff(client, sam)
    factor = cora.user.authenticator_set.get()
    assert client.post(reverse("staff:remove_factor", args=[factor.pk])).status_code == 404
    assert kinds_of(cora) == ["totp"]


def test_new_recovery_codes_end_the_ones_before(client):
    sam = make_colleague()
    give_app(sam)
    old = give_recovery_codes(sam)
    sign_in_staff(client, sam)
    assert client.get(reverse("staff:recovery_codes")).context["codes"] == old
    client.post(reverse("staff:recovery_codes"))
    new = client.get(reverse("staff:recovery_codes")).context["codes"]
    assert (len(new), set(new) & set(old)) == (10, set())
    assert last_row() == ("made_recovery_codes", {}, {})


def test_confirming_takes_a_code_where_there_is_one(client):
    sam = make_colleague()
    secret = give_app(sam)
    sign_in_staff(client, sam)
    confirm = reverse("staff:confirm")
    assert client.post(confirm, {"password": "correct horse"}).status_code == 422
    assert client.post(confirm, {"code": "000"}).status_code == 422
    assert client.post(confirm, {"code": code_for(secret)})["Location"] == "/staff/"
    assert last_row() == ("confirmed", {}, {"method": "totp"})
