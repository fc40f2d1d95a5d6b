"""A customer, and the shop whose Stripe keeps the cards."""

import pytest
from django.test import Client

from accounts.models import User
from tests.factories import make_customer
from tests.payments.conftest import shop
from tests.payments.shop import Shop

__all__ = ["shop"]


@pytest.fixture
def claire(shop: Shop) -> User:
    return make_customer("claire@example.com")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="accounts.identity.backends.AccountBackend")
    return client
