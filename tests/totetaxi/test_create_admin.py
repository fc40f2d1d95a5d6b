"""`manage.py create_admin`."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from staff.models import StaffProfile
from staff.permissions import Role
from tests.factories import make_customer, make_staff
from totetaxi.management.commands import create_admin

pytestmark = pytest.mark.django_db
GOOD = "lighthouse over montauk"


def run(email: str, *options: str) -> str:
    out = StringIO()
    call_command("create_admin", email, *options, stdout=out)
    return out.getvalue()


def type_passwords(monkeypatch: pytest.MonkeyPatch, *typed: str) -> None:
    answers = iter(typed)
    monkeypatch.delenv("ADMIN_PASSWORD", raising=False)
    monkeypatch.setattr(create_admin, "getpass", lambda _prompt: next(answers))


def test_create_admin_makes_a_staff_account_with_the_typed_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    type_passwords(monkeypatch, GOOD, GOOD)
    assert run("Ida@House.example", "--name", "Ida Berg") == "ida@house.example is an admin now.\n"
    profile = StaffProfile.objects.select_related("user").get()
    user = profile.user
    assert (profile.role, profile.active) == (Role.ADMIN, True)
    assert (user.email, user.name) == ("ida@house.example", "Ida Berg")
    assert (user.is_staff, user.is_superuser, user.is_active) == (True, True, True)
    assert user.check_password(GOOD)


def test_create_admin_takes_the_password_from_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ADMIN_PASSWORD", GOOD)
    run("ida@house.example")
    assert User.objects.get().check_password(GOOD)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ((GOOD, "lighthouse over napeague"), "The two passwords differ."),
        (
            ("short", "short"),
            "This password is too short. It must contain at least 10 characters.",
        ),
        (
            ("ida@house.example", "ida@house.example"),
            "The password is too similar to the e-mail.",
        ),
    ],
)
def test_create_admin_refuses_a_bad_password(
    monkeypatch: pytest.MonkeyPatch, typed: tuple[str, ...], told: str
) -> None:
    type_passwords(monkeypatch, *typed)
    with pytest.raises(CommandError) as refused:
        run("ida@house.example")
    assert str(refused.value) == told
    assert User.objects.count() == 0


@pytest.mark.parametrize(
    ("email", "told"),
    [
        (
            "Claire@Example.com",
            "claire@example.com is a customer's: staff need an e-mail of their own.",
        ),
        ("sam@totetaxi.example", "sam@totetaxi.example belongs to the staff already."),
        ("nobody", "nobody is no e-mail address."),
    ],
)
def test_create_admin_refuses_an_email_that_cannot_be_used(
    monkeypatch: pytest.MonkeyPatch, email: str, told: str
) -> None:
    monkeypatch.setenv("ADMIN_PASSWORD", GOOD)
    make_customer("claire@example.com")
    make_staff(Role.VIEWER, "sam@totetaxi.example")
    with pytest.raises(CommandError) as refused:
        run(email)
    assert str(refused.value) == told
    assert sorted(User.objects.values_list("email", "is_superuser")) == [
        ("claire@example.com", False),
        ("sam@totetaxi.example", False),
    ]
