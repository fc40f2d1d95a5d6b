"""Who may open a page of the back office, decided anew at each request."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from staff.models import StaffSignIn
from staff.permissions import Role
from tests.factories import make_colleague, make_customer, sign_in_staff
from totetaxi.lib import clock

pytestmark = pytest.mark.django_db
PAGE = "/staff/people/"
FRAGMENT = {"HX-Request": "true", "HX-Current-URL": "http://testserver/staff/people/?x=1"}


def test_strangers_sign_in_first_and_come_back(client):
    answer = client.get(PAGE)
    assert (answer.status_code, answer["Location"]) == (
        303,
        "/staff/login/?next=%2Fstaff%2Fpeople%2F",
    )


def test_a_piece_of_a_page_sends_the_whole_page_to_sign_in(client):
    answer = client.get("/staff/search/?q=a", headers=FRAGMENT)
    assert (answer.status_code, answer["HX-Redirect"]) == (
        200,
        "/staff/login/?next=%2Fstaff%2Fpeople%2F%3Fx%3D1",
    )


def test_customers_find_nothing(client):
    client.force_login(make_customer())
    assert client.get(PAGE).status_code == 404


def test_staff_without_the_permission_are_told_so(client):
    sign_in_staff(client, make_colleague(Role.MANAGER))
    page = client.get(PAGE)
    assert page.status_code == 403
    assert page.templates[0].name == "staff/forbidden.html"
    piece = client.get(PAGE, headers=FRAGMENT)
    assert (piece.status_code, piece.templates[0].name) == (403, "staff/components/forbidden.html")


def test_a_django_session_alone_opens_nothing(client):
    client.force_login(make_colleague().user)
    assert client.get(PAGE).status_code == 303
    assert "_auth_user_id" not in client.session


def test_a_session_does_not_open_for_somebody_else(client):
    mine = sign_in_staff(client, make_colleague())
    StaffSignIn.objects.filter(pk=mine.pk).update(profile=make_colleague())
    assert client.get(PAGE).status_code == 303


def test_demoting_and_deactivating_hold_from_the_next_request(client):
    sam = make_colleague()
    sign_in_staff(client, sam)
    assert client.get(PAGE).status_code == 200
    sam.role = Role.SUPPORT
    sam.save()
    assert client.get(PAGE).status_code == 403
    sam.active = False
    sam.save()
    assert client.get("/staff/account/").status_code == 303
    sam.active = True
    sam.save()
    assert client.get("/staff/account/").status_code == 303  # that browser is out for good


def test_an_account_that_is_closed_is_out(client):
    sam = make_colleague()
    sign_in_staff(client, sam)
    sam.user.is_active = False
    sam.user.save()
    assert client.get(PAGE).status_code == 303


def test_a_session_ends_after_an_hour_without_use_and_not_sooner(client):
    with time_machine.travel("2026-12-01T14:00:00Z", tick=False) as traveller:
        sign_in_staff(client, make_colleague())
        for _ in range(3):
            traveller.shift(timedelta(minutes=59))
            assert client.get(PAGE).status_code == 200
        traveller.shift(timedelta(minutes=60))
        assert client.get(PAGE).status_code == 303
    assert StaffSignIn.objects.get().end == "unused"


def test_a_session_ends_after_twelve_hours_of_use(client):
    with time_machine.travel("2026-12-01T09:00:00Z", tick=False) as traveller:
        sign_in_staff(client, make_colleague())
        for _ in range(14):
            traveller.shift(timedelta(minutes=50))
            assert client.get(PAGE).status_code == 200
        traveller.shift(timedelta(minutes=20))
        assert client.get(PAGE).status_code == 303
    assert StaffSignIn.objects.get().end == "too_long"


def test_use_is_noted_once_a_minute(client, django_assert_num_queries):
    with time_machine.travel("2026-12-01T09:00:00Z", tick=False) as traveller:
        sign_in_staff(client, make_colleague())
        client.get("/staff/roles/")
        with django_assert_num_queries(3):  # session, account, sign-in with its profile
            client.get("/staff/roles/")
        traveller.shift(61)
        with django_assert_num_queries(4):
            client.get("/staff/roles/")
        assert StaffSignIn.objects.get().seen_at == clock.now()


def test_sensitive_pages_ask_who_one_is_after_fifteen_minutes(client):
    with time_machine.travel("2026-12-01T09:00:00Z", tick=False) as traveller:
        sam, cora = make_colleague(), make_colleague(Role.SUPPORT)
        sign_in_staff(client, sam)
        assert client.get("/staff/people/invite/").status_code == 200
        traveller.shift(timedelta(minutes=15))
        answer = client.get("/staff/people/invite/")
        assert answer["Location"] == "/staff/account/confirm/?next=%2Fstaff%2Fpeople%2Finvite%2F"
        answer = client.get("/staff/account/password/")
        assert answer["Location"].startswith("/staff/account/confirm/")
        answer = client.post(
            reverse("staff:change_role", args=[cora.pk]),
            {"role": "viewer"},
            headers={"Referer": f"http://testserver/staff/people/{cora.pk}/?a=1"},
        )
        assert answer["Location"] == (
            f"/staff/account/confirm/?next=%2Fstaff%2Fpeople%2F{cora.pk}%2F"
        )
        cora.refresh_from_db()
        assert cora.role == Role.SUPPORT
        confirm = {"password": "correct horse", "next": "/staff/people/invite/"}
        answer = client.post("/staff/account/confirm/", confirm)
        assert (answer.status_code, answer["Location"]) == (303, "/staff/people/invite/")
        assert client.get("/staff/people/invite/").status_code == 200


def test_pages_are_kept_by_no_cache(client):
    sign_in_staff(client, make_colleague())
    assert client.get(PAGE)["Cache-Control"] == (
        "max-age=0, no-cache, no-store, must-revalidate, private"
    )


def test_the_customers_sign_in_refuses_staff():
    sam = make_colleague()
    client = Client()
    client.post("/account/login/", {"login": sam.user.email, "password": "correct horse"})
    assert "_auth_user_id" not in client.session
