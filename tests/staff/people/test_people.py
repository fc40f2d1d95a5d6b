"""Colleagues: roles, letting go and in again, second factors; never a house without an admin."""

import pytest
from django.test import Client
from django.urls import reverse

from booking.models import Message
from staff.models import AuditLog, StaffProfile
from staff.permissions import Role
from tests.factories import make_colleague, sign_in_staff
from tests.staff.codes import give_app, give_recovery_codes, kinds_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(client: Client) -> StaffProfile:
    """An admin, signed in."""
    ada = make_colleague(Role.ADMIN, "Ada Whitlock")
    sign_in_staff(client, ada)
    return ada


def post(client: Client, name: str, who: StaffProfile, **data: str):
    return client.post(reverse(f"staff:{name}", args=[who.pk]), data)


def told(response) -> list[str]:
    return [str(message) for message in response.wsgi_request._messages]


def last_row() -> tuple:
    row = AuditLog.objects.first()
    return row.actor, row.action, row.object_label, row.before, row.after


def test_people_shows_everybody(client, ada):
    cora = make_colleague(Role.COORDINATOR, "Cora Lindqvist")
    gone = make_colleague(Role.VIEWER, "Abe Gone")
    gone.active = False
    gone.save()
    give_app(cora)
    give_recovery_codes(ada)  # without an app they are no factor
    shown = client.get(reverse("staff:people")).context["people"]
    assert [(each.name, each.has_factor, each.last_in is not None) for each in shown] == [
        ("Ada Whitlock", False, True),
        ("Cora Lindqvist", True, False),
        ("Abe Gone", False, False),
    ]


@pytest.mark.parametrize("count", [1, 12])
def test_people_costs_the_same_for_one_and_for_many(client, ada, django_assert_num_queries, count):
    for _ in range(count):
        make_colleague(Role.VIEWER)
    with django_assert_num_queries(5):
        client.get(reverse("staff:people"))


def test_changing_a_role_is_recorded_and_moves_the_rank(client, ada):
    cora = make_colleague(Role.COORDINATOR, "Cora Lindqvist")
    assert post(client, "change_role", cora, role="admin").status_code == 303
    cora.refresh_from_db()
    assert (cora.role, cora.user.is_superuser) == ("admin", True)
    assert last_row() == (
        ada, "changed_role", "Cora Lindqvist", {"role": "coordinator"}, {"role": "admin"},
    )  # fmt: skip
    post(client, "change_role", cora, role="viewer")
    cora.user.refresh_from_db()
    assert cora.user.is_superuser is False


def test_an_unknown_role_changes_nothing(client, ada):
    cora = make_colleague(Role.COORDINATOR)
    assert post(client, "change_role", cora, role="owner").status_code == 422
    cora.refresh_from_db()
    assert (cora.role, AuditLog.objects.count()) == ("coordinator", 0)


@pytest.mark.parametrize("name", ["change_role", "deactivate", "reset_factors"])
def test_nobody_changes_their_own(client, ada, name):
    make_colleague(Role.ADMIN)
    give_app(ada)
    post(client, name, ada, role="viewer")
    ada.refresh_from_db()
    assert (ada.role, ada.active, kinds_of(ada)) == ("admin", True, ["totp"])
    assert AuditLog.objects.count() == 0


@pytest.mark.parametrize(("name", "role"), [("change_role", "manager"), ("deactivate", "")])
def test_the_last_active_admin_stays(client, ada, name, role):
    # Ada was demoted in another tab, or by somebody who is an admin no more: the rule stands alone.
    eve = make_colleague(Role.ADMIN, "Eve Stone")
    StaffProfile.objects.filter(pk=ada.pk).update(active=False)
    from staff.people import services  # the view would refuse her already
    from totetaxi.lib import clock

    act = getattr(services, name)
    more = (Role(role),) if role else ()
    with pytest.raises(services.StaffChangeRefusedError) as refused:
        act(eve, *more, by=ada, now=clock.now(), request=None)
    assert str(refused.value) == (
        "Eve Stone is the last active admin. Make somebody else an admin first."
    )
    eve.refresh_from_db()
    assert (eve.role, eve.active) == ("admin", True)


def test_deactivating_ends_the_browsers_and_reactivating_lets_in_again(client, ada):
    cora = make_colleague(Role.COORDINATOR)
    browser = Client()
    sign_in_staff(browser, cora)
    post(client, "deactivate", cora)
    assert browser.get("/staff/account/").status_code == 303
    cora.refresh_from_db()
    assert (cora.active, cora.user.is_active, cora.sign_ins.get().end) == (False, False, "by_admin")
    post(client, "reactivate", cora)
    cora.refresh_from_db()
    assert (cora.active, cora.user.is_active) == (True, True)
    assert browser.get("/staff/account/").status_code == 303  # they sign in anew
    assert list(AuditLog.objects.order_by("id").values_list("action", flat=True)) == [
        "deactivated",
        "reactivated",
    ]


def test_resetting_a_second_factor_ends_the_browsers_and_tells_the_person(client, ada):
    cora = make_colleague(Role.COORDINATOR)
    give_app(cora)
    give_recovery_codes(cora)
    browser = Client()
    sign_in_staff(browser, cora)
    post(client, "reset_factors", cora)
    assert kinds_of(cora) == []
    assert browser.get("/staff/account/").status_code == 303
    message = Message.objects.get()
    assert (message.kind, message.recipient) == ("staff_notice", cora.user.email)
    assert last_row()[1:] == (
        "reset_factors",
        "Sam Porter",
        {"methods": ["recovery_codes", "totp"]},
        {},
    )


def test_a_persons_page_shows_no_buttons_about_oneself(client, ada):
    assert (
        b'<form method="post" action="/staff/people/'
        not in client.get(reverse("staff:person", args=[ada.pk])).content
    )
    other = make_colleague()
    assert client.get(reverse("staff:person", args=[other.pk])).context["is_self"] is False


def test_roles_page_is_the_table_of_permissions(client):
    sign_in_staff(client, make_colleague(Role.SUPPORT))
    page = client.get(reverse("staff:roles"))
    lines = {line.words: line.cells for _heading, each in page.context["groups"] for line in each}
    assert lines["Approve refunds that somebody else asked for"] == (
        "no", "no", "no", "limit", "yes",
    )  # fmt: skip
    assert lines["See payments and reports"] == ("yes", "no", "no", "yes", "yes")
    assert page.context["own_role"] == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgresql
def test_two_admins_cannot_deactivate_each_other_at_once():
    from tests.staff.people.race import both_at_once

    ada, eve = make_colleague(Role.ADMIN), make_colleague(Role.ADMIN)
    assert sorted(both_at_once(ada, eve)) == ["done", "refused"]
    assert StaffProfile.objects.filter(role=Role.ADMIN, active=True).count() == 1
