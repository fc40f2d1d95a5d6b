"""Signing in: the password, the second factor, and what guessing leads to."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from staff.models import Action, AuditLog, StaffSignIn
from staff.permissions import Role
from tests.factories import make_colleague, make_customer
from tests.staff.codes import code_for, give_app, give_recovery_codes
from totetaxi.lib import clock

pytestmark = pytest.mark.django_db
LOGIN = "/staff/login/"
CODE = "/staff/login/code/"


@pytest.fixture(autouse=True)
def _no_limits_of_others(db):
    cache.clear()


def give_password(client: Client, email: str, password: str = "correct horse", **more: str):
    return client.post(LOGIN, {"email": email, "password": password, **more})


def actions() -> list[str]:
    return list(AuditLog.objects.order_by("id").values_list("action", flat=True))


def alert_of(response) -> list[str]:
    return list(response.context["form"].non_field_errors())


def test_sign_in_asks_for_password_and_code_and_goes_where_one_wanted(client):
    sam = make_colleague(Role.VIEWER)
    secret = give_app(sam)
    wanted = "/staff/roles/"
    answer = client.get(wanted)
    assert (answer.status_code, answer["Location"]) == (303, f"{LOGIN}?next=%2Fstaff%2Froles%2F")
    answer = give_password(client, f" {sam.user.email.upper()}", next=wanted)
    assert (answer.status_code, answer["Location"]) == (303, CODE)
    assert client.get(wanted).status_code == 303  # the password alone opens nothing
    code = code_for(secret)
    answer = client.post(CODE, {"code": f"{code[:3]} {code[3:]}"})
    assert (answer.status_code, answer["Location"]) == (303, wanted)
    assert client.get(wanted).status_code == 200
    sign_in = StaffSignIn.objects.get()
    assert (sign_in.profile, sign_in.method, sign_in.ip) == (sam, "totp", "127.0.0.1")
    assert actions() == ["signed_in"]


def test_sign_in_takes_a_recovery_code_once(client):
    sam = make_colleague()
    give_app(sam)
    code = give_recovery_codes(sam)[0]
    give_password(client, sam.user.email)
    assert client.post(CODE, {"code": code})["Location"] == "/staff/"
    assert StaffSignIn.objects.get().method == "recovery_codes"
    other = Client()
    give_password(other, sam.user.email)
    assert other.post(CODE, {"code": code}).status_code == 422


def test_sign_in_takes_a_code_of_the_app_once(client):
    sam = make_colleague()
    secret = give_app(sam)
    with time_machine.travel(clock.now(), tick=False) as traveller:
        code = code_for(secret)
        give_password(client, sam.user.email)
        assert client.post(CODE, {"code": code}).status_code == 303
        traveller.shift(31)  # good for another half minute, and allauth has forgotten it
        other = Client()
        give_password(other, sam.user.email)
        assert other.post(CODE, {"code": code}).status_code == 422
        assert other.post(CODE, {"code": code_for(secret)}).status_code == 303


def test_sign_in_without_a_factor_leads_to_setting_one_up(client):
    sam = make_colleague()
    answer = give_password(client, sam.user.email)
    assert (answer.status_code, answer["Location"]) == (303, "/staff/account/app/")
    page = client.get("/staff/account/app/")
    secret = page.context["setup"].key.replace(" ", "")
    assert client.post("/staff/account/app/", {"code": "000000"}).status_code == 422
    answer = client.post("/staff/account/app/", {"code": code_for(secret)})
    assert (answer.status_code, answer["Location"]) == (
        303,
        "/staff/account/codes/?next=%2Fstaff%2F",
    )
    page = client.get(answer["Location"])
    assert len(page.context["codes"]) == 10
    assert actions() == ["added_factor", "signed_in", "made_recovery_codes"]


def test_sign_in_needs_no_second_factor_in_development(client, settings):
    settings.STAFF_SECOND_FACTOR = False
    sam = make_colleague()
    assert give_password(client, sam.user.email)["Location"] == "/staff/"
    assert client.get("/staff/account/").status_code == 200
    settings.STAFF_SECOND_FACTOR = True
    assert client.get("/staff/account/").status_code == 303  # the same browser in production


def test_sign_in_says_the_same_whatever_does_not_fit(client):
    sam, gone, closed = make_colleague(), make_colleague(), make_colleague()
    customer = make_customer()
    gone.active = False
    gone.save()
    closed.user.is_active = False
    closed.user.save()
    told = []
    for email, password in (
        ("nobody@totetaxi.example", "correct horse"),
        (sam.user.email, "wrong horse"),
        (gone.user.email, "correct horse"),
        (closed.user.email, "correct horse"),
        (customer.email, "correct horse"),
    ):
        answer = give_password(client, email, password)
        told.append((answer.status_code, alert_of(answer)))
    assert told == [told[0]] * 5
    assert told[0][0] == 422
    assert "_auth_user_id" not in client.session


def test_an_account_locks_after_five_wrong_passwords_for_fifteen_minutes(client):
    sam = make_colleague()
    give_app(sam)
    with time_machine.travel("2026-12-01T15:01:00Z", tick=False) as traveller:
        answers = [give_password(client, sam.user.email, "wrong") for _ in range(5)]
        # From anywhere else, and with the right password.
        locked = Client(REMOTE_ADDR="192.0.2.9").post(
            LOGIN, {"email": sam.user.email, "password": "correct horse"}
        )
        assert (locked.status_code, alert_of(locked)) == (422, alert_of(answers[0]))
        assert actions() == ["locked"]
        traveller.shift(timedelta(minutes=15))
        assert give_password(client, sam.user.email)["Location"] == CODE


def test_an_unknown_account_locks_like_a_known_one(client):
    for _ in range(7):
        answer = give_password(client, "nobody@totetaxi.example")
        assert answer.status_code == 422
    assert actions() == []


def test_one_address_is_stopped_after_twenty_tries(client):
    sam = make_colleague()
    give_app(sam)
    with time_machine.travel("2026-12-01T15:01:00Z", tick=False):
        for number in range(20):
            give_password(client, f"guess{number}@totetaxi.example")
        assert give_password(client, sam.user.email).status_code == 422
        other = Client(REMOTE_ADDR="192.0.2.9")
        assert give_password(other, sam.user.email).status_code == 303


def test_wrong_codes_are_recorded_and_lock_the_account(client):
    sam = make_colleague()
    secret = give_app(sam)
    with time_machine.travel("2026-12-01T15:01:00Z", tick=False):
        give_password(client, sam.user.email)
        answers = [client.post(CODE, {"code": "12"}).status_code for _ in range(5)]
        assert answers == [422] * 5
        answer = client.post(CODE, {"code": code_for(secret)})
        assert (answer.status_code, answer["Location"]) == (303, LOGIN)
        assert actions() == ["failed_second_factor"] * 5 + ["locked"]
        assert StaffSignIn.objects.count() == 0


def test_the_second_step_waits_ten_minutes_and_not_through_a_new_password(client):
    sam = make_colleague()
    secret = give_app(sam)
    with time_machine.travel(clock.now(), tick=False) as traveller:
        give_password(client, sam.user.email)
        traveller.shift(timedelta(minutes=10))
        assert client.post(CODE, {"code": code_for(secret)})["Location"] == LOGIN
        give_password(client, sam.user.email)
        sam.user.set_password("another horse")
        sam.user.save()
        assert client.post(CODE, {"code": code_for(secret)})["Location"] == LOGIN


def test_the_code_page_opens_to_nobody_without_a_password(client):
    make_colleague()
    assert client.get(CODE)["Location"] == LOGIN


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/staff/", "//evil.example", "/account/", "javascript:1", ""]
)
def test_sign_in_leads_only_into_the_back_office(client, settings, wanted):
    settings.STAFF_SECOND_FACTOR = False
    sam = make_colleague()
    assert give_password(client, sam.user.email, next=wanted)["Location"] == "/staff/"


def test_sign_in_forgets_what_the_browser_was(client, settings):
    settings.STAFF_SECOND_FACTOR = False
    sam = make_colleague()
    client.force_login(make_customer())
    before = client.session.session_key
    session = client.session
    session["left over"] = 1
    session.save()
    give_password(client, sam.user.email)
    assert client.session.session_key != before
    assert "left over" not in client.session
    assert client.session["_auth_user_id"] == str(sam.user.pk)


def test_sign_out_ends_the_session_on_the_server(client, settings):
    settings.STAFF_SECOND_FACTOR = False
    sam = make_colleague()
    give_password(client, sam.user.email)
    stolen = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert client.get("/staff/logout/").status_code == 405
    assert client.post("/staff/logout/")["Location"] == LOGIN
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = stolen
    assert thief.get("/staff/account/").status_code == 303
    assert actions() == [Action.SIGNED_IN, Action.SIGNED_OUT]
    assert StaffSignIn.objects.get().end == "signed_out"


def test_signed_in_staff_are_not_asked_again(client, settings):
    settings.STAFF_SECOND_FACTOR = False
    give_password(client, make_colleague().user.email)
    assert client.get(f"{LOGIN}?next=/staff/roles/")["Location"] == "/staff/roles/"
    assert client.get(reverse("staff:home")).status_code == 303
