"""Sign-in and one's own account."""

from allauth.mfa.models import Authenticator
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import reverse

from tests.staff.codes import code_for, give_app
from tests.staff.posts.stage import Post, Stage

PASSWORD = {"password": "correct horse"}


def login(stage: Stage) -> HttpResponse:
    """Where no second factor is needed, the password signs in; else the code does."""
    stage.client = Client()
    with override_settings(STAFF_SECOND_FACTOR=False):
        return stage.post("login", email=stage.colleague.user.email, **PASSWORD)


def second_factor(stage: Stage) -> HttpResponse:
    secret = give_app(stage.colleague)
    stage.client = Client()
    stage.post("login", email=stage.colleague.user.email, **PASSWORD)
    return stage.post("second_factor", code=code_for(secret))


def add_app(stage: Stage) -> HttpResponse:
    page = stage.client.get(reverse("staff:add_app"))
    secret = page.context["setup"].key.replace(" ", "")
    return stage.post("add_app", code=code_for(secret))


def remove_factor(stage: Stage) -> HttpResponse:
    give_app(stage.admin)
    key = Authenticator.objects.create(
        user=stage.admin.user, type="webauthn", data={"name": "Laptop", "credential": {}}
    )
    return stage.post("remove_factor", key.pk)


POSTS: dict[str, Post] = {
    "login": login,
    "second_factor": second_factor,
    "logout": lambda stage: stage.post("logout"),
    "logout_everywhere": lambda stage: stage.post("logout_everywhere"),
    "settings": lambda stage: stage.post("settings"),
    "password": lambda stage: stage.post(
        "password", new_password="lighthouse over montauk", **PASSWORD
    ),
    "confirm": lambda stage: stage.post("confirm", **PASSWORD),
    "add_app": add_app,
    "recovery_codes": lambda stage: stage.post("recovery_codes"),
    "remove_factor": remove_factor,
}
# Needs a real browser's dialog: tests/journeys/test_staff_sign_in.py proves its row.
IN_A_BROWSER = frozenset({"add_passkey"})
