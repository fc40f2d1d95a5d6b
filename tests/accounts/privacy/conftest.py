"""A known customer at a known time."""

from collections.abc import Iterator

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from tests.accounts.privacy.everything import NOW, make_known_customer
from tests.factories import make_catalogue


@pytest.fixture
def frozen(db: None) -> Iterator[None]:
    """Sunday, November 22, at 10 in the morning."""
    cache.clear()
    make_catalogue()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def claire(frozen: None) -> User:
    return make_known_customer()


@pytest.fixture
def browser(claire: User) -> Client:
    """Claire's browser; she signed in a moment ago."""
    return signed_in(claire)


def signed_in(user: User, *, seconds_ago: float = 0) -> Client:
    """A browser that gave its password at that time, as allauth notes it."""
    client = Client()
    client.force_login(user, backend="accounts.identity.backends.AccountBackend")
    session = client.session
    at = NOW.timestamp() - seconds_ago
    session["account_authentication_methods_user"] = str(user.pk)
    session["account_authentication_methods"] = [
        {"method": "password", "at": at, "reauthenticated": True}
    ]
    session.save()
    return client
