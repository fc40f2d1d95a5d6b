"""A manager at the catalogue."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from staff.models import StaffProfile
from staff.permissions import Role
from tests.factories import make_catalogue, make_colleague, sign_in_staff

Send = Callable[..., HttpResponse]


@pytest.fixture
def tom(client: Client) -> StaffProfile:
    """A manager, signed in, in a house with the standard catalogue."""
    make_catalogue()
    tom = make_colleague(Role.MANAGER, "Tom Bellamy")
    sign_in_staff(client, tom)
    return tom


@pytest.fixture
def look(client: Client) -> Send:
    """Send a form as it was opened: answers with the preview, and saves nothing."""

    def send(url: str, **typed: Any) -> HttpResponse:
        opened = client.get(url).context["sheet"].opened
        return client.post(url, {"opened": opened, "do": "preview"} | typed)

    return send


@pytest.fixture
def save(client: Client, look: Send) -> Send:
    """Send a form, and then save what its preview showed."""

    def send(url: str, **typed: Any) -> HttpResponse:
        seen = look(url, **typed)
        assert seen.status_code == 200, seen.context["form"].errors
        sheet = seen.context["sheet"]
        marks = {"opened": sheet.opened, "previewed": sheet.previewed, "do": "save"}
        return client.post(url, typed | marks)

    return send


def typed_in(form: Any) -> dict[str, Any]:
    """What a browser sends for a form as it stands."""
    typed = {}
    for field in form:
        value = field.value()
        if value is True:
            typed[field.html_name] = "on"
        elif value not in (None, False, "") and not field.field.disabled:
            typed[field.html_name] = value
    return typed
