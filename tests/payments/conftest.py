"""A shop with the standard catalogue and Stripe's sandbox behind it."""

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client

from booking.models import Draft
from tests.factories import make_catalogue, make_draft
from tests.payments.shop import Shop
from tests.payments.visitor import typed, visitor
from tests.sandbox.fixtures import JudgedSandbox


@pytest.fixture
def shop(transactional_db: None, stripe_sandbox: JudgedSandbox, settings: LazySettings) -> Shop:
    """Calls go out only outside transactions, so each test commits for real."""
    settings.STRIPE_API_BASE = stripe_sandbox.base_url
    settings.STRIPE_WEBHOOK_SECRET = stripe_sandbox.webhook_secret
    cache.clear()  # how often Pay was pressed
    make_catalogue()
    return Shop(stripe_sandbox)


@pytest.fixture
def draft(shop: Shop) -> Draft:
    return make_draft(typed=typed(), reached=4, shown_total_cents=99500)


@pytest.fixture
def browser(draft: Draft) -> Client:
    """A visitor who has answered every step and read the review."""
    return visitor(draft)
